"""Values have one home: what is set on an agent reaches the world or is refused, and a removed agent is gone."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mesa.batchrunner import batch_run

from sim import EngagementModel, Scenario
from sim.actors.actor import Actor
from sim.actors.creators.creator import FIXED, Creator
from sim.actors.farms.farm import Farm
from sim.actors.readers.reader import Reader
from sim.core.enums import Status
from sim.core.errors import RunError
from sim.core.views import AccountRows
from sim.world.observables import view_accounts

SMALL = {
    "readers.n": 400,
    "readers.people": 400,  # one at each seat
    "creators.n": 30,
    "run.days": 30,
    "creators.manipulating_start": 0.5,
    "mutual_aid.founders": 2,
}


@pytest.fixture
def model() -> EngagementModel:
    made = EngagementModel(Scenario().with_changes(SMALL), seed=1, threads=1)
    for _ in range(24):
        made.step()
    return made


def test_what_is_set_on_a_creator_reaches_the_world(model: EngagementModel) -> None:
    creator = model.actors.creators[0]
    creator.skill = 0.125
    assert model.state.world.creators.skill[0] == 0.125 == creator.skill
    model.agents_by_type[Creator].set("skill", 0.25)
    assert (model.state.world.creators.skill == 0.25).all()
    assert model.agents_by_type[Creator].get("skill") == [0.25] * 30


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("effort", None, "a number"),
        ("effort", "nan", "a number"),
        ("effort", 5.0, r"in 0..1"),
        ("talent", -0.1, r"in 0..1"),
        ("followers", -5, r"in 0..inf"),
        ("topic", 200, "in 0.."),
        ("strategy", -1, "the number of a strategy"),
    ],
)
def test_what_no_creator_can_have_is_refused(model: EngagementModel, name: str, value: Any, expected: str) -> None:
    creator = model.actors.creators[0]
    before = getattr(creator, name)
    with pytest.raises(ValueError, match=f"'{name}' must be {expected}"):
        setattr(creator, name, value)
    assert getattr(creator, name) == before


@pytest.mark.parametrize("number", [-1, 7, 1.5, "x", None])
def test_only_strategies_can_be_adopted(model: EngagementModel, number: Any) -> None:
    with pytest.raises(ValueError, match=r"'strategy' must be the number of a strategy, 0\.\.6"):
        model.actors.creators[0].adopt(number)


def test_who_has_left_signs_with_nobody(model: EngagementModel) -> None:
    creator = model.actors.creators[0]
    creator.remove()
    creator.adopt(6)
    assert not creator.present and creator.mcn == -1


@pytest.mark.parametrize("post", [-1, 10**6, "x", None])
def test_only_posts_of_its_own_are_pushed(model: EngagementModel, post: Any) -> None:
    creators = model.state.world.posts.creator
    creator = model.actors.creators[0]
    with pytest.raises(ValueError, match="'post' must be one of its own"):
        creator.push(post)
    with pytest.raises(ValueError, match="'post' must be one of its own"):
        creator.push(int(np.flatnonzero(creators != creator.row)[0]))


@pytest.mark.parametrize("threads", [0, -1, 1.5, 100_000, True])
def test_numbers_of_threads_are_checked(threads: Any) -> None:
    with pytest.raises(RunError, match=r"threads: must be a whole number in 1\.\.1024"):
        EngagementModel(Scenario().with_changes(SMALL), threads=threads)


@pytest.mark.parametrize("name", FIXED)
def test_what_others_refer_to_cannot_be_set(model: EngagementModel, name: str) -> None:
    with pytest.raises(AttributeError, match=f"'{name}' of a Creator cannot be set"):
        setattr(model.actors.creators[0], name, 3)


def test_a_misspelt_attribute_is_refused_for_every_kind_of_agent(model: EngagementModel) -> None:
    with pytest.raises(AttributeError, match="did you mean 'skill'"):
        model.actors.creators[1].sklil = 0.5
    with pytest.raises(AttributeError, match="did you mean 'trust_platform'"):
        model.readers[3].trust_platfrom = 1
    actors = [agent for agent in model._all_agents if isinstance(agent, Actor)]
    assert len({type(agent) for agent in actors}) == 5
    for agent in actors:
        with pytest.raises(AttributeError, match="has no attribute 'brandnew'"):
            agent.brandnew = 1
    model.actors.market.farms[0].losing_weeks = 3  # what there is can be set
    assert model.actors.market.farms[0].losing_weeks == 3


def test_a_removed_creator_is_gone_everywhere(model: EngagementModel) -> None:
    signed = next(c for c in model.actors.creators if c.mcn >= 0)
    agency = model.actors.agencies.all[signed.mcn]
    signed.remove()
    signed.remove()  # twice is once
    assert signed.row not in agency.signed
    assert not model.state.world.creators.present[signed.row]
    for _ in range(24):
        model.step()
    measured = model.tables.last("daily")["n_present_creators"]
    # the newcomer who takes the place comes when the day is over, before it is measured
    assert measured == len(model.agents_by_type[Creator]) == 30


@pytest.mark.parametrize("kind", ["farm", "agency", "group", "advertiser"])
def test_other_agents_leave_whole_when_removed(model: EngagementModel, kind: str) -> None:
    actors = model.actors
    agent = {
        "farm": actors.market.farms[0],
        "agency": actors.agencies.all[0],
        "group": actors.groups.alive[0],
        "advertiser": actors.advertisers.all[0],
    }[kind]
    before = len(model._all_agents)
    agent.remove()
    agent.remove()
    assert len(model._all_agents) == before - 1
    creators = model.state.world.creators
    if kind == "agency":
        assert not (creators.mcn == agent.number).any() and not agent.open
    if kind == "group":
        assert not (creators.group == agent.number).any() and not agent.alive
    if kind == "farm":
        assert agent not in actors.market.open and not agent.book
    for _ in range(10 * 24):
        model.step()
    if kind == "advertiser":
        assert not agent.active
    assert model.state.money.total_micro() == 0


def test_an_open_order_is_refunded_when_its_farm_is_removed(model: EngagementModel) -> None:
    farm = next((farm for farm in model.actors.market.farms if farm.book), None)
    while farm is None:
        model.step()
        farm = next((farm for farm in model.actors.market.farms if farm.book), None)
    order = farm.book[0]
    before = model.state.money.balance(order.payer)
    farm.remove()
    assert order.delivered == order.n_likes or model.state.money.balance(order.payer) > before
    assert farm not in list(model.agents_by_type[Farm])


def test_a_reader_cannot_be_removed_and_says_what_to_do(model: EngagementModel) -> None:
    with pytest.raises(TypeError, match=r"set `left`"):
        model.readers[3].remove()


def platform_rows(model: EngagementModel, rows: Any) -> AccountRows:
    """What the platform's register says of accounts, given by row."""
    world = model.state.world
    return view_accounts(world).of(world.tokens["account"].tokens_of(rows))


def test_the_status_of_a_reader_is_that_of_its_account(model: EngagementModel) -> None:
    world = model.state.world
    model.readers[3].status = Status.BANNED
    model.readers.select(where=np.arange(400) >= 390).set("status", int(Status.GATED))
    assert world.accounts.status[[2, 3, 395]].tolist() == [Status.ACTIVE, Status.BANNED, Status.GATED]
    assert platform_rows(model, [3]).status.tolist() == [Status.BANNED]  # detectors see it at once
    world.accounts.status[5] = Status.LIMITED
    assert (model.readers[5].status, model.readers.get("status")[3]) == (Status.LIMITED, Status.BANNED)


@pytest.mark.parametrize("levels", [256, 32])
def test_the_platform_looks_at_reading_once_a_day_and_in_steps(levels: int) -> None:
    model = EngagementModel(Scenario().with_changes(SMALL | {"counts.standing_levels": levels}), seed=1, threads=1)
    for _ in range(24):
        model.step()
    world, step = model.state.world, 256 // levels
    at_midnight, persons = world.readers.finished // step * step, world.readers.persons.copy()
    assert len(np.unique(at_midnight)) > 2
    for _ in range(23):
        model.step()
        assert (platform_rows(model, persons).standing == at_midnight).all()
    assert (world.readers.finished // step * step != at_midnight).any()
    model.step()
    now = platform_rows(model, world.readers.persons).standing
    assert (now == world.readers.finished // step * step).all() and (now != at_midnight).any()


def test_branches_share_their_first_days() -> None:
    branches = [EngagementModel(Scenario().with_changes(SMALL), seed=1, threads=1) for _ in range(3)]
    for made, seed in zip(branches, (1, 1, 2), strict=True):
        for _ in range(48):
            made.step()
        made.reset_rng(seed)
        for _ in range(48):
            made.step()
    same, again, other = (made.tables.frame("daily") for made in branches)
    assert same.equals(again)
    assert same.iloc[:2].equals(other.iloc[:2])
    assert not np.array_equal(same["impressions"], other["impressions"])


def test_iterations_without_seeds_are_warned_of() -> None:
    parameters = {"days": 1, "readers.n": 300, "creators.n": 20}
    quiet = {"max_steps": 100, "data_collection_period": -1, "display_progress": False}
    with pytest.warns(UserWarning, match="no seed was given"):
        batch_run(EngagementModel, parameters=parameters, iterations=2, **quiet)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = batch_run(EngagementModel, parameters={**parameters, "seed": [1, 2]}, iterations=1, **quiet)
    assert len({row["impressions"] for row in rows}) == 2


@pytest.mark.parametrize("name", ["model", "state", "unique_id", "remove", "step"])
def test_what_an_agent_is_cannot_be_set_nor_deleted_nor_copied(model: EngagementModel, name: str) -> None:
    for agent in _one_of_each_kind(model):
        with pytest.raises(AttributeError):
            setattr(agent, name, 5)
        with pytest.raises(AttributeError, match="cannot be deleted"):
            delattr(agent, name)
        if not isinstance(agent, Reader):
            with pytest.raises(TypeError, match="copy the model"):
                copy.copy(agent)


def _one_of_each_kind(model: EngagementModel) -> list[Any]:
    return [next(iter(agents)) for agents in model.agents_by_type.values() if len(agents)]


@pytest.mark.parametrize(
    ("name", "value"), [("skill", float("nan")), ("skill", float("inf")), ("strategy", 99), ("strategy", -1),
                        ("strategy", 1.5), ("group", 3), ("mcn", 0), ("present", False)]
)  # fmt: skip
def test_a_value_that_means_nothing_is_refused_for_a_creator(model: EngagementModel, name: str, value: Any) -> None:
    creator = next(iter(model.agents_by_type[Creator]))
    before = getattr(creator, name)
    with pytest.raises((AttributeError, ValueError)):
        setattr(creator, name, value)
    with pytest.raises((AttributeError, ValueError)):
        model.agents_by_type[Creator].set(name, value)
    assert getattr(creator, name) == before


@pytest.mark.parametrize("value", [1.5, float("nan"), -1, 70_000, "low"])
def test_a_value_that_a_column_cannot_hold_is_refused_for_readers(model: EngagementModel, value: Any) -> None:
    before = model.readers.column("trust_platform").copy()
    with pytest.raises((ValueError, OverflowError)):
        model.readers[3].trust_platform = value
    with pytest.raises((ValueError, OverflowError)):
        model.readers.select(lambda reader: reader.row < 5).set("trust_platform", value)
    np.testing.assert_array_equal(model.readers.column("trust_platform"), before)


def test_sets_of_agents_are_one_s_own(model: EngagementModel) -> None:
    """What is done to a set does not change which agents the model lists."""
    counts = {kind: len(agents) for kind, agents in model.agents_by_type.items()}
    creator = next(iter(model.agents_by_type[Creator]))
    model.agents_by_type[Creator].remove(creator)
    model.agents_by_type[Reader].select(lambda _: False, inplace=True)
    model.readers.select(lambda _: False, inplace=True)
    with pytest.raises(TypeError, match="derived"):
        model.agents.select(lambda _: False, inplace=True)
    assert {kind: len(agents) for kind, agents in model.agents_by_type.items()} == counts
    assert len(model.readers) == counts[Reader]


def test_an_agent_that_mesa_is_told_to_drop_leaves_the_world_too(model: EngagementModel) -> None:
    creator = next(iter(model.agents_by_type[Creator]))
    n = int(model.state.world.creators.present.sum())
    model.deregister_agent(creator)
    assert int(model.state.world.creators.present.sum()) == n - 1
    assert creator not in model.agents


def test_readers_are_grouped_by_a_column_or_a_function(model: EngagementModel) -> None:
    by_parity = model.agents_by_type[Reader].groupby(lambda reader: reader.row % 2).count()
    assert by_parity == {0: (len(model.readers) + 1) // 2, 1: len(model.readers) // 2}


def test_mesas_other_way_to_reset_chance_does_the_same() -> None:
    def daily(reset: str) -> pd.DataFrame:
        model = EngagementModel(Scenario().with_changes({"readers.n": 300, "creators.n": 20, "run.days": 2}))
        getattr(model, reset)(7)
        while model.running:
            model.step()
        return model.tables.frame("daily")

    pd.testing.assert_frame_equal(daily("reset_rng"), daily("reset_randomizer"))
