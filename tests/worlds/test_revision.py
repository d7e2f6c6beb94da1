"""What creators do when they look back on a week: in turn, each with what those before it did."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.actors.creators.revision import SUMS_OF_WEEK, revise_creators
from sim.engine.model import EngagementModel
from tests.helpers.small_world import quiet_world

EARNER, OTHER = 0, 1
KEEN = {
    "revise_per_week": 1.0,
    "imitation_error": 0.0,
    "imitation_beta": 50.0,
    "peer_noise": 0.0,
    "quit_per_week": 0.0,
}


def world(**creators: Any) -> EngagementModel:
    """A quiet world of two ranked creators who always compare: the first manipulates, and has just begun to earn."""
    model = quiet_world(creators={**KEEN, "fear_weight": 0.0, **creators})
    columns, public = model.state.world.creators, model.state.public
    columns.strategy[:] = 0
    columns.strategy[EARNER] = next(k for k, each in enumerate(model.scenario.strategies) if each.channel == "farm")
    columns.integrity[:] = 0.0
    columns.payoff[[EARNER, OTHER]] = [-50.0, 1.0]
    columns.income_week[EARNER] = 1e6
    public.ranking, public.place = np.array([EARNER, OTHER]), np.full(columns.n, -1)
    public.place[[EARNER, OTHER]] = [0, 1]
    public.punished_share = np.zeros(len(model.scenario.strategies))
    return model


@pytest.mark.parametrize(("order", "copies"), [([EARNER, OTHER], True), ([OTHER, EARNER], False)])
def test_who_comes_later_sees_what_those_before_earned(order: list[int], copies: bool) -> None:
    model = world()
    revise_creators(model.state, model.actors.creators, np.array(order))
    strategy = model.state.world.creators.strategy
    assert strategy[EARNER] > 0 and (strategy[OTHER] == strategy[EARNER]) == copies


@pytest.mark.parametrize("controls", [{"frozen": True}, {"imitation": False}])
def test_nobody_copies_where_a_control_forbids_it(controls: dict[str, bool]) -> None:
    model = world()
    changes = {f"controls.{name}": value for name, value in controls.items()}
    object.__setattr__(model.state, "scenario", model.scenario.with_changes(changes))
    revise_creators(model.state, model.actors.creators, np.array([EARNER, OTHER]))
    assert model.state.world.creators.strategy[OTHER] == 0


def test_the_sums_of_the_week_begin_anew() -> None:
    model = world()
    columns = model.state.world.creators
    for name in SUMS_OF_WEEK:
        getattr(columns, name)[:] = 7
    revise_creators(model.state, model.actors.creators, np.array([OTHER]))
    for name in SUMS_OF_WEEK:
        assert getattr(columns, name)[[OTHER, EARNER]].tolist() == [0, 7]


@pytest.mark.parametrize(("outside", "stays"), [(1e9, False), (-1e9, True)])
def test_who_quits_has_something_better_to_do(outside: float, stays: bool) -> None:
    model = world(quit_per_week=1.0, quit_after_weeks=0)
    for row in (EARNER, OTHER):
        model.actors.creators[row].outside = outside
    revise_creators(model.state, model.actors.creators, np.array([EARNER, OTHER]))
    assert model.state.world.creators.present[[EARNER, OTHER]].tolist() == [stays, stays]


def test_a_week_in_which_nobody_is_due_changes_nothing() -> None:
    model = world()
    before = model.state.world.creators.payoff.copy()
    revise_creators(model.state, model.actors.creators, np.zeros(0, np.int64))
    assert (model.state.world.creators.payoff == before).all()
