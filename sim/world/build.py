"""Builds the world of day 0 from a scenario: readers, addresses, friends, creators and follows."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.core.enums import N_TOPICS, Grade
from sim.core.random_streams import RandomStreams, stream_key
from sim.kernels import build as kernel
from sim.world import World
from sim.world.readers import Readers

if TYPE_CHECKING:
    from sim.scenario import Scenario

DAY = 0
SLOT_SPAN = 1 << 20  # entity of a creator: slot + generation * SLOT_SPAN


def fraction(share: float, scale: int = 65536) -> int:
    """A share as an integer threshold."""
    return round(share * scale)


def build_world(scenario: Scenario, luck: RandomStreams) -> World:
    """All columns at day 0; a pure function of scenario and seed."""
    world = World()
    _add_readers(world, scenario, luck)
    add_creators(world, scenario, luck, np.arange(scenario.creators.n), generation=0, day=DAY)
    _draw_follows(world, scenario, luck)
    return world


def _key(luck: RandomStreams, stream: str) -> np.uint64:
    return np.uint64(stream_key(luck.seed, stream, 0))


def _add_readers(world: World, scenario: Scenario, luck: RandomStreams) -> None:
    opts, graph = scenario.readers, scenario.graph
    n = opts.n
    readers = Readers(n)
    trust = fraction(opts.trust_start, 65535)
    kernel.fill_readers(
        readers.record,
        _key(luck, "readers"),
        opts.pages_per_session,
        fraction(opts.fast_reader_share),
        trust,
        65535 * 2 // 5,
    )
    accounts = world.accounts
    accounts.reserve(n + n // 8 + 8192)
    accounts.add(n, grade=Grade.READER)
    kernel.fill_addresses(
        accounts.ip,
        accounts.device,
        accounts.registered_day,
        _key(luck, "addresses"),
        opts.household_max,
        fraction(opts.campus_share),
        fraction(opts.office_share),
        fraction(opts.shared_phone_share),
    )
    near, far = graph.friends_near / kernel.N_MASKS, graph.friends_far / kernel.N_MIRRORS
    edges = (n, _key(luck, "friends"), fraction(near), fraction(far))
    kernel.count_friends(readers.friend_start, *edges)
    friends = np.empty(int(readers.friend_start[-1]) + kernel.N_MASKS + kernel.N_MIRRORS, np.int32)
    kernel.fill_friends(readers.friend_start, friends, *edges)
    readers.friends = friends
    world.readers = readers
    chats = n // graph.chat_size + 1
    world.chat_post = np.zeros((chats, 2), np.uint32)
    world.chat_tick = np.full((chats, 2), -1, np.int32)


def add_creators(
    world: World, scenario: Scenario, luck: RandomStreams, slots: np.ndarray, generation: int | np.ndarray, day: int
) -> slice:
    """Append creators (and their accounts) for `slots`; their luck is keyed by slot and generation."""
    opts = scenario.creators
    entity = slots + np.asarray(generation) * SLOT_SPAN

    def draw(k: int) -> np.ndarray:
        return luck.uniform_array("creators", 0, entity, k)

    n = len(slots)
    talent = 0.1 + 0.9 * (draw(0) + draw(1)) / 2
    account_ids = np.arange(world.accounts.n, world.accounts.n + n)
    first = world.creators.n
    # creators live among readers: the address of one of them, a phone of their own
    neighbour = (draw(2) * len(world.readers)).astype(np.int64)
    world.accounts.add(
        n,
        ip=world.accounts.ip[neighbour],
        device=np.uint32(0xC0000000) + np.arange(first, first + n, dtype=np.uint32),
        registered_day=day - 1 - (draw(3) * 1500).astype(np.int64) * (day == 0),
        grade=Grade.CREATOR,
        owner=np.arange(first, first + n),
    )
    return world.creators.add(
        n,
        slot=slots,
        generation=generation,
        account=account_ids,
        born_day=day,
        merchant=draw(4) < opts.merchant_share,
        topic=(draw(5) * N_TOPICS).astype(np.uint8),
        talent=talent,
        skill=talent * (0.75 + 0.25 * draw(6)),
        effort=np.clip(opts.effort_start + 0.4 * (draw(7) - 0.5), 0.05, 1.0),
        posts_per_day=opts.posts_per_day * (0.4 + 1.2 * draw(8)),
        integrity=2 * opts.integrity_mean * draw(9),
        anxiety=np.clip(opts.anxiety_mean + 0.8 * (draw(10) - 0.5), 0.0, 1.0),
    )


def _draw_follows(world: World, scenario: Scenario, luck: RandomStreams) -> None:
    """Whom readers follow at the start: by interest, then by a popularity partly earned by talent."""
    opts, creators = scenario.graph, world.creators
    z = luck.normal_array("popularity", 0, np.arange(creators.n))
    talent = (creators.talent - creators.talent.mean()) / max(1e-9, float(creators.talent.std()))
    rho = opts.follower_talent
    spread = opts.follower_sigma * (rho * talent + math.sqrt(1 - rho * rho) * z)
    weight = np.array([math.exp(x) for x in spread])
    by_topic = np.argsort(creators.topic, kind="stable").astype(np.int64)
    start = np.searchsorted(creators.topic[by_topic], np.arange(N_TOPICS + 1)).astype(np.int64)
    sums = np.zeros(creators.n, np.uint64)
    for a, b in pairwise(start):
        if b > a:
            total = np.cumsum(weight[by_topic[a:b]])
            sums[a:b] = np.minimum(total / total[-1] * 2.0**32, 2.0**32).astype(np.uint64)
    followers = np.zeros(creators.n, np.int64)
    kernel.fill_follows(
        world.readers.follows,
        world.readers.follow_trust,
        world.readers.record,
        _key(luck, "follows"),
        fraction(scenario.readers.follows_mean, 256),
        by_topic,
        sums,
        start,
        followers,
        fraction(scenario.readers.trust_start, 255),
    )
    creators.followers[:] = followers
