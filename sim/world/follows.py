"""Whom readers follow at the start: creators grouped by topic and niche, and drawn by popularity."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import N_TOPICS
from sim.kernels import graph as network
from sim.kernels.scales import ONE_32

if TYPE_CHECKING:
    from sim.scenario.schema.graph import GraphSection
    from sim.world import World

FURTHER_TRIES = 4  # times as many draws after which a reader gives up looking for somebody to follow


def draw_follows(world: World, opts: GraphSection, key: np.uint64, trust: int) -> None:
    """Fill the readers' lists: a topic by interest, then a creator of the niche that they know, by popularity.

    `trust` is how far a creator is trusted at the start, as a byte.
    """
    creators, readers = world.creators, world.readers
    niches = count_niches(creators.n, opts.known_creators)
    by_niche, start = group_by_niche(creators.topic, niches)
    weight = creators.popularity.astype(np.float64)
    sums = np.zeros(creators.n, np.uint64)
    for a, b in pairwise(start):
        if b > a:
            total = np.cumsum(weight[by_niche[a:b]])
            sums[a:b] = np.minimum(total / total[-1] * ONE_32, ONE_32).astype(np.uint64)
    followers = np.zeros(creators.n, np.int64)
    network.fill_follows(
        readers.follows, readers.follow_trust, readers.record, key, opts.follow_tries, by_niche, sums, start, niches,
        followers, trust, readers.first_person, FURTHER_TRIES, opts.community_log2,
    )  # fmt: skip
    creators.followers[:] = followers


def count_niches(creators: int, known: int) -> int:
    """Niches of each topic, so that one of each make about as many creators as a reader knows."""
    return max(1, (creators + known // 2) // known)  # rounded, halves up


def group_by_niche(topics: NDArray[np.uint8], niches: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Creators grouped by topic and by its niches, which are of like size, and where each group begins.

    Within a topic niches take creators as they come, in the order of their numbers, which says nothing about them.
    """
    by_topic = np.argsort(topics, kind="stable").astype(np.int64)
    ends = np.searchsorted(topics[by_topic], np.arange(N_TOPICS + 1))
    start = ends[:-1, None] + np.diff(ends)[:, None] * np.arange(niches) // niches
    return by_topic, np.append(start.ravel(), ends[-1]).astype(np.int64)
