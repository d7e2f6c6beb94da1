"""Whom enforcement hits by mistake, against figures worked out by hand."""

import math

import numpy as np
import pytest

from sim.core.enums import Status
from sim.measures.definitions import all_measures
from sim.measures.hit_groups import ATTRIBUTES, HitGroups, gap, gap_column
from sim.state import Today
from tests.helpers.small_world import quiet_world


@pytest.fixture
def model():
    """300 people in one region, all registered for two years but the first thirty, who came ten days ago."""
    made = quiet_world(measures={"gap_days": 2})
    accounts = made.state.world.accounts
    accounts.registered_day[:] = -730
    accounts.registered_day[:30] = -10
    accounts.region[:] = 0
    return made


def frame(groups, model):
    groups.write(model.state)
    return model.tables.frame("hit_groups").set_index(["attribute", "group"])


def hit(model, people=((), ()), creators=((), ())):
    model.state.today = Today(
        accounts=[(np.array(people[0], int), np.array(people[1], bool))],
        creators=[(np.array(creators[0], int), np.array(creators[1], bool))],
    )


def test_people_by_tenure(model):
    groups = HitGroups(model.scenario)
    hit(model, ([0, 1, 2, 100, 0], [True, True, False, True, True]))
    gaps = groups.close_day(model.state)
    rows = frame(groups, model)
    columns = ["n", "innocent_hit", "hit"]
    assert rows.loc[("tenure", "under 30 days"), columns].tolist() == [30, 2, 3]
    assert rows.loc[("tenure", "30 to 365 days"), columns].tolist() == [0, 0, 0]
    assert rows.loc[("tenure", "over 365 days"), columns].tolist() == [270, 1, 1]
    assert gaps["hit_gap_tenure"] == pytest.approx(2 / 30 - 1 / 270)
    assert math.isnan(gaps["hit_gap_region"])  # all live in one


def test_creators_by_followers_and_trade(model):
    """Eight creators; number 7 has the most followers, and 0 and 1 sell."""
    creators = model.state.world.creators
    creators.followers[:] = [10, 20, 30, 40, 50, 60, 70, 80]
    creators.merchant[:] = [True, True] + [False] * 6
    groups = HitGroups(model.scenario)
    hit(model, creators=([0, 1, 7], [True, False, True]))
    gaps = groups.close_day(model.state)
    rows = frame(groups, model)
    assert rows.loc["followers"].innocent_hit.tolist() == [1, 0, 0, 1]
    assert rows.loc["followers"].hit.tolist() == [2, 0, 0, 1]
    assert rows.loc["followers"].n.tolist() == [2, 2, 2, 2]
    assert rows.loc["merchant"].n.to_dict() == {"no": 6, "yes": 2}
    assert gaps["hit_gap_followers"] == pytest.approx(1 / 2)
    assert gaps["hit_gap_merchant"] == pytest.approx(1 / 2 - 1 / 6)


def test_who_is_away_is_in_no_group_unless_hit_today(model):
    status = model.state.world.accounts.status
    status[:10], status[20] = Status.BANNED, Status.LIMITED
    model.state.world.readers.record["left"][10:20] = True
    groups = HitGroups(model.scenario)
    hit(model, ([0], [True]))
    groups.close_day(model.state)
    assert frame(groups, model).loc[("tenure", "under 30 days"), "n"] == 30 - 20 + 1


def test_an_account_that_nobody_lives_by_is_in_no_group(model):
    accounts = model.state.world.accounts
    bought = accounts.add(1).start
    groups = HitGroups(model.scenario)
    hit(model, ([bought], [True]))
    groups.close_day(model.state)
    rows = frame(groups, model).loc["tenure"]
    assert (int(rows.n.sum()), int(rows.hit.sum())) == (300, 0)


def test_the_gap_is_that_of_the_last_days_and_the_table_that_of_the_run(model):
    groups = HitGroups(model.scenario)
    gaps = []
    for day in range(3):
        hit(model, ([0, 1, 2], [True] * 3) if day == 0 else ((), ()))
        gaps.append(groups.close_day(model.state)["hit_gap_tenure"])
    assert gaps == pytest.approx([3 / 30, 3 / 60, 0.0])
    row = frame(groups, model).loc[("tenure", "under 30 days")]
    assert (row.n, row.innocent_hit) == (90, 3)


def test_the_gap_of_groups_by_hand():
    assert gap(np.array([[10, 20, 0], [1, 5, 0], [2, 9, 0]])) == pytest.approx(5 / 20 - 1 / 10)
    assert math.isnan(gap(np.array([[10, 0], [1, 0], [1, 0]])))


def test_every_attribute_has_a_measure():
    names = [measure.name for measure in all_measures((), ())]
    assert [name for name in names if name.startswith("hit_gap_")] == [gap_column(each) for each in ATTRIBUTES]
