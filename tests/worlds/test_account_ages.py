"""How old accounts are: what the scenario says is what detectors see."""

from __future__ import annotations

import numpy as np
import pytest

from sim import EngagementModel, Scenario
from sim.core.enums import Grade
from sim.world.observables import view_accounts

SMALL = {"readers.n": 500, "creators.n": 200, "farms.n_per_1000_creators": 1.0, "mcn.n_per_1000_creators": 1.0}


def registered(model: EngagementModel, rows: np.ndarray) -> np.ndarray:
    """Days of registration of accounts as detectors see them."""
    tokens = model.state.world.tokens["account"].tokens_of(rows)
    return view_accounts(model.state.world).of(tokens).registered_day.astype(int)


def ages(changes: dict[str, int]) -> tuple[EngagementModel, np.ndarray]:
    """A new model, and the age in days of every account as detectors see it."""
    model = EngagementModel(Scenario().with_changes(SMALL | changes), seed=1, threads=1)
    return model, -registered(model, np.arange(model.state.world.accounts.n))


@pytest.mark.parametrize(
    ("oldest", "youngest", "grade"),
    [
        ("farms.machine_age_days", "farms.machine_age_min_days", Grade.MACHINE),
        ("farms.raised_age_days", "farms.raised_age_min_days", Grade.RAISED),
        ("mcn.account_age_days", "mcn.account_age_min_days", Grade.MATRIX),
    ],
)
def test_bought_accounts_are_as_old_as_the_scenario_says(oldest: str, youngest: str, grade: Grade) -> None:
    model, age = ages({oldest: 77, youngest: 70})
    bought = model.state.world.accounts.grade == grade
    assert set(age[bought].tolist()) == set(range(70, 78))
    model, age = ages({oldest: 77, youngest: 77})
    assert set(age[model.state.world.accounts.grade == grade].tolist()) == {77}


def test_hired_people_and_creators_are_as_old_as_readers() -> None:
    model, age = ages({"readers.account_age_days": 100})
    world = model.state.world
    people = world.accounts.grade == Grade.PERSON
    assert 95 <= age[people].max() <= 100 and 1 <= age[people].min() <= 5
    (farm,) = model.actors.market.open
    for theirs in (farm.stock["real_person"].ids, world.creators.account):
        assert (world.accounts.grade[theirs] == Grade.PERSON).all()
        assert (world.accounts.seat[theirs] >= 0).all()


def test_accounts_that_an_agency_buys_later_are_as_old_on_the_day_of_buying() -> None:
    model, age = ages({"mcn.account_age_days": 9, "mcn.account_age_min_days": 9})
    agency = model.actors.agencies.all[0]
    agency.brought = {0: 1e6}  # a week of good business: the matrix grows when the books are looked at
    for _ in range(model.state.scenario.mcn.books_days * 24):
        model.step()
        agency.brought = agency.brought or {0: 1e6}
    day = model.state.clock.day - 1
    fresh = agency.matrix.ids[agency.matrix.ids >= len(age)]
    assert len(fresh) and set(registered(model, fresh).tolist()) == {day - 9}


def test_who_signs_up_is_new() -> None:
    model, age = ages({"accounts.sign_ups_per_day": 0.05})
    for _ in range(48):
        model.step()
    persons = model.state.world.readers.persons
    fresh = persons[persons >= len(age)]
    assert len(fresh) and set(registered(model, fresh).tolist()) == {1, 2}
