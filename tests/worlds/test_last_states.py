"""The table `creators` keeps the last state of everybody: at the end of the run, and on leaving."""

from __future__ import annotations

import numpy as np
import pytest

from sim import EngagementModel, Scenario, run

SMALL = {"readers.n": 400, "creators.n": 40, "creators.quit_after_weeks": 1, "creators.quit_per_week": 0.5}


@pytest.mark.parametrize("days", [3, 7, 18, 21])
def test_every_creator_who_was_ever_there_has_a_last_row(days: int) -> None:
    model = EngagementModel(Scenario.load("scenarios/baseline.yaml", days=days, set=SMALL), seed=2, threads=1)
    while model.running:
        model.step()
    model.finish()
    rows, columns = model.tables.frame("creators"), model.state.world.creators
    assert not rows.duplicated(["day", "creator"]).any()
    assert rows["day"].is_monotonic_increasing
    last = rows.groupby("creator").tail(1).set_index("creator").sort_index()
    assert last.index.tolist() == list(range(len(columns)))
    here = columns.present
    assert (last["present"].to_numpy() == here).all()
    assert (last["day"][here] == days - 1).all()
    assert (last["day"].to_numpy()[~here] == columns.quit_day[~here]).all()
    assert (last["followers"].to_numpy()[here] == columns.followers[here]).all()
    assert days < 14 or (~here).any()


def test_whoever_leaves_is_kept_as_they_left() -> None:
    model = EngagementModel(Scenario.load("scenarios/baseline.yaml", days=10, set=SMALL), seed=2, threads=1)
    for _ in range(3 * 24 + 5):
        model.step()
    columns = model.state.world.creators
    row = int(np.flatnonzero(columns.present & (columns.mcn < 0))[0])
    assert model.actors.agencies.sign(row)
    agency, followers, income = int(columns.mcn[row]), int(columns.followers[row]), float(columns.income_week[row])
    model.actors.creators[row].remove()
    assert columns.mcn[row] == -1
    left = model.tables.frame("creators").set_index("creator").loc[row]
    assert (left["day"], left["present"], left["mcn"]) == (3, False, agency)
    assert (left["followers"], left["income_week_cny"]) == (followers, income)


def test_rows_of_the_weeks_are_as_they_were() -> None:
    found = run(Scenario.load("scenarios/baseline.yaml", days=18, set=SMALL), progress=False, threads=1).creators
    weeks = found[found["present"] & (found["day"] % 7 == 6)]
    assert {*weeks["day"]} == {6, 13}
    assert (weeks.groupby("day").size() == 40).all()  # whoever left is replaced
