"""Builds the world of day 0 from a scenario: readers, addresses, friends, creators and follows."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from sim.core.clock import MINUTE_S
from sim.core.enums import N_TOPICS, AddressClass
from sim.core.random_streams import RandomStreams, stream_key
from sim.kernels import build as kernel
from sim.kernels import graph as network
from sim.kernels.scales import (
    BYTE,
    CHAT_LINKS,
    EXPRESSIVE_ONE,
    FRIEND_BITS,
    FULL_16,
    MAX_FOLLOWS,
    MOST_EXPONENT,
    NORMALS,
    ONE_16,
    POWER_STEPS,
    SPEED_ONE,
    TALENT_DRAWS,
)
from sim.plugins.detectors.detector import needs_history
from sim.scenario.size import expect_reads_per_post
from sim.world import World
from sim.world.campuses import place_campuses
from sim.world.creator_law import draw_creators, find_scales, popularity, posts_per_day
from sim.world.creators import creator_entities
from sim.world.follows import draw_follows
from sim.world.places import count_in
from sim.world.readers import Readers
from sim.world.shared_addresses import add_shared_addresses
from sim.world.shops import add_shops

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.schema.accounts import AccountsSection
    from sim.scenario.schema.graph import GraphSection
    from sim.scenario.schema.readers import ReadersSection

__all__ = ["add_creators", "build_world"]

DAY = 0
ACCOUNT_ROOM = 8192  # accounts beside the readers' for which there is room at first, and
ROOM_PART = 8  # one for each so many readers


def fraction(share: float, scale: int = ONE_16) -> int:
    """A share as an integer threshold."""
    return round(share * scale)


def build_world(scenario: Scenario, rng: RandomStreams) -> World:
    """All columns at day 0; a pure function of scenario and seed."""
    world = World(scenario.counts, rng.seed)
    world.remembered_reads = scenario.readers.remembered_reads
    world.short_s = scenario.advertisers.ads_min_dwell_s
    world.reading_times = np.zeros(scenario.readers.longest_reading_s + 1, np.int64)
    world.view_gaps = np.zeros(scenario.run.tick_minutes * MINUTE_S, np.int64)
    world.set_controls(scenario.controls)
    world.reference_likes = max(1.0, scenario.counts.reference_per_read_start * expect_reads_per_post(scenario))
    detectors = (detector for _, policy in scenario.policies() for detector in policy.detectors.values())
    world.features.wanted = any(map(needs_history, detectors))
    _add_readers(world, scenario, rng)
    add_creators(world, scenario, rng, np.arange(scenario.creators.n), generation=0, day=DAY)
    draw_follows(world, scenario.graph, _key(rng, "follows"), fraction(scenario.readers.trust_start, BYTE))
    return world


def _key(rng: RandomStreams, stream: str) -> np.uint64:
    return np.uint64(stream_key(rng.seed, stream, 0))


def _add_readers(world: World, scenario: Scenario, rng: RandomStreams) -> None:
    opts, graph = scenario.readers, scenario.graph
    n, people = opts.n, scenario.people
    readers = Readers(n, np.full(n, people // n) + (np.arange(n) < people % n))
    sociability, places = np.empty(n, np.uint64), np.empty(n, np.int64)
    most = max(1, min(MAX_FOLLOWS, round(opts.follows_share_max * scenario.creators.n)))
    differences = habits(opts, graph, world.accounts.finished_start, most)
    kernel.fill_readers(readers.record, sociability, places, _key(rng, "readers"), differences, normals(), powers())
    voices = readers.record, readers.first_person, readers.voice_sums
    kernel.fill_voices(*voices, _key(rng, "voices"), differences, normals(), powers())
    readers.make_room_to_follow(places)
    _add_people(world, readers, scenario, rng)
    _make_friends(readers, scenario, rng, np.cumsum(sociability))
    world.readers = readers
    add_shops(world, scenario.crowds, rng)
    chats = n // graph.chat_size + 1
    world.chat_post = np.zeros((chats, CHAT_LINKS), np.uint32)
    world.chat_tick = np.full((chats, CHAT_LINKS), -1, np.int32)
    world.chat_from = np.full((chats, CHAT_LINKS), -1, np.int32)
    world.chat_depth = np.zeros((chats, CHAT_LINKS), np.uint8)


def _make_friends(readers: Readers, scenario: Scenario, rng: RandomStreams, sums: np.ndarray) -> None:
    """Near and far friends, mutual, in proportion to sociability; `sums` is cumulative."""
    graph, n = scenario.graph, len(readers)
    size = 1 << graph.community_log2
    per_seat = graph.friends_mean / 2  # each friendship is that of two
    near = np.zeros((n, -(-size // FRIEND_BITS)), np.uint64)
    network.mark_near_friends(near, sums, _key(rng, "near friends"), per_seat * graph.near_share, size)
    one, other = (np.empty(round(n * per_seat * (1 - graph.near_share)), np.int32) for _ in range(2))
    guide = np.empty(n, np.int64)
    step = network.guide_by_weight(sums, guide)
    network.draw_far_friends(one, other, sums, guide, step, _key(rng, "far friends"), size)
    network.count_friends(readers.friend_start, near, one, other)
    friends = np.empty(int(readers.friend_start[-1]), np.int32)
    network.fill_friends(readers.friend_start, friends, near, one, other, size)
    readers.friends = friends[: int(readers.friend_start[-1])].copy()


def _add_people(world: World, readers: Readers, scenario: Scenario, rng: RandomStreams) -> None:
    """An account, a home and a phone for everybody, and a campus or office for some."""
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
    readers.site[with_site] = at.start + back
    of_campus = np.flatnonzero(numbers % 2 == 0)
    world.addresses.campus[at.start + of_campus] = campus[numbers[of_campus] // 2]
    world.shared = add_shared_addresses(world, scenario.accounts, rng, region)


def habits(opts: ReadersSection, graph: GraphSection, finished: int, follows_max: int) -> kernel.Habits:
    """How readers differ, in the units of their columns; all start with the same share of reads `finished`."""
    return kernel.Habits(
        trust=fraction(opts.trust_start, FULL_16),
        expect=fraction(opts.expect_start, FULL_16),
        finished=finished,
        other_min=fraction(opts.interest_other_min, BYTE),
        other_range=fraction(opts.interest_other_range, BYTE),
        second_min=fraction(opts.interest_second_min, BYTE),
        second_range=fraction(opts.interest_second_range, BYTE),
        main_min=fraction(opts.interest_main_min, BYTE),
        main_range=fraction(opts.interest_main_range, BYTE),
        speed_min=fraction(opts.speed_min, SPEED_ONE),
        speed_range=fraction(opts.speed_range, SPEED_ONE),
        skimmers=fraction(opts.fast_reader_share),
        skim_min=fraction(opts.skim_speed_min, SPEED_ONE),
        expressive_min=fraction(opts.expressive_min, EXPRESSIVE_ONE),
        expressive_range=fraction(opts.expressive_range, EXPRESSIVE_ONE),
        silent=fraction(opts.never_like_share),
        activity_sigma=opts.activity_sigma,
        zeal_sigma=opts.zeal_sigma,
        friends_sigma=graph.friends_sigma,
        voice_sigma=opts.voice_sigma,
        sharing_sigma=opts.sharing_sigma,
        sharing_activity=opts.sharing_activity,
        sharing_friends=opts.sharing_friends,
        follows=opts.follows_mean,
        follows_sigma=opts.follows_sigma,
        follows_activity=opts.follows_activity,
        follows_max=follows_max,
    )


@lru_cache(maxsize=1)
def normals() -> np.ndarray:
    """Equally likely standard normal values (float64)."""
    law = NormalDist()
    return np.array([law.inv_cdf((k + 1 / 2) / NORMALS) for k in range(NORMALS)])


@lru_cache(maxsize=1)
def powers() -> np.ndarray:
    """Powers of e by sixteenths of an exponent, from e**-20 to e**20 (float64)."""
    steps = int(MOST_EXPONENT * POWER_STEPS)
    return np.array([math.exp(k / POWER_STEPS) for k in range(-steps, steps + 1)])


def addresses(opts: ReadersSection, accounts: AccountsSection) -> kernel.Addresses:
    """How readers share addresses and phones, in the units of the kernel.

    Homes have 1 to `household_max` people, all equally often, and only those who are not the first can share at home.
    """
    not_first = (opts.household_max - 1) / (opts.household_max + 1)
    at_home = opts.shared_phone_share * opts.shared_at_home
    return kernel.Addresses(
        household_max=opts.household_max,
        office=fraction(opts.office_share),
        office_size=opts.office_size,
        phone_at_home=fraction(min(1.0, at_home / not_first) if not_first else 0.0),
        second_hand_phone=fraction(opts.shared_phone_share * (1 - opts.shared_at_home)),
        oldest_days=opts.account_age_days,
        regions=accounts.regions,
        region_size=accounts.region_size,
    )


def add_creators(
    world: World, scenario: Scenario, rng: RandomStreams, slots: np.ndarray, generation: int | np.ndarray, day: int
) -> slice:
    """Append creators (and their accounts) for `slots`; their random numbers are keyed by slot and generation."""
    opts = scenario.creators
    entity = creator_entities(slots, generation)

    def draw(k: int) -> np.ndarray:
        return rng.uniform_array("creators", 0, entity, k)

    n = len(slots)
    talent_draws = draw(0) + draw(1)
    talent = np.minimum(1.0, opts.talent_min + opts.talent_range * talent_draws / TALENT_DRAWS)
    draws = draw_creators(opts, rng, entity, talent_draws)
    if world.creators.n == 0:
        world.scales = find_scales(opts, draws)
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
        popularity=popularity(world.scales, draws),
        posts_per_day=posts_per_day(opts, world.scales, draws),
        integrity=2 * opts.integrity_mean * draw(9),
        anxiety=np.clip(opts.anxiety_mean + opts.anxiety_range * (draw(10) - 0.5), 0.0, 1.0),
    )


def _accounts_for(world: World, u: np.ndarray, registered: np.ndarray) -> np.ndarray:
    """For each of `u` (0..1) the account of a reader who may publish: its seat, or the next where nobody does yet.

    Where there are fewer such readers, the last creators publish with accounts that nobody reads with, registered on
    the days `registered`.
    """
    accounts, first = world.accounts, world.readers.first_accounts
    free = np.flatnonzero((accounts.creator[first] < 0) & world.may_act(first))
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
