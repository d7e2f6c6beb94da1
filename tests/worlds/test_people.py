"""Sign-ups, changes of phones and moves over sixty days; and the order in which the log stands."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import EngagementModel, Scenario
from sim.core.enums import Status, Target
from sim.engine.enforcement.perform import perform
from sim.engine.phases.people import _forget
from sim.plugins.sanctions.actions import Block, Case, Gate, Limit

SMALL = {
    "readers.n": 400,
    "readers.people": 400,  # one at each seat
    "creators.n": 30,
    "farms.n_per_1000_creators": 1.0,
    "mcn.n_per_1000_creators": 1.0,
    "farms.real_accounts": 40,
}
RATES = {"sign_ups_per_day": 0.02, "phone_changes_per_day": 0.02, "moves_per_day": 0.02}


@pytest.fixture(scope="module")
def lived() -> tuple[EngagementModel, dict[str, Any]]:
    """A model after sixty busy days; what stood there at the start, and who acted after giving up."""
    changes = {f"accounts.{name}": rate for name, rate in RATES.items()}
    model = EngagementModel(Scenario().with_changes(SMALL | {"run.days": 60} | changes), seed=6, threads=1)
    world = model.state.world
    before = {name: getattr(world.accounts, name).copy() for name in ("device", "address", "seat")}
    before |= {
        "persons": world.readers.persons.copy(),
        "tokens": world.tokens["account"].tokens_of(np.arange(world.accounts.n)),
    }
    acted_after, signed_up = 0, []
    while model.running:
        closed = np.flatnonzero(world.accounts.status == Status.CLOSED)
        people = world.readers.persons.copy()
        model.step()
        acted_after += int(np.isin(world.log.account, closed).sum())
        signed_up.append(int((world.readers.persons != people).sum()))
    return model, before | {"acted_after": acted_after, "signed_up": np.array(signed_up)}


def test_sign_ups_close_the_old_account_and_keep_the_number_of_people(lived: Any) -> None:
    model, before = lived
    accounts, readers = model.state.world.accounts, model.state.world.readers
    assert len(set(readers.persons.tolist())) == 400
    assert (accounts.seat[readers.persons] == np.arange(400)).all()
    gone = np.setdiff1d(before["persons"], readers.persons)
    assert 200 < len(gone) < 400 - 30
    assert (accounts.status[gone] == Status.CLOSED).all() and (accounts.seat[gone] == -1).all()
    closed = np.flatnonzero(accounts.status == Status.CLOSED)
    assert len(closed) == before["signed_up"].sum()
    assert before["signed_up"].sum() == pytest.approx(60 * 400 * 0.02 * 370 / 400, rel=0.15)
    assert before["acted_after"] == 0


@pytest.mark.parametrize(("people", "new", "left"), [(1, 1, 0.0), (4, 1, 0.75), (4, 4, 0.0)])
def test_a_seat_forgets_as_much_as_the_part_of_its_people_who_are_new(people: int, new: int, left: float) -> None:
    sizes = {"readers.n": 100, "readers.people": 100 * people, "creators.n": 10}
    model = EngagementModel(Scenario().with_changes(sizes), seed=1, threads=1)
    state, readers = model.state, model.state.world.readers
    start = int(readers.record["trust_counts"][7])
    readers.record["trust_counts"] = readers.record["trust_platform"] = start + 4000
    readers.record["inbox_n"] = 3
    readers.ring[:] = 5
    _forget(state, np.full(new, 7))
    assert int(readers.record["trust_counts"][7]) == start + round(4000 * left)
    assert int(readers.record["trust_platform"][7]) == start + round(4000 * left)
    emptied = left == 0
    assert (readers.record["inbox_n"][7] == 0, (readers.ring[7] == 0).all()) == (emptied, emptied)
    others = np.arange(len(readers)) != 7
    assert (readers.record["trust_counts"][others] == start + 4000).all()
    assert (readers.ring[others] == 5).all()


def test_who_signs_up_has_a_new_token_and_the_others_keep_theirs(lived: Any) -> None:
    model, before = lived
    world = model.state.world
    now = world.tokens["account"].tokens_of(np.arange(world.accounts.n))
    old = len(before["tokens"])
    assert (now[:old] == before["tokens"]).all() and not np.isin(now[old:], now[:old]).any()
    fresh = world.readers.persons[world.readers.persons >= old]
    first_day = world.accounts.registered_day[fresh]
    assert first_day.min() >= 1 and (np.diff(first_day[np.argsort(fresh)]) >= 0).all()


def test_counts_per_phone_and_address_stay_equal_to_a_recount(lived: Any) -> None:
    model, before = lived
    world = model.state.world
    open_ = world.accounts.status != Status.CLOSED
    for table, column in ((world.devices, world.accounts.device), (world.addresses, world.accounts.address)):
        assert table.accounts.tolist() == np.bincount(column[open_], minlength=table.n).tolist()
    stayed = np.intersect1d(before["persons"], world.readers.persons)
    for name, table in (("device", world.devices), ("address", world.addresses)):
        changed = (getattr(world.accounts, name)[stayed] != before[name][stayed]).mean()
        assert changed == pytest.approx(1 - (1 - 0.02) ** 60, abs=0.15)
        assert table.n > 0
    assert (
        world.addresses.region[world.accounts.address[world.readers.persons]]
        == world.accounts.region[world.readers.persons]
    ).all()


def test_some_new_phones_still_carry_the_account_of_their_last_owner() -> None:
    for share, crowded in ((0.0, False), (1.0, True)):
        changes = {"accounts.used_phone_share": share, "accounts.phone_changes_per_day": 0.05}
        changes |= {"readers.shared_phone_share": 0.0, "farms.enabled": False, "mcn.enabled": False}
        changes |= {"accounts.sign_ups_per_day": 0.0, "crowds.shop_share": 0.0}
        model = EngagementModel(Scenario().with_changes(SMALL | changes), seed=6, threads=1)
        for _ in range(48):
            model.step()
        assert (model.state.world.devices.accounts.max() > 1) == crowded


def test_creators_never_lose_their_account(lived: Any) -> None:
    model, _ = lived
    world = model.state.world
    publishing = np.flatnonzero(world.creators.present)  # who has given up publishing is a reader like others
    theirs = world.creators.account[publishing]
    assert (world.accounts.status[theirs] != Status.CLOSED).all()
    assert (world.accounts.creator[theirs] == publishing).all()
    assert len(set(theirs.tolist())) == len(publishing)
    assert np.isin(theirs, world.readers.persons).all()


def test_an_account_that_was_given_up_cannot_be_banned(lived: Any) -> None:
    state = lived[0].state
    world = state.world
    closed = np.flatnonzero(world.accounts.status == Status.CLOSED)[:3]
    zeros = np.zeros(3, np.int64)
    case = Case(Target.LIKE, closed, zeros, np.full(3, -1), zeros, zeros)
    for action in (Block(case), Limit(case, 99_999), Gate(case)):
        assert not perform(action, world, state.clock).any()
        assert not perform(action, world, state.clock, silent=True).any()
    assert (world.accounts.status[closed] == Status.CLOSED).all()


# -- the log


def logs(threads: int) -> list[dict[str, np.ndarray]]:
    """The log of each tick of a day, all columns."""
    changes = {
        "readers.n": 9000,
        "creators.n": 60,
        "creators.manipulating_start": 0.4,
        "readers.sessions_per_day": 12.0,
    }
    model = EngagementModel(Scenario().with_changes(changes), seed=1, threads=threads, log_reads=True)
    seen = []
    for _ in range(30):
        model.step()
        log = model.state.world.log
        seen.append({name: getattr(log, name).copy() for name in log.spec})
        seen[-1]["token"] = model.state.world.tokens["account"].tokens_of(log.account)
    return seen


def test_the_log_stands_in_order_of_time_and_token_whatever_the_threads() -> None:
    one, two = logs(1), logs(2)
    mixed = 0
    for log, other in zip(one, two, strict=True):
        time_s, token = log["time_s"].astype(np.int64), log["token"].astype(np.int64)
        assert (np.diff(time_s) >= 0).all()
        same = np.diff(time_s) == 0
        assert (np.diff(token)[same] >= 0).all()
        mixed += len(set(log["origin"].tolist())) > 1
        for name, column in log.items():
            np.testing.assert_array_equal(column, other[name], err_msg=name)
    assert mixed > 5 and sum(len(log["time_s"]) for log in one) > 5000


def test_accounts_that_nobody_buys_from_change_nothing_for_people() -> None:
    """Farms and agencies that nobody asks are as good as none, though their accounts stand among people's."""
    changes = {
        "readers.n": 3000, "creators.n": 60, "run.days": 20, "accounts.sign_ups_per_day": 0.02,
        "creators.manipulating_start": 0.0, "creators.revise_per_week": 0.0, "mutual_aid.members_start": 0.0,
        "crowds.fan_order_share": 0.0,
    }  # fmt: skip
    seen = []
    for enabled in (True, False):
        scenario = Scenario().with_changes(changes | {"manipulation.enabled": enabled})
        model = EngagementModel(scenario, seed=2, threads=1)
        n = model.state.world.accounts.n
        while model.running:
            model.step()
        assert model.state.world.accounts.n > n + 500
        record = model.state.world.readers.record
        seen.append((model.tables.frame("daily"), record["trust_counts"].copy(), n))
    (busy, busy_trust, more), (idle, idle_trust, fewer) = seen
    assert more > fewer  # the farms' stock is there
    for column in ("reads", "impressions", "likes_organic", "exposure_quality", "platform_trust", "discounted_likes"):
        np.testing.assert_array_equal(busy[column], idle[column])
    np.testing.assert_array_equal(busy_trust, idle_trust)


def test_a_seat_whose_people_are_all_new_is_not_one_that_has_left() -> None:
    for people, back in ((200, [False, True]), (400, [True, True])):
        model = EngagementModel(
            Scenario().with_changes({"readers.n": 200, "readers.people": people, "creators.n": 20}), threads=1
        )
        readers = model.state.world.readers
        readers.record["left"][:2] = True
        _forget(model.state, np.array([0]))  # one person of the first seat is new
        assert readers.record["left"][:2].tolist() == back
