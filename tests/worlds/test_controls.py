"""Control worlds: what must change, what must not, and the bounds that they give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import EngagementModel, Scenario
from sim.world.observables import view_posts

CONTROLS = sorted((Path(__file__).parents[2] / "scenarios" / "controls").glob("*.yaml"))
SMALL = {"readers.n": 1500, "creators.n": 60}


def world(days: int = 10, **changes: Any) -> EngagementModel:
    scenario = Scenario.load("baseline", days=days)
    model = EngagementModel(scenario.with_changes(SMALL | changes), seed=2, threads=1)
    while model.running:
        model.step()
    return model


def daily(model: EngagementModel) -> pd.DataFrame:
    return model.tables.frame("daily")


@pytest.mark.parametrize("file", CONTROLS, ids=lambda file: file.stem)
def test_every_control_that_ships_runs_and_is_marked(file: Path) -> None:
    scenario = Scenario.load(file, days=1).with_changes(SMALL)
    assert scenario.controls.changed
    model = EngagementModel(scenario, seed=1, threads=1)
    while model.running:
        model.step()
    assert len(daily(model)) == 1


def test_the_defaults_are_no_control() -> None:
    assert Scenario().controls.changed == ()


def test_nobody_sees_likes_in_a_placebo_world() -> None:
    model = world(6, **{"controls.likes_shown": False})
    posts = model.state.world.posts
    assert posts.likes.sum() > 10  # they are given and counted
    view = view_posts(model.state.world, model.clock)
    assert not view.likes.any() and not view.visible_likes.any()
    assert (posts.hot_tick == -1).all()
    assert model.state.public.peer_likes == 0.0
    assert not model.state.world.creators.visible_week.any()


def test_likes_bought_in_a_placebo_world_win_no_reads() -> None:
    """A trial of 800 likes a post: the reads of every post stay the same to the bit."""
    trial = {
        "probes.share_posts": 1.0,
        "manipulation.enabled": False,
        "controls.likes_shown": False,
        "platform.detectors": {},
    }
    none, many = (world(5, **trial, **{"probes.doses": [dose]}) for dose in (0, 800))
    likes = [model.state.world.posts.likes.sum() for model in (none, many)]
    assert likes[1] > 20 * max(1, likes[0])
    # farm accounts of the experimenter's supplier do not read, so reads are readers' reads
    first, second = (model.state.world.posts.reads.sum(axis=1) for model in (none, many))
    np.testing.assert_array_equal(first, second)
    shown = world(5, **(trial | {"controls.likes_shown": True}), **{"probes.doses": [800]})
    assert not np.array_equal(first, shown.state.world.posts.reads.sum(axis=1))


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_frozen_strategies_stay_what_they_were_drawn(share: float) -> None:
    model = world(15, **{"controls.frozen": True, "controls.frozen_share": share, "creators.n": 200, "readers.n": 600})
    shares = daily(model)["share_manipulating_creators"]
    assert shares.to_numpy() == pytest.approx(share, abs=0.11)
    creators = model.state.world.creators
    assert np.ptp(shares) < 0.05  # only who leaves and comes changes it
    assert (creators.ever_manipulated & (creators.strategy == 0)).sum() == 0


def test_without_imitation_few_change_and_with_it_many() -> None:
    weekly = {"creators.revise_per_week": 1.0, "creators.imitation_error": 0.0}
    changes = weekly | {"creators.manipulating_start": 0.3, "creators.n": 250, "readers.n": 600}
    with_it, without = (
        daily(world(28, **{"controls.imitation": on, **changes}))["share_manipulating_creators"] for on in (True, False)
    )
    assert np.ptp(without) < 0.02 and np.ptp(with_it) > 2 * np.ptp(without)


def test_the_oracle_bounds_what_a_policy_can_show_and_chance_shows_what_is_on_offer() -> None:
    wide = {"creators.n": 300, "surfaces.feed_slots": 16, "readers.n": 1500}
    ranked, chance, oracle = (
        daily(world(10, **wide, **{"controls.feed": feed})).tail(5).mean() for feed in ("ranked", "random", "oracle")
    )
    assert oracle["exposure_quality"] > max(ranked["exposure_quality"], chance["exposure_quality"]) + 0.05
    for row in (ranked, chance, oracle):
        assert row["quality_on_offer"] < row["attainable_quality"]
    assert abs(chance["exposure_quality"] - chance["quality_on_offer"]) < 0.05


def test_attainable_quality_by_hand() -> None:
    model = EngagementModel(
        Scenario().with_changes({"readers.n": 64, "creators.n": 5, "surfaces.feed_slots": 8}), seed=1
    )
    world = model.state.world
    world.posts.add(12, quality=np.linspace(0.0, 1.1, 12), creator=0)
    world.alive = slice(0, 12)
    actors = model.actors
    row = actors.observer.close_day(model.state, actors.market, actors.groups, actors.advertisers)
    assert row["quality_on_offer"] == pytest.approx(0.55)
    assert row["attainable_quality"] == pytest.approx(0.75)  # the best eight: 0.4 to 1.1
