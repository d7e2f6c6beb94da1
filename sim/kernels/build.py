"""Compiled set-up of the readers: taste, habits, and where they live.

Every number is a pure function of (key, reader), in integers, so that any chunking and any machine
gives the same bits.
"""

# mypy: disable-error-code="no-untyped-def"

from typing import NamedTuple

import numpy as np
from numba import int64, uint64

from sim.kernels.compiled import njit, njit_inline
from sim.kernels.ends import larger, smaller
from sim.kernels.mix import mix
from sim.kernels.scales import (
    BYTE,
    DRAW_ACTIVITY,
    DRAW_FOLLOWS,
    DRAW_SHARING,
    DRAW_SILENCE,
    DRAW_SOCIABILITY,
    DRAW_VOICE,
    DRAW_ZEAL,
    ONE_16,
    POWER_STEPS,
    POWER_TERMS,
)


class Habits(NamedTuple):
    """How readers differ, in the units of the columns of `sim.world.readers.RECORD`.

    `*_min` and `*_range` are the ends of what is drawn; `skimmers` and `silent` are out of 65536, and `skim_min` is the
    least speed of skimmers. `*_sigma` are standard deviations of logarithms, `*_activity` and `sharing_friends`
    correlations with activity and sociability; `follows` is a mean, `follows_max` the longest list.
    """

    trust: int
    expect: int
    finished: int
    other_min: int
    other_range: int
    second_min: int
    second_range: int
    main_min: int
    main_range: int
    speed_min: int
    speed_range: int
    skimmers: int
    skim_min: int
    expressive_min: int
    expressive_range: int
    silent: int
    activity_sigma: float
    zeal_sigma: float
    friends_sigma: float
    voice_sigma: float
    sharing_sigma: float
    sharing_activity: float
    sharing_friends: float
    follows: float
    follows_sigma: float
    follows_activity: float
    follows_max: int


class Addresses(NamedTuple):
    """How readers share addresses and phones; shares are out of 65536, sizes in accounts, the age in days.

    `phone_at_home` is the share of those who are not the first of their home, `second_hand_phone` that of all.
    """

    household_max: int
    office: int
    office_size: int
    phone_at_home: int
    second_hand_phone: int
    oldest_days: int
    regions: int
    region_size: int


@njit_inline()
def _between(bits, mask, low, width):
    """`low` to `low + width`, by the bits of a draw that `mask` (uint64) leaves."""
    return uint64(low) + (bits & mask) * uint64(width) // mask


@njit_inline()
def _exp(x, powers):
    """e**x in sums and products alone, so that every machine has the same bits; `powers` are those of sixteenths."""
    most = powers.shape[0] - 1
    k = smaller(most, larger(0, int64(np.floor(x * POWER_STEPS)) + most // 2))
    r = x - (k - most // 2) / POWER_STEPS
    series = 1.0
    for n in range(POWER_TERMS, 0, -1):
        series = 1.0 + r / n * series
    return powers[k] * series


@njit_inline()
def _normal(bits, normals):
    """A standard normal draw out of equally likely values."""
    return normals[int64(bits % uint64(normals.shape[0]))]


@njit_inline()
def _lognormal(z, sigma, powers):
    """The lognormal number of mean 1 that belongs to a standard normal one."""
    return _exp(sigma * z - sigma * sigma / 2.0, powers)


@njit(cache=True, nogil=True)
def fill_readers(record, sociability, places, key, habits, normals, powers):
    """Draw each reader's taste and habits (`Habits`) into `record`.

    Also its sociability (mean 1, times 65536) and how many creators it means to follow (`places`); `normals` are
    equally likely standard normal values.
    """
    topics = record[0].interest.shape[0]
    most = uint64(BYTE)
    share_free = np.sqrt(
        1.0 - habits.sharing_friends * habits.sharing_friends - habits.sharing_activity * habits.sharing_activity
    )
    follow_free = np.sqrt(1.0 - habits.follows_activity * habits.follows_activity)
    for i in range(record.shape[0]):
        h = mix(key ^ uint64(i))
        g = mix(h ^ uint64(1))
        e = mix(h ^ uint64(2))
        r = record[i]
        main = (h >> uint64(3)) % uint64(topics)
        second = (main + uint64(1) + (h >> uint64(9)) % uint64(topics - 1)) % uint64(topics)
        for t in range(topics):
            bits = g >> (uint64(t) << uint64(3))
            r.interest[t] = smaller(most, _between(bits, uint64(0xFF), habits.other_min, habits.other_range))
        r.interest[second] = smaller(most, _between(e, uint64(0x3F), habits.second_min, habits.second_range))
        r.interest[main] = smaller(most, _between(e >> uint64(6), uint64(0x37), habits.main_min, habits.main_range))
        r.cell = main
        r.trust_counts = habits.trust
        r.trust_platform = habits.trust
        r.expect = habits.expect
        skims = ((e >> uint64(16)) & uint64(0xFFFF)) < uint64(habits.skimmers)
        slowest = habits.skim_min if skims else habits.speed_min
        r.speed = smaller(most, _between(h >> uint64(40), uint64(0x1F), slowest, habits.speed_range))
        r.expressive = smaller(
            most, _between(e >> uint64(32), uint64(0xFF), habits.expressive_min, habits.expressive_range)
        )
        r.finished = habits.finished
        # unequal in everything: how often they come, open, meet people, pass on, and how many they follow
        active = _normal(mix(h ^ uint64(DRAW_ACTIVITY)), normals)
        social = _normal(mix(h ^ uint64(DRAW_SOCIABILITY)), normals)
        free = _normal(mix(h ^ uint64(DRAW_SHARING)), normals)
        outgoing = habits.sharing_friends * social + habits.sharing_activity * active + share_free * free
        r.activity = _lognormal(active, habits.activity_sigma, powers)
        r.zeal = _lognormal(_normal(mix(h ^ uint64(DRAW_ZEAL)), normals), habits.zeal_sigma, powers)
        r.sharing = _lognormal(outgoing, habits.sharing_sigma, powers)
        sociability[i] = larger(uint64(1), uint64(_lognormal(social, habits.friends_sigma, powers) * float(ONE_16)))
        listed = habits.follows_activity * active + follow_free * _normal(mix(h ^ uint64(DRAW_FOLLOWS)), normals)
        wanted = habits.follows * _lognormal(listed, habits.follows_sigma, powers)
        places[i] = 0 if habits.follows == 0.0 else smaller(habits.follows_max, larger(1, int64(np.rint(wanted))))


@njit(cache=True, nogil=True)
def fill_voices(record, first_person, voice_sums, key, habits, normals, powers):
    """Draw how readily each person likes: mean 1, 0 for the share of people who never do.

    People of a seat differ in it as people of different seats do, so that the likes of a post do not come in lumps; the
    seat has the mean of its people. `voice_sums` (people,) are running sums within a seat.
    """
    speaking = 1.0 - habits.silent / float(ONE_16)
    for i in range(record.shape[0]):
        total = 0.0
        for j in range(first_person[i], first_person[i + 1]):
            h = mix(key ^ uint64(j))
            if (mix(h ^ uint64(DRAW_SILENCE)) & uint64(0xFFFF)) >= uint64(habits.silent):
                z = _normal(mix(h ^ uint64(DRAW_VOICE)), normals)
                total += _lognormal(z, habits.voice_sigma, powers) / speaking
            voice_sums[j] = total
        record[i].voice = total / (first_person[i + 1] - first_person[i])


@njit(cache=True, nogil=True)
def fill_people(home, site, device, region, registered, key, shares):
    """Give everybody a home, a phone, a region and a date of registration, and some an office (`Addresses`).

    Honest people must be able to look suspicious (article, S4). Runs of `office_size` people are in an office with
    chance `office`. `home` numbers households and `site` offices (odd numbers; -1: none); `device` is the row of whose
    phone it first was. Return how many households there are.
    """
    n = home.shape[0]
    homes = 0
    left = 0
    first = 0
    for i in range(n):
        h = mix(key ^ uint64(i))
        if left == 0 or i % shares.region_size == 0:
            first = i
            homes += 1
            left = 1 + int64((h >> uint64(8)) % uint64(shares.household_max))
        left -= 1
        home[i] = homes - 1
        region[i] = mix(key ^ uint64(i // shares.region_size) ^ uint64(0x4E6) << uint64(40)) % uint64(shares.regions)
        desk = mix(key ^ uint64(i // shares.office_size) ^ uint64(0x0FF1) << uint64(40))
        site[i] = -1
        if (desk & uint64(0xFFFF)) < uint64(shares.office):
            site[i] = 2 * (i // shares.office_size) + 1
        device[i] = i
        # some share the phone of the first at home, others bought one that was somebody else's
        draw = int64((h >> uint64(24)) & uint64(0xFFFF))
        at_home = shares.phone_at_home if i > first else 0
        if draw < at_home:
            device[i] = device[first]
        elif i > 0 and draw < at_home + shares.second_hand_phone:
            device[i] = device[(h >> uint64(40)) % uint64(i)]
        registered[i] = -int64((h >> uint64(44)) % uint64(shares.oldest_days)) - 1
    return homes
