"""How old accounts are: no shipped detector looks at it, but those of users see what the scenario says."""

from __future__ import annotations

import numpy as np
import pytest

from sim import EngagementModel, Scenario
from sim.core.enums import Grade
from sim.world.observables import view_accounts

SMALL = {"readers.n": 500, "creators.n": 200, "farms.n": 1, "mcn.n": 1}


def ages(changes: dict[str, int]) -> tuple[EngagementModel, np.ndarray]:
    """A new model, and the age in days of every account as detectors see it."""
    model = EngagementModel(Scenario().with_changes(SMALL | changes), seed=1, threads=1)
    return model, -view_accounts(model.state.world).registered_day.astype(int)


@pytest.mark.parametrize(
    ("parameter", "grade"),
    [
        ("farms.machine_age_days", Grade.MACHINE),
        ("farms.raised_age_days", Grade.RAISED),
        ("farms.real_age_days", Grade.REAL_PERSON),
        ("mcn.account_age_days", Grade.MATRIX),
    ],
)
def test_bought_accounts_are_as_old_as_the_scenario_says(parameter: str, grade: Grade) -> None:
    model, age = ages({parameter: 77})
    bought = model.state.world.accounts.grade == grade
    assert bought.any() and (age[bought] == 77).all()


@pytest.mark.parametrize(
    ("parameter", "grade"), [("readers.account_age_days", Grade.READER), ("creators.account_age_days", Grade.CREATOR)]
)
def test_the_oldest_account_is_as_old_as_the_scenario_says(parameter: str, grade: Grade) -> None:
    model, age = ages({parameter: 100})
    theirs = age[model.state.world.accounts.grade == grade]
    assert 95 <= theirs.max() <= 100 and theirs.min() <= 5


def test_accounts_that_an_agency_buys_later_have_an_age_of_their_own() -> None:
    model, age = ages({"mcn.new_account_age_days": 9})
    agency = model.actors.agencies.all[0]
    agency.brought = {0: 1e6}  # a week of good business: the matrix grows when the books are looked at
    for _ in range(model.state.scenario.mcn.books_days * 24):
        model.step()
        agency.brought = agency.brought or {0: 1e6}
    day = model.state.clock.day - 1
    fresh = agency.matrix.ids[agency.matrix.ids >= len(age)]
    assert len(fresh) and set(view_accounts(model.state.world).registered_day[fresh].tolist()) == {day - 9}
