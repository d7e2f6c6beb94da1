"""Detectors that learn: when, what is kept of it, and who gets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

import sim
from sim.core.enums import Target
from sim.core.tables import Tables
from sim.engine.model import EngagementModel
from sim.plugins.detectors import Detector, Scores
from sim.plugins.detectors.logistic import Logistic
from sim.plugins.parameters import parameter
from sim.scenario import Scenario

SMALL = {"readers.n": 400, "creators.n": 40}
WEEK_TICKS = 7 * 24
LEARNED = {
    **SMALL,
    "run.days": 16,
    "creators.manipulating_start": 0.8,
    "creators.savings_cny": 20000.0,
    "platform.audits_per_1000_creators": 1000.0,
    "platform.detectors": {"learned": {"name": "learned_accounts", "min_labels": 5}},
}
TOLD: list[Any] = []


@dataclass(frozen=True)
class Weeks(Detector):
    """Learns on which day it learnt; asks for nothing else."""

    target: ClassVar[Target] = Target.ACCOUNT
    needs_posts: ClassVar[bool] = False
    needs_history: ClassVar[bool] = False
    every: int = parameter(1, "learns in every so many weeks", unit="weeks", ge=1, le=9)
    threshold: float = parameter(0.5, "suspicion of a verdict")

    def inspect(self, view, clock, fitted=None):
        TOLD.append((clock.tick, fitted))
        return Scores.nothing()

    def fit(self, view, clock):
        week = 1 + clock.day // 7
        return {"tick": clock.tick} if week % self.every == 0 else None


@pytest.fixture
def told():
    TOLD.clear()
    return TOLD


def weeks(told, days, calendar=(), **detector):
    """What the detector was told, by day (all of a day's ticks the same), in a run with it."""
    changes = {**SMALL, "run.days": days, "calendar": list(calendar), "platform.detectors": {"mine": Weeks(**detector)}}
    model = EngagementModel(Scenario().with_changes(changes), threads=1)
    while model.running:
        model.step()
    by_day: dict[int, set[Any]] = {}
    for tick, fitted in told:
        by_day.setdefault(tick // 24, set()).add(None if fitted is None else fitted["tick"])
    assert all(len(each) == 1 for each in by_day.values())
    return {day: each.pop() for day, each in by_day.items()}


FIRST, SECOND = WEEK_TICKS - 1, 2 * WEEK_TICKS - 1


def test_what_is_learnt_at_a_weeks_end_counts_from_the_next_week_on(told):
    found = weeks(told, 16)
    assert found == {**dict.fromkeys(range(7), None), **dict.fromkeys(range(7, 14), FIRST), 14: SECOND, 15: SECOND}


def test_who_learns_nothing_keeps_what_it_knew(told):
    found = weeks(told, 22, every=2)
    assert found == {**dict.fromkeys(range(14), None), **dict.fromkeys(range(14, 22), SECOND)}


def test_who_is_switched_off_for_a_time_knows_afterwards_what_it_knew(told):
    off, on = ({"day": day, "set": {"detectors": {"mine": each}}} for day, each in ((8, None), (15, Weeks())))
    found = weeks(told, 17, [off, on])
    assert found == {**dict.fromkeys(range(7), None), 7: FIRST, 15: FIRST, 16: FIRST}


def test_another_under_the_same_label_starts_afresh(told):
    found = weeks(told, 16, [{"day": 9, "set": {"detectors": {"mine": Weeks(threshold=0.6)}}}])
    assert found == {**dict.fromkeys(range(7), None), 7: FIRST, 8: FIRST, **dict.fromkeys(range(9, 14), None),
                     14: SECOND, 15: SECOND}  # fmt: skip


def test_a_detector_without_the_step_gets_two_arguments(told):
    @dataclass(frozen=True)
    class Plain(Detector):
        target: ClassVar[Target] = Target.ACCOUNT
        fit: float = parameter(0.5, "a parameter that happens to have this name")
        threshold: float = parameter(0.5, "suspicion of a verdict")

        def inspect(self, view, clock, *others):
            told.append(others)
            return Scores.nothing()

    changes = {**SMALL, "run.days": 8, "platform.detectors": {"plain": Plain()}}
    model = EngagementModel(Scenario().with_changes(changes), threads=1)
    while model.running:
        model.step()
    assert set(told) == {()} and model.state.platform.fitted == {}


# -- the one that ships


def test_it_judges_from_the_second_week_on_and_finds_some():
    model = EngagementModel(Scenario().with_changes(LEARNED), seed=2, threads=1)
    judged: dict[int, int] = {}
    while model.running:
        model.step()
        for found in model.state.platform.flags:
            day = (model.clock.tick - 1) // 24
            judged[day] = judged.get(day, 0) + found.judged
    assert all(judged[day] == 0 for day in range(7)) and all(judged[day] > 0 for day in range(7, 16))
    detector, fitted = model.state.platform.fitted["learned"]
    assert detector == model.state.policy.detectors["learned"] and isinstance(fitted, Logistic)
    daily = model.state.tables.frame("daily")
    assert daily["learned_recall"].iloc[-2:].mean() > 0.2 and daily["learned_precision"].iloc[-2:].mean() > 0.5


OPTIONS = {"seed": 2, "threads": 1, "twin": False, "progress": False}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return sim.run(Scenario().with_changes(LEARNED), out=tmp_path_factory.mktemp("whole"), **OPTIONS)


@pytest.mark.parametrize("days_done", [5, 9])
def test_a_resumed_run_gives_the_same_bits(tmp_path, monkeypatch, whole, days_done):
    """Interrupted before the first fit, and after it."""
    scenario = Scenario().with_changes(LEARNED)
    assert whole.daily["learned_recall"].notna().any()
    real, calls = Tables.add, []

    def add(self, name, **row):
        if name == "daily":
            calls.append(1)
            if len(calls) > days_done:
                raise KeyboardInterrupt
        real(self, name, **row)

    monkeypatch.setattr(Tables, "add", add)
    with pytest.raises(KeyboardInterrupt):
        sim.run(scenario, out=tmp_path / "parts", checkpoint_every=2, **OPTIONS)
    monkeypatch.setattr(Tables, "add", real)
    resumed = sim.resume(tmp_path / "parts" / next((tmp_path / "parts").iterdir()).name, threads=2, progress=False)
    assert resumed.manifest["tables"] == whole.manifest["tables"]
