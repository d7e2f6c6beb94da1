"""On a larger platform readers know a part of the creators: one niche of each topic, their community the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import Scenario
from sim.core.random_streams import RandomStreams
from sim.world import World
from sim.world.build import build_world
from sim.world.follows import count_niches, group_by_niche

COMMUNITY = 64


def world(**changes: Any) -> World:
    usual = {"readers.n": 1600, "readers.people": 1600, "graph.community_log2": 6}
    return build_world(Scenario().with_changes(usual | changes), RandomStreams(1))


def followed_niches(made: World, niches: int) -> np.ndarray:
    """Which niches the seats of each community follow somebody of (communities x topics of niches)."""
    by_niche, start = group_by_niche(made.creators.topic[: made.creators.n], niches)
    niche = np.empty(made.creators.n, int)
    niche[by_niche] = np.repeat(np.arange(len(start) - 1), np.diff(start))
    readers = made.readers
    met = np.zeros((-(-len(readers) // COMMUNITY), len(start) - 1), bool)
    for seat in range(len(readers)):
        met[seat // COMMUNITY, niche[readers.followed(seat)]] = True
    return met.reshape(len(met), -1, niches)


@pytest.mark.parametrize(
    ("creators", "niches"), [(1, 1), (600, 1), (2000, 1), (2999, 1), (3001, 2), (4000, 2), (34_000, 17)]
)
def test_niches_hold_about_as_many_creators_as_a_reader_knows(creators: int, niches: int) -> None:
    assert count_niches(creators, 2000) == niches


def test_niches_of_a_topic_are_of_like_size_and_hold_everybody_once() -> None:
    topics = np.repeat(np.array([3, 0, 5], np.uint8), [7, 10, 1])
    by_niche, start = group_by_niche(topics, 3)
    assert sorted(by_niche.tolist()) == list(range(18))
    sizes = np.diff(start).reshape(-1, 3)
    assert sizes.sum(axis=1).tolist() == [10, 0, 0, 7, 0, 1, 0, 0]
    assert sorted(sizes[0]) == [3, 3, 4]
    assert (np.ptp(sizes, axis=1) <= 1).all()
    assert topics[by_niche].tolist() == sorted(topics.tolist())


def test_a_community_knows_one_niche_of_each_topic_and_communities_differ() -> None:
    met = followed_niches(world(**{"creators.n": 400, "graph.known_creators": 100}), 4)
    assert (met.sum(axis=2) <= 1).all()
    assert (met.any(axis=(0, 2))).all()
    assert (met.any(axis=0).sum(axis=1) >= 3).all()


def test_where_a_reader_may_know_everybody_nothing_changes() -> None:
    one, other = (world(**{"creators.n": 400, "graph.known_creators": known}) for known in (400, 65_535))
    assert (one.readers.follows == other.readers.follows).all()
    assert (followed_niches(one, 4).sum(axis=2) > 1).any()


def test_stars_of_a_larger_platform_are_as_large_against_the_mean() -> None:
    """The top hundredth of 4,000 creators against that of 2,000, in five worlds each; larger where all are known."""

    def top(creators: int, known: int, seed: int) -> float:
        changes = {"creators.n": creators, "graph.known_creators": known, "readers.n": 5000, "readers.people": 5000}
        made = build_world(Scenario().with_changes(changes), RandomStreams(seed))
        followers = np.sort(made.creators.followers[:creators])[::-1]
        return float(followers[: creators // 100].mean() / followers.mean())

    small, large, known = (
        np.mean([top(creators, most, seed) for seed in range(1, 6)])
        for creators, most in ((2000, 2000), (4000, 2000), (4000, 4000))
    )
    assert large == pytest.approx(small, rel=0.1)
    assert known > 1.15 * small
