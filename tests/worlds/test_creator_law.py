"""How popular creators are and how often they post."""

from __future__ import annotations

import numpy as np
import pytest

from sim import Scenario
from sim.core.random_streams import RandomStreams
from sim.world import World
from sim.world.build import add_creators, build_world
from sim.world.creator_law import draw_creators, find_scales, popularity, posts_per_day


def laws(n: int = 2000, seed: int = 1, **changes: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Popularity, posts a day and the sum of the talent draws of n creators."""
    opts = Scenario().with_changes({f"creators.{name}": value for name, value in changes.items()}).creators
    rng, entity = RandomStreams(seed), np.arange(n)
    talent = rng.uniform_array("creators", 0, entity, 0) + rng.uniform_array("creators", 0, entity, 1)
    draws = draw_creators(opts, rng, entity, talent)
    scales = find_scales(opts, draws)
    return popularity(scales, draws), posts_per_day(opts, scales, draws), talent


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_thousand_creators_are_as_the_parameters_say(seed: int) -> None:
    popular, rate, talent = laws(seed=seed)
    # a correlation of 2,000 pairs has a standard error of 0.02
    assert np.corrcoef(np.log(popular), talent)[0, 1] == pytest.approx(0.5, abs=0.06)
    assert np.corrcoef(np.log(popular), np.log(rate))[0, 1] == pytest.approx(0.75, abs=0.05)
    assert rate.mean() == pytest.approx(1.0, abs=1e-9)
    bounds = Scenario().creators  # the mean is one post a day
    assert bounds.rate_min - 1e-9 <= rate.min() and rate.max() <= bounds.rate_max + 1e-9
    share = np.sort(popular)[::-1] / popular.sum()
    assert share[:20].sum() == pytest.approx(0.58, abs=0.12)  # the top 1 %
    assert popular.max() < 1.0
    assert np.mean(popular > 0.5) == pytest.approx(
        1 - bounds.popularity_cap, abs=0.0005
    )  # by the quantile at which it saturates


def test_spreads_and_correlations_of_nothing_make_creators_alike_or_apart() -> None:
    popular, rate, _ = laws(popularity_sigma=0.0, rate_sigma=0.0, posts_per_day=0.5)
    assert np.ptp(popular) == 0.0 and rate == pytest.approx(0.5)
    popular, rate, talent = laws(popularity_talent=0.0, rate_popularity=0.0)
    assert abs(np.corrcoef(np.log(popular), talent)[0, 1]) < 0.08
    assert abs(np.corrcoef(np.log(popular), np.log(rate))[0, 1]) < 0.08


def test_bounds_of_posting_keep_the_mean() -> None:
    for least, most in ((0.0, 100.0), (0.9, 1.1), (1.0, 1.0), (0.0, 1.5)):
        _, rate, _ = laws(rate_min=least, rate_max=most, posts_per_day=2.0)
        assert rate.mean() == pytest.approx(2.0, rel=1e-9)
        assert 2 * least - 1e-9 <= rate.min() and rate.max() <= 2 * most + 1e-9


def world_of(n: int = 200) -> tuple[World, Scenario, RandomStreams]:
    scenario = Scenario().with_changes({"readers.n": 600, "creators.n": n})
    rng = RandomStreams(4)
    return build_world(scenario, rng), scenario, rng


def test_a_newcomer_is_the_same_whoever_comes_with_it() -> None:
    (alone, scenario, rng), (together, *_) = world_of(), world_of()
    add_creators(alone, scenario, rng, np.array([7]), 1, 3)
    add_creators(together, scenario, rng, np.array([3, 7, 9]), np.array([1, 1, 4]), 3)
    for name in ("popularity", "posts_per_day", "talent"):
        assert getattr(alone.creators, name)[200] == getattr(together.creators, name)[201]
        assert len(set(getattr(together.creators, name)[200:].tolist())) == 3


def test_readers_follow_by_popularity() -> None:
    world, *_ = world_of()
    creators = world.creators
    assert creators.followers.sum() > 0
    top = np.argsort(-creators.popularity)
    assert creators.followers[top[:20]].sum() > 5 * creators.followers[top[-100:]].sum()
