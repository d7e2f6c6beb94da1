"""Builds the world of day 0 from a scenario: readers, addresses, friends, creators and follows."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from sim.core.enums import N_TOPICS, AddressClass, Status
from sim.core.random_streams import RandomStreams, stream_key
from sim.kernels import build as kernel
from sim.kernels.scales import (
    BYTE,
    CHAT_LINKS,
    EXPRESSIVE_ONE,
    FAR_CANDIDATES,
    FULL_16,
    NEAR_CANDIDATES,
    ONE_8,
    ONE_16,
    ONE_32,
    SLOT_SPAN,
    SPEED_ONE,
    TINY,
    VOICES,
)
from sim.plugins.detectors.detector import needs_history
from sim.scenario.size import expect_reads_per_post
from sim.world import World
from sim.world.campuses import place_campuses
from sim.world.places import count_in
from sim.world.readers import Readers
from sim.world.shared_addresses import add_shared_addresses
from sim.world.shops import add_shops

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.schema.accounts import AccountsSection
    from sim.scenario.schema.readers import ReadersSection

__all__ = ["SLOT_SPAN", "add_creators", "build_world"]

DAY = 0
ACCOUNT_ROOM = 8192  # accounts beside the readers' for which there is room at first, and
ROOM_PART = 8  # one for each so many readers


def fraction(share: float, scale: int = ONE_16) -> int:
    """A share as an integer threshold."""
    return round(share * scale)


def build_world(scenario: Scenario, rng: RandomStreams) -> World:
    """All columns at day 0; a pure function of scenario and seed."""
    world = World(scenario.counts, rng.seed)
    world.short_s = scenario.advertisers.ads_min_dwell_s
    world.likes_shown = scenario.controls.likes_shown
    world.reference_likes = max(1.0, scenario.counts.reference_per_read_start * expect_reads_per_post(scenario))
    detectors = (detector for _, policy in scenario.policies() for detector in policy.detectors.values())
    world.features.wanted = any(map(needs_history, detectors))
    _add_readers(world, scenario, rng)
    add_creators(world, scenario, rng, np.arange(scenario.creators.n), generation=0, day=DAY)
    _draw_follows(world, scenario, rng)
    return world


def _key(rng: RandomStreams, stream: str) -> np.uint64:
    return np.uint64(stream_key(rng.seed, stream, 0))


def _add_readers(world: World, scenario: Scenario, rng: RandomStreams) -> None:
    opts, graph = scenario.readers, scenario.graph
    n = opts.n
    readers = Readers(n)
    kernel.fill_readers(readers.record, _key(rng, "readers"), habits(opts, world.accounts.finished_start), voices(opts))
    _add_people(world, readers, scenario, rng)
    near, far = graph.friends_near / NEAR_CANDIDATES, graph.friends_far / FAR_CANDIDATES
    edges = (n, _key(rng, "friends"), fraction(near), fraction(far), 1 << graph.community_log2)
    kernel.count_friends(readers.friend_start, *edges)
    friends = np.empty(int(readers.friend_start[-1]) + NEAR_CANDIDATES + FAR_CANDIDATES, np.int32)
    kernel.fill_friends(readers.friend_start, friends, *edges)
    readers.friends = friends
    world.readers = readers
    add_shops(world, scenario.crowds, rng)
    chats = n // graph.chat_size + 1
    world.chat_post = np.zeros((chats, CHAT_LINKS), np.uint32)
    world.chat_tick = np.full((chats, CHAT_LINKS), -1, np.int32)
    world.chat_from = np.full((chats, CHAT_LINKS), -1, np.int32)


def _add_people(world: World, readers: Readers, scenario: Scenario, rng: RandomStreams) -> None:
    """An account, a home and a phone for everybody, and a campus or office for some seats."""
    n, accounts = len(readers.persons), world.accounts
    home, site, device = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    region, registered = np.empty(n, np.uint8), np.empty(n, np.int32)
    key = _key(rng, "addresses")
    homes = kernel.fill_people(
        home, site, device, region, registered, key, addresses(scenario.readers, scenario.accounts)
    )
    campus = place_campuses(site, region, home, scenario.readers, rng)
    accounts.reserve(n + n // ROOM_PART + ACCOUNT_ROOM)
    seats = np.repeat(np.arange(len(readers)), readers.people)
    accounts.add(
        n, address=home, device=device, region=region, registered_day=registered, seat=seats, entity=np.arange(n)
    )
    world.devices.add(n)
    count_in(world.devices.accounts, device)
    world.addresses.add(homes, kind=AddressClass.HOME)
    world.addresses.region[home] = region
    count_in(world.addresses.accounts, home)
    with_site = np.flatnonzero(site >= 0)
    numbers, back = np.unique(site[with_site], return_inverse=True)
    at = world.addresses.add(len(numbers), kind=AddressClass.SITE)
    world.addresses.region[at.start + back] = region[with_site]
    readers.site[seats[with_site]] = at.start + back
    of_campus = np.flatnonzero(numbers % 2 == 0)
    world.addresses.campus[at.start + of_campus] = campus[numbers[of_campus] // 2]
    world.shared = add_shared_addresses(world, scenario.accounts, rng, region)


def habits(opts: ReadersSection, finished: int) -> kernel.Habits:
    """How readers differ, in the units of their columns; all start with the same share of reads `finished`."""
    return kernel.Habits(
        pages=opts.pages_per_session,
        pages_spread=opts.pages_spread,
        trust=fraction(opts.trust_start, FULL_16),
        expect=fraction(opts.expect_start, FULL_16),
        finished=finished,
        other_min=fraction(opts.interest_other_min, BYTE),
        other_range=fraction(opts.interest_other_range, BYTE),
        second_min=fraction(opts.interest_second_min, BYTE),
        second_range=fraction(opts.interest_second_range, BYTE),
        main_min=fraction(opts.interest_main_min, BYTE),
        main_range=fraction(opts.interest_main_range, BYTE),
        activity_min=fraction(opts.activity_min, BYTE),
        speed_min=fraction(opts.speed_min, SPEED_ONE),
        speed_range=fraction(opts.speed_range, SPEED_ONE),
        skimmers=fraction(opts.fast_reader_share),
        skim_min=fraction(opts.skim_speed_min, SPEED_ONE),
        expressive_min=fraction(opts.expressive_min, EXPRESSIVE_ONE),
        expressive_range=fraction(opts.expressive_range, EXPRESSIVE_ONE),
        silent=fraction(opts.never_like_share),
    )


def voices(opts: ReadersSection) -> np.ndarray:
    """Equally likely readinesses to like (uint16): lognormal among those who like at all, on average 1 over all."""
    normal = NormalDist()
    drawn = [math.exp(opts.voice_sigma * normal.inv_cdf((k + 1 / 2) / VOICES)) for k in range(VOICES)]
    one = EXPRESSIVE_ONE * VOICES / math.fsum(drawn) / (1 - opts.never_like_share)
    return np.array([min(FULL_16, round(one * each)) for each in drawn], np.uint16)


def addresses(opts: ReadersSection, accounts: AccountsSection) -> kernel.Addresses:
    """How readers share addresses and phones, in the units of the kernel."""
    return kernel.Addresses(
        household_max=opts.household_max,
        office=fraction(opts.office_share),
        office_size=opts.office_size,
        shared_phone=fraction(opts.shared_phone_share),
        shared_at_home=fraction(opts.shared_at_home),
        oldest_days=opts.account_age_days,
        regions=accounts.regions,
        region_size=accounts.region_size,
    )


def add_creators(
    world: World, scenario: Scenario, rng: RandomStreams, slots: np.ndarray, generation: int | np.ndarray, day: int
) -> slice:
    """Append creators (and their accounts) for `slots`; their random numbers are keyed by slot and generation."""
    opts = scenario.creators
    entity = slots + np.asarray(generation) * SLOT_SPAN

    def draw(k: int) -> np.ndarray:
        return rng.uniform_array("creators", 0, entity, k)

    n = len(slots)
    talent = np.minimum(1.0, opts.talent_min + opts.talent_range * (draw(0) + draw(1)) / 2)
    registered = day - 1 - (opts.account_age_days * draw(3)).astype(np.int64)
    accounts = _accounts_for(world, draw(2), registered)
    first = world.creators.n
    world.accounts.creator[accounts] = np.arange(first, first + n)
    return world.creators.add(
        n,
        slot=slots,
        generation=generation,
        account=accounts,
        born_day=day,
        merchant=draw(4) < opts.merchant_share,
        topic=(draw(5) * N_TOPICS).astype(np.uint8),
        talent=talent,
        skill=talent * np.minimum(1.0, opts.skill_start_min + opts.skill_start_range * draw(6)),
        effort=np.clip(opts.effort_start + opts.effort_start_range * (draw(7) - 0.5), opts.effort_start_min, 1.0),
        posts_per_day=opts.posts_per_day * (opts.rate_min + opts.rate_range * draw(8)),
        integrity=2 * opts.integrity_mean * draw(9),
        anxiety=np.clip(opts.anxiety_mean + opts.anxiety_range * (draw(10) - 0.5), 0.0, 1.0),
    )


def _accounts_for(world: World, u: np.ndarray, registered: np.ndarray) -> np.ndarray:
    """For each of `u` (0..1) the account of a reader who may publish: its seat, or the next where nobody does yet.

    Where there are fewer such readers, the last creators publish with accounts that nobody reads with, registered on
    the days `registered`.
    """
    accounts, first = world.accounts, world.readers.first_accounts
    free = np.flatnonzero((accounts.creator[first] < 0) & (accounts.status[first] == Status.ACTIVE))
    taken = np.zeros(len(free), bool)
    chosen = np.empty(len(u), np.int64)
    seated = min(len(u), len(free))
    if seated < len(u):
        chosen[seated:] = _open_accounts_apart(world, registered[seated:])
    for i, seat in enumerate((u[:seated] * len(first)).astype(np.int64).tolist()):
        at = int(np.searchsorted(free, seat)) % len(free)
        while taken[at]:
            at = (at + 1) % len(free)
        taken[at] = True
        chosen[i] = first[free[at]]
    return chosen


def _open_accounts_apart(world: World, registered: np.ndarray) -> np.ndarray:
    """Accounts (rows) with a phone and a home each, and no seat."""
    n = len(registered)
    phones, homes = world.devices.add(n), world.addresses.add(n, kind=AddressClass.HOME)
    added = world.open_accounts(
        np.arange(phones.start, phones.stop), np.arange(homes.start, homes.stop), np.zeros(n, np.uint8), registered
    )
    return np.arange(added.start, added.stop)


def _draw_follows(world: World, scenario: Scenario, rng: RandomStreams) -> None:
    """Whom readers follow at the start: by interest, then by a popularity partly earned by talent."""
    opts, creators = scenario.graph, world.creators
    z = rng.normal_array("popularity", 0, np.arange(creators.n))
    talent = (creators.talent - creators.talent.mean()) / max(TINY, float(creators.talent.std()))
    rho = opts.follower_talent
    spread = opts.follower_sigma * (rho * talent + math.sqrt(1 - rho * rho) * z)
    weight = np.array([math.exp(x) for x in spread])
    by_topic = np.argsort(creators.topic, kind="stable").astype(np.int64)
    start = np.searchsorted(creators.topic[by_topic], np.arange(N_TOPICS + 1)).astype(np.int64)
    sums = np.zeros(creators.n, np.uint64)
    for a, b in pairwise(start):
        if b > a:
            total = np.cumsum(weight[by_topic[a:b]])
            sums[a:b] = np.minimum(total / total[-1] * ONE_32, ONE_32).astype(np.uint64)
    followers = np.zeros(creators.n, np.int64)
    kernel.fill_follows(
        world.readers.follows,
        world.readers.follow_trust,
        world.readers.record,
        _key(rng, "follows"),
        fraction(scenario.readers.follows_mean, ONE_8),
        fraction(opts.follows_min, ONE_8),
        fraction(opts.follows_range, BYTE),
        opts.follow_tries,
        by_topic,
        sums,
        start,
        followers,
        fraction(scenario.readers.trust_start, BYTE),
        world.readers.first_person,
    )
    creators.followers[:] = followers
