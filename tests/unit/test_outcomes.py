"""Outcomes: what a study or a command may write, and the number that it means."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim import Scenario
from sim.analysis.outcomes import Outcome, check_measured, evaluate_runs, measures, scorecard
from sim.core.errors import ScenarioError

DAILY = pd.DataFrame({"day": range(20), "reads": np.arange(20.0), "honest_quit": [np.nan] * 20})


def of(**fields: object) -> float:
    return Outcome.of({"measure": "reads"} | fields).evaluate(DAILY)


def test_windows_and_ways() -> None:
    assert Outcome.of("reads").evaluate(DAILY) == np.arange(6, 20).mean()  # the last two weeks
    assert of(last=1) == 19
    assert of(last=100) == 9.5
    assert of(days=[2, 4]) == 3
    assert of(days=[2, 4], how="sum") == 9
    assert of(days=[2, 4], how="last") == 4
    assert of(last=5, how="change") == 17 - 3
    assert np.isnan(of(days=[30, 40]))
    assert np.isnan(of(days=[30, 40], how="last"))


def test_an_outcome_without_a_label_is_called_by_its_name_or_its_measure() -> None:
    label = {how: Outcome.of({"measure": "reads", "how": how}).label for how in ("mean", "sum", "change")}
    assert label["sum"] == f"{label['mean']}, sum" and label["change"] == f"{label['mean']}, change"
    assert Outcome.of({"measure": "reads", "name": "reads_late"}).label == "reads late"
    assert Outcome.of({"measure": "reads", "name": "reads_late", "label": "Late reads"}).label == "Late reads"


def test_what_was_never_defined_is_nan() -> None:
    assert np.isnan(Outcome.of("honest_quit").evaluate(DAILY))
    assert np.isnan(Outcome.of({"measure": "honest_quit", "how": "sum"}).evaluate(DAILY))
    assert np.isnan(Outcome.of("exposure_quality").evaluate(DAILY))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("exposure_qualty", "did you mean 'exposure_quality'"),
        ({"measure": "reads", "wehn": 3}, "no such key"),
        ({"name": "x"}, "must name a measure"),
        ({"measure": "reads", "days": [5, 2]}, "before the first"),
        ({"measure": "reads", "days": 5}, "first and the last day"),
        ({"measure": "reads", "last": 0}, "at least 1"),
        ({"measure": "reads", "last": True}, "whole number"),
        ({"measure": "reads", "how": "median"}, "one of mean, sum, last, change"),
        ({"measure": "reads", "better": "up"}, "one of higher, lower"),
    ],
)
def test_mistakes_are_told(spec: object, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        Outcome.of(spec)  # type: ignore[arg-type]


def test_plain_values_and_back() -> None:
    for each in (*scorecard(), Outcome.of({"measure": "reads", "days": [1, 2], "how": "sum", "name": "mine"})):
        assert Outcome.of(each.plain()) == each


def test_every_outcome_of_the_scorecard_is_measured_everywhere() -> None:
    for name in ("baseline", "no_manipulation", "composite_plus_rules"):
        check_measured(scorecard(), Scenario.load(f"scenarios/{name}.yaml"))
    assert set(measures()) >= {each.measure for each in scorecard()}


def test_what_a_scenario_does_not_measure_is_refused_before_it_runs() -> None:
    scenario = Scenario.load("scenarios/baseline.yaml", days=10)
    with pytest.raises(ScenarioError, match="is not measured in 'baseline'"):
        check_measured((Outcome.of("share_strategy_from_mars"),), scenario)
    with pytest.raises(ScenarioError, match="asks for day 30, but the run has 10"):
        check_measured((Outcome.of({"measure": "reads", "days": [20, 30]}),), scenario)


def test_runs_of_a_tidy_table() -> None:
    parts = [DAILY.assign(point=p, repetition=r, seed=10 + r, x=p * 2.0) for p in (0, 1) for r in (0, 1)]
    found = evaluate_runs(pd.concat(parts), (Outcome.of("reads"),), ("x",))
    assert list(found) == ["point", "repetition", "seed", "x", "reads"]
    assert found["reads"].tolist() == [12.5] * 4
    assert found["x"].tolist() == [0, 0, 2, 2]
