"""The most likes that a post got within an hour or a day."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.clock import DAY_S, HOUR_S
from sim.core.enums import Kind, Origin
from sim.engine.model import EngagementModel
from sim.measures.snapshots import busiest
from sim.world.likes import LikeTable


def likes_of(rows: list[tuple[int, int, Origin]]) -> LikeTable:
    """A table with likes of (post, second, origin), in order of time."""
    table = LikeTable()
    rows = sorted(rows, key=lambda row: row[1])
    if rows:
        post, time_s, origin = zip(*rows, strict=True)
        table.add(len(rows), post=post, time_s=time_s, origin=origin, account=range(len(rows)))
    return table


def test_likes_of_a_post_that_fit_into_one_hour() -> None:
    own = [(0, second, Origin.ORGANIC) for second in (0, 10, HOUR_S - 1, HOUR_S, 2 * HOUR_S)]
    others = [(0, 5, Origin.FARM), (1, 7, Origin.ORGANIC)]
    table = likes_of([*own, *others])
    assert busiest(table, HOUR_S, 3).tolist() == [3, 1, 0]  # what comes a whole hour later is outside
    assert busiest(table, DAY_S, 3).tolist() == [5, 1, 0]
    assert busiest(likes_of([]), HOUR_S, 2).tolist() == [0, 0]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4 * HOUR_S)), max_size=30), st.integers(1, 3 * HOUR_S))
def test_it_is_the_most_of_all_windows(likes: list[tuple[int, int]], span_s: int) -> None:
    found = busiest(likes_of([(post, second, Origin.ORGANIC) for post, second in likes]), span_s, 4)
    for post in range(4):
        seconds = np.array([second for each, second in likes if each == post])
        most = max((int(((seconds >= first) & (seconds < first + span_s)).sum()) for first in seconds), default=0)
        assert found[post] == pytest.approx(most)


def test_likes_by_hour_are_those_of_the_run() -> None:
    changes = {"readers.n": 400, "readers.people": 4000, "creators.n": 40, "creators.manipulating_start": 0.5}
    model = EngagementModel("baseline", seed=3, days=4, threads=1, **changes)
    own, arranged = np.zeros(24, int), np.zeros(24, int)
    while model.running:
        hour = model.clock.hour
        model.step()
        log = model.state.world.log
        origin = log.origin[log.rows_of(Kind.LIKE)]
        own[hour] += int((origin == Origin.ORGANIC).sum())
        arranged[hour] += int(np.isin(origin, [Origin.MUTUAL_AID, Origin.FARM, Origin.MATRIX]).sum())
    model.finish()
    rhythm = model.tables.frame("rhythm")
    assert rhythm["likes"].tolist() == own.tolist() and own.sum() > 0
    assert rhythm["arranged_likes"].tolist() == arranged.tolist() and arranged.sum() > 0
