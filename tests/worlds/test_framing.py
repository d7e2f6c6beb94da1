"""Likes bought against a rival: who does it, when, and that the victim is innocent of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.actors.creators.revision import revise_creators
from sim.core.enums import Grade, Origin
from sim.engine.model import EngagementModel
from sim.engine.phases.detect import detect
from sim.engine.phases.enforce import enforce
from sim.engine.phases.public import update_public_information
from sim.engine.phases.read import collect
from sim.plugins.strategies.actions import BuyLikes
from tests.helpers.farm_market import market, orders
from tests.helpers.small_world import tick

FRAMER, VICTIM = 0, 1


def rivals(**creators: Any) -> EngagementModel:
    """Four creators with a post each: from the framer upwards one on another topic, the victim, and one above it."""
    model = market()
    object.__setattr__(
        model.state, "scenario", model.scenario.with_changes({"creators.framing_per_week": 1.0, **creators})
    )
    columns = model.state.world.creators
    columns.followers[:4] = [10, 30, 40, 20]
    columns.followers[4:] = 0
    columns.topic[:4] = [5, 5, 5, 6]
    columns.latest_post[:4] = np.arange(4)
    columns.ever_manipulated[FRAMER] = True
    update_public_information(model.state, model.actors)
    model.state.public.punished_share = np.array([0.0, 0.2])
    return model


def framed(model: EngagementModel) -> list[dict[str, Any]]:
    """Orders that are delivered after everybody has revised."""
    revise_creators(model.state, model.actors.creators, np.arange(4))
    tick(model, model.actors.market.deliver)
    return orders(model)


def test_who_has_manipulated_buys_against_the_rival_just_above_it_on_its_topic() -> None:
    model = rivals()
    money = model.state.money
    before = money.balance(model.actors.creators[FRAMER].party)
    (order,) = framed(model)
    assert (order["creator"], order["post"], order["grade"]) == (FRAMER, VICTIM, "machine")
    assert order["n_likes"] == order["delivered"] == round(2.0 * model.state.world.reference_likes) > 10
    paid = before - money.balance(model.actors.creators[FRAMER].party)
    assert paid == pytest.approx(order["price_cny"]) and model.actors.creators[FRAMER].spent_week == pytest.approx(paid)
    log = model.state.world.log
    assert log.n == 0 or (log.origin == Origin.THIRD_PARTY).all()
    assert model.state.world.creators.ever_manipulated[:4].tolist() == [True, False, False, False]


@pytest.mark.parametrize("why_not", ["honest", "nobody is punished", "never", "nobody above", "has quit"])
def test_nobody_else_frames_anybody(why_not: str) -> None:
    model = rivals(**{"creators.framing_per_week": 0.0} if why_not == "never" else {})
    if why_not == "honest":
        model.state.world.creators.ever_manipulated[:] = False
    elif why_not == "nobody is punished":
        model.state.public.punished_share = np.zeros(2)
    elif why_not == "nobody above":
        model.state.world.creators.topic[FRAMER] = 7
    elif why_not == "has quit":
        model = rivals(**{"creators.quit_per_week": 1.0, "creators.quit_after_weeks": 0})
        model.actors.creators[FRAMER].outside = 1e9
    assert framed(model) == []


@pytest.mark.parametrize(("buyer", "innocent"), [(FRAMER, True), (VICTIM, False)])
def test_a_creator_punished_for_likes_that_another_bought_is_innocent(buyer: int, innocent: bool) -> None:
    model = rivals(
        **{
            "platform.detectors": {"no_read_like": {"name": "no_read_like", "threshold": 0.5}},
            "platform.like_ladder": [{"strikes": 0, "sanction": "discount_likes"}],
            "platform.creator_ladder": [{"strikes": 1, "sanction": "throttle_post"}],
        }
    )
    state, actors = model.state, model.actors
    state.policy = state.scenario.policy_on(0)
    assert actors.market.order(buyer, VICTIM, BuyLikes(150, "machine", "likes")) == 150
    state.world.log.clear()
    actors.market.deliver()
    collect(state, actors)
    machines = state.world.log.account
    assert len(machines) == 150 and (state.world.accounts.grade[machines] == Grade.MACHINE).all()
    detect(state, actors)
    enforce(state, actors)
    (hit,) = state.today.creators
    assert (hit[0].tolist(), hit[1].tolist()) == ([VICTIM], [innocent])
    assert state.guilt.creators.arranged_share(np.array([VICTIM])) == [0.0 if innocent else 1.0]
    assert not state.guilt.accounts.is_innocent(machines.astype(np.int64)).any()  # who gives bought likes is not
