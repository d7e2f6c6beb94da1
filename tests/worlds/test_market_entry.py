"""When new farms enter the market."""

from __future__ import annotations

import pytest

from tests.helpers.farm_market import market


@pytest.mark.parametrize(
    ("weeks", "losing", "looked_at", "enters"),
    [
        ([[-50.0, 8.0]], [0], 1, True),  # the last week alone paid
        ([[-50.0, 8.0]], [0], 2, False),  # the two together did not
        ([[50.0, 8.0]], [0], 2, True),
        ([[50.0, 8.0], [90.0, -1.0]], [0, 1], 1, False),  # one of them loses
        ([[50.0, -8.0], [90.0, 9.0]], [0, 0], 1, True),
    ],
)
def test_entry_looks_paying_by_the_weeks_that_are_looked_at(
    weeks: list[list[float]], losing: list[int], looked_at: int, enters: bool
) -> None:
    model = market(len(weeks), enter_weeks=looked_at)
    farms = model.actors.market.open
    assert len(farms) == len(weeks)
    for farm, books, lost in zip(farms, weeks, losing, strict=True):
        farm.weeks, farm.losing_weeks = books, lost
    assert model.actors.market.looks_paying is enters
