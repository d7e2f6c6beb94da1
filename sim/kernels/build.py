"""Compiled set-up of the readers: taste, habits, addresses, friends and follows.

Every number is a pure function of (key, reader), in integers, so that any chunking and any machine
gives the same bits. `_mix` is SplitMix64, written out here because numba's cache watches one file at a time.
"""

# mypy: disable-error-code="no-untyped-def"

from typing import NamedTuple

import numpy as np
from numba import int64, uint64

from sim.kernels.compiled import njit
from sim.kernels.scales import ACTIVITY_ONE, BYTE, FAR_CANDIDATES, NEAR_CANDIDATES


class Habits(NamedTuple):
    """How readers differ, in the whole numbers of the columns of `sim.world.readers.RECORD`.

    `*_min` and `*_range` are the ends of what is drawn; `skimmers` and `silent` are out of 65536, and `skim_min` is the
    least speed of skimmers.
    """

    pages: int
    pages_spread: int
    trust: int
    expect: int
    finished: int
    other_min: int
    other_range: int
    second_min: int
    second_range: int
    main_min: int
    main_range: int
    activity_min: int
    speed_min: int
    speed_range: int
    skimmers: int
    skim_min: int
    expressive_min: int
    expressive_range: int
    silent: int


class Addresses(NamedTuple):
    """How readers share addresses and phones; shares are out of 65536, sizes in accounts, the age in days."""

    household_max: int
    office: int
    office_size: int
    shared_phone: int
    shared_at_home: int
    oldest_days: int
    regions: int
    region_size: int


@njit(inline="always", cache=True)
def _between(bits, mask, low, width):
    """`low` to `low + width`, by the bits of a draw that `mask` leaves."""
    return uint64(low) + (bits & uint64(mask)) * uint64(width) // uint64(mask)


@njit(uint64(uint64), inline="always", cache=True)
def _mix(x):
    x = x + uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB)
    return x ^ (x >> uint64(31))


@njit(cache=True, nogil=True)
def fill_readers(record, key, habits, voices):
    """Draw each reader's taste and habits (`Habits`) into `record`; `voices` are equally likely readinesses to like."""
    topics = record[0].interest.shape[0]
    most = uint64(BYTE)
    mean = uint64(habits.activity_min + BYTE // 2)  # of one of the two draws that make the activity
    for i in range(record.shape[0]):
        h = _mix(key ^ uint64(i))
        g = _mix(h ^ uint64(1))
        e = _mix(h ^ uint64(2))
        r = record[i]
        main = (h >> uint64(3)) % uint64(topics)
        second = (main + uint64(1) + (h >> uint64(9)) % uint64(topics - 1)) % uint64(topics)
        for t in range(topics):
            bits = g >> (uint64(t) << uint64(3))
            r.interest[t] = min(most, _between(bits, 0xFF, habits.other_min, habits.other_range))
        r.interest[second] = min(most, _between(e, 0x3F, habits.second_min, habits.second_range))
        r.interest[main] = min(most, _between(e >> uint64(6), 0x37, habits.main_min, habits.main_range))
        r.cell = main
        r.last_tick = -1
        r.trust_counts = habits.trust
        r.trust_platform = habits.trust
        r.expect = habits.expect
        # a skewed activity: the product of two uniform draws, scaled to an average of one
        a = ((h >> uint64(16)) & uint64(0xFF)) + uint64(habits.activity_min)
        b = ((h >> uint64(24)) & uint64(0xFF)) + uint64(habits.activity_min)
        r.activity = min(most, a * b * uint64(ACTIVITY_ONE) // (mean * mean))
        r.chronotype = (h >> uint64(32)) & uint64(0x7)
        spread = uint64(habits.pages_spread)
        shown = uint64(habits.pages) + (h >> uint64(36)) % (uint64(2) * spread + uint64(1))
        r.pages = max(uint64(1), shown - min(shown, spread))
        skims = ((e >> uint64(16)) & uint64(0xFFFF)) < uint64(habits.skimmers)
        slowest = habits.skim_min if skims else habits.speed_min
        r.speed = min(most, _between(h >> uint64(40), 0x1F, slowest, habits.speed_range))
        r.expressive = min(most, _between(e >> uint64(32), 0xFF, habits.expressive_min, habits.expressive_range))
        r.finished = habits.finished
        v = _mix(h ^ uint64(0x3))
        if (v & uint64(0xFFFF)) >= uint64(habits.silent):
            r.voice = voices[(v >> uint64(16)) % uint64(voices.shape[0])]


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
        h = _mix(key ^ uint64(i))
        if left == 0 or i % shares.region_size == 0:
            first = i
            homes += 1
            left = 1 + int64((h >> uint64(8)) % uint64(shares.household_max))
        left -= 1
        home[i] = homes - 1
        region[i] = _mix(key ^ uint64(i // shares.region_size) ^ uint64(0x4E6) << uint64(40)) % uint64(shares.regions)
        desk = _mix(key ^ uint64(i // shares.office_size) ^ uint64(0x0FF1) << uint64(40))
        site[i] = -1
        if (desk & uint64(0xFFFF)) < uint64(shares.office):
            site[i] = 2 * (i // shares.office_size) + 1
        device[i] = i
        if i > 0 and ((h >> uint64(24)) & uint64(0xFFFF)) < uint64(shares.shared_phone):
            # some share the phone of somebody at home, the others bought one that was somebody else's
            draw = ((~h & uint64(1)) << uint64(15)) | ((h >> uint64(1)) & uint64(0x7FFF))
            at_home = draw < uint64(shares.shared_at_home)
            device[i] = device[first] if at_home else device[(h >> uint64(40)) % uint64(i)]
        registered[i] = -int64((h >> uint64(44)) % uint64(shares.oldest_days)) - 1
    return homes


@njit(cache=True, nogil=True)
def _edge(key, i, j, threshold):
    a, b = min(i, j), max(i, j)
    h = _mix(key ^ (uint64(a) << uint64(32)) ^ uint64(b))
    return (h & uint64(0xFFFF)) < threshold


@njit(cache=True, nogil=True)
def friends_of(i, n, key, near, far, size, out):
    """Write the friends of `i` into `out` in a fixed order; return how many. Friendship is mutual.

    Near friends sit at fixed exclusive-or distances within the community of `size` (a power of 2), far ones at
    mirror images of the whole population (j = c - i): both relations are their own inverse, so each side finds the
    other.
    """
    count = 0
    block = i // size
    for m in range(NEAR_CANDIDATES):
        mask = (
            int64(_mix(key ^ uint64(block * NEAR_CANDIDATES + m) ^ uint64(0xA5) << uint64(56)) % uint64(size - 1)) + 1
        )
        j = i ^ mask
        if j < n and _edge(key, i, j, uint64(near)):
            fresh = True
            for q in range(count):
                if out[q] == j:
                    fresh = False
            if fresh:
                out[count] = j
                count += 1
    for m in range(FAR_CANDIDATES):
        centre = int64(_mix(key ^ uint64(m) ^ uint64(0x5A) << uint64(56)) % uint64(n))
        j = (centre - i) % n
        if j != i and j // size != block and _edge(key, i, j, uint64(far)):
            fresh = True
            for q in range(count):
                if out[q] == j:
                    fresh = False
            if fresh:
                out[count] = j
                count += 1
    return count


@njit(cache=True, nogil=True)
def count_friends(start, n, key, near, far, size):
    """Fill `start` (n + 1) with the offsets of each reader's friends."""
    scratch = np.empty(NEAR_CANDIDATES + FAR_CANDIDATES, np.int32)
    start[0] = 0
    for i in range(n):
        start[i + 1] = start[i] + friends_of(i, n, key, near, far, size, scratch)


@njit(cache=True, nogil=True)
def fill_friends(start, friends, n, key, near, far, size):
    """Fill the CSR column `friends` to the offsets of `count_friends`."""
    for i in range(n):
        room = friends[start[i] : start[i + 1] + NEAR_CANDIDATES + FAR_CANDIDATES]
        friends_of(i, n, key, near, far, size, room)


@njit(cache=True, nogil=True)
def fill_follows(
    follows,
    follow_trust,
    record,
    key,
    mean,
    low,
    width_drawn,
    tries,
    by_topic,
    weight_sum,
    topic_start,
    followers,
    trust,
    first_person,
):
    """Draw whom each reader follows: a topic by interest, a creator of it by popularity, no one twice.

    `by_topic` lists creators grouped by topic, `weight_sum` their cumulative popularity in 2**32 units within
    each topic, `topic_start` (topics + 1) the group bounds. `mean` is out of 256, and so is what it is multiplied
    with: `low` to `low + width_drawn`. A reader gives up after `tries` draws for each creator wanted. A seat counts for
    as many followers as it has people (`first_person`, seats + 1).
    """
    width = follows.shape[1]
    topics = topic_start.shape[0] - 1
    for i in range(follows.shape[0]):
        h = _mix(key ^ uint64(i))
        want = int64((uint64(mean) * _between(h, 0xFF, low, width_drawn)) >> uint64(16))
        total = 0
        for t in range(topics):
            total += record[i].interest[t]
        kept = 0
        for draw in range(tries * want):
            if kept in (want, width):
                break
            g = _mix(h ^ uint64(draw + 1))
            point = int64(g >> uint64(40)) % total
            topic = 0
            while point >= record[i].interest[topic]:
                point -= record[i].interest[topic]
                topic += 1
            lo, hi = topic_start[topic], topic_start[topic + 1]
            if lo == hi:
                continue
            target = g & uint64(0xFFFFFFFF)
            while lo < hi:
                mid = (lo + hi) // 2
                if weight_sum[mid] <= target:
                    lo = mid + 1
                else:
                    hi = mid
            creator = by_topic[min(lo, topic_start[topic + 1] - 1)]
            fresh = True
            for q in range(kept):
                if follows[i, q] == creator:
                    fresh = False
            if fresh:
                follows[i, kept] = creator
                follow_trust[i, kept] = trust
                followers[creator] += first_person[i + 1] - first_person[i]
                kept += 1
