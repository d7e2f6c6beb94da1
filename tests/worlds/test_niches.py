"""On a larger platform readers know a part of the creators: one niche of each topic, their community the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Scenario
from sim.core.enums import N_TOPICS
from sim.core.random_streams import RandomStreams
from sim.world import World
from sim.world.build import build_world
from sim.world.follows import count_niches, group_by_niche

SEATS = 1600


def world(**changes: Any) -> World:
    usual = {"readers.n": SEATS, "readers.people": SEATS, "creators.n": 400, "graph.known_creators": 100}
    return build_world(Scenario().with_changes(usual | changes), RandomStreams(1))


def followed_niches(made: World, niches: int, community: int) -> np.ndarray:
    """Which niches the seats of each community follow somebody of (communities x topics of niches)."""
    by_niche, start = group_by_niche(made.creators.topic[: made.creators.n], niches)
    niche = np.empty(made.creators.n, int)
    niche[by_niche] = np.repeat(np.arange(len(start) - 1), np.diff(start))
    readers = made.readers
    met = np.zeros((-(-len(readers) // community), len(start) - 1), bool)
    for seat in range(len(readers)):
        met[seat // community, niche[readers.followed(seat)]] = True
    return met.reshape(len(met), -1, niches)


@pytest.mark.parametrize(
    ("creators", "niches"),
    [(0, 1), (1, 1), (600, 1), (2000, 1), (2999, 1), (3000, 2), (4000, 2), (4999, 2), (5000, 3), (34_000, 17)],
)
def test_niches_hold_about_as_many_creators_as_a_reader_knows(creators: int, niches: int) -> None:
    assert count_niches(creators, 2000) == niches


@given(st.lists(st.integers(0, N_TOPICS - 1), max_size=300), st.integers(1, 40))
def test_niches_of_a_topic_are_of_like_size_and_hold_everybody_once(topic: list[int], niches: int) -> None:
    topics = np.array(topic, np.uint8)
    by_niche, start = group_by_niche(topics, niches)
    assert sorted(by_niche.tolist()) == list(range(len(topic)))
    sizes = np.diff(start).reshape(N_TOPICS, niches)
    assert sizes.sum(axis=1).tolist() == np.bincount(topics, minlength=N_TOPICS).tolist()
    assert (np.ptp(sizes, axis=1) <= 1).all()
    assert topics[by_niche].tolist() == sorted(topic)


@pytest.mark.parametrize("log2", [6, 7])
def test_a_community_knows_one_niche_of_each_topic_and_communities_and_topics_differ(log2: int) -> None:
    met = followed_niches(world(**{"graph.community_log2": log2}), 4, 1 << log2)
    assert (met.sum(axis=2) == 1).all()
    known = met.argmax(axis=2)
    assert all(len(set(of_community)) > 1 for of_community in known.tolist())
    for first in range(0, len(known) - 3, 4):  # as many communities in a row know all niches of a topic
        assert (np.sort(known[first : first + 4], axis=0) == np.arange(4)[:, None]).all()
    assert any((known[first] != known[0]).any() for first in range(4, len(known), 4))


def test_where_everybody_is_known_a_community_follows_creators_of_all_parts() -> None:
    assert (followed_niches(world(**{"graph.known_creators": 400}), 4, 256).sum(axis=2) == 4).all()


def test_every_creator_of_a_niche_can_be_followed() -> None:
    made = world(**{"creators.popularity_sigma": 0.0})
    assert (made.creators.followers[: made.creators.n] > 0).all()


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
