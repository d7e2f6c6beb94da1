"""Sensitivity: known indices through the runner, shares that add up, and honest words on what has settled."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sim import Study, sweep
from sim.analysis.anova import run_variance
from sim.analysis.design_data import Inputs
from sim.analysis.findings import Findings
from sim.analysis.ranking import rank
from sim.analysis.salib import elementary_effects
from sim.analysis.sensitivity import analyse
from sim.charts.study.ranking_text import ranking_sentence
from sim.studies.results import StudyResults

A, B = 7.0, 0.1
STUDY = """
base: base.yaml
factors:
  first: {path: readers.trust_start, range: [0, 1]}
  second: {path: creators.anxiety_mean, range: [0, 1]}
  third: {path: creators.effort_start, range: [0, 1]}
outcomes: [exposure_quality]
limit: 5000
"""


def ishigami(scenario, keep):
    """Ishigami & Homma 1990, of three parameters stretched from 0..1 to -pi..pi; constant over three days."""
    shares = (scenario.readers.trust_start, scenario.creators.anxiety_mean, scenario.creators.effort_start)
    x, y, z = (2 * math.pi * share - math.pi for share in shares)
    value = math.sin(x) + A * math.sin(y) ** 2 + B * z**4 * math.sin(x)
    return dict.fromkeys(keep, pa.table({"day": np.arange(3), "exposure_quality": np.full(3, value)}))


def findings(folder: Path, design: str) -> Findings:
    (folder / "base.yaml").write_text("description: a world that is never lived\n")
    (folder / "study.yaml").write_text(STUDY + f"design: {design}\n")
    study = Study.load(folder / "study.yaml")
    results = sweep(study, folder / "out", workers=0, simulate=ishigami, progress=False, report=False)
    assert not results.failures
    return results.findings


def test_sobol_indices_of_ishigami_lie_in_their_intervals(tmp_path):
    """Exact: Saltelli et al. 2008, Global Sensitivity Analysis, p. 179, for a = 7, b = 0.1."""
    found = findings(tmp_path, "{kind: sobol, samples: 256}").sensitivity["exposure_quality"]
    rows = found.indices.set_index(["index", "factor"])
    known = {"S1": (0.3139, 0.4424, 0.0), "ST": (0.5576, 0.4424, 0.2437)}
    for index, values in known.items():
        for factor, value in zip(("first", "second", "third"), values, strict=True):
            row = rows.loc[(index, factor)]
            assert row["low"] <= value <= row["high"], (index, factor)
            assert row["high"] - row["low"] < 0.5
    assert list(found.convergence["n"].unique()) == [64, 128, 192, 256]
    widths = found.convergence.assign(width=lambda c: c["high"] - c["low"]).groupby("n")["width"].mean()
    assert widths.iloc[-1] < widths.iloc[0]
    assert found.ranking.state == "stable" and found.lost == 0


def exact_morris(levels: int = 4) -> dict[str, float]:
    """Mean absolute elementary effects of Ishigami over the whole grid of the design, counted out."""
    delta = levels / (2 * (levels - 1))
    grid = [i / (levels - 1) for i in range(levels)]

    def f(shares):
        x, y, z = (2 * math.pi * share - math.pi for share in shares)
        return math.sin(x) + A * math.sin(y) ** 2 + B * z**4 * math.sin(x)

    found = {}
    for i, name in enumerate(("first", "second", "third")):
        sizes = []
        for point in itertools.product(grid, repeat=3):
            if point[i] + delta <= 1 + 1e-9:
                moved = list(point)
                moved[i] += delta
                sizes.append(abs(f(moved) - f(point)) / delta)
        found[name] = float(np.mean(sizes))
    return found


def test_morris_effects_of_ishigami_lie_in_their_intervals(tmp_path):
    all_found = findings(tmp_path, "{kind: morris, trajectories: 40, levels: 4}")
    found = all_found.sensitivity["exposure_quality"]
    rows = found.indices.set_index(["index", "factor"])
    for factor, value in exact_morris().items():
        row = rows.loc[("mu_star", factor)]
        assert row["low"] - 1e-9 <= value <= row["high"] + 1e-9, factor
    sigma = rows.loc["sigma"]
    assert (sigma["low"] <= sigma["value"] + 1e-9).all() and (sigma["value"] <= sigma["high"] + 1e-9).all()
    steps = np.array(all_found.about["steps"]) / 3
    effects = elementary_effects(steps, all_found.matrix("exposure_quality")[:, 0])
    assert np.allclose(np.abs(effects).mean(axis=0), rows.loc["mu_star"]["value"])  # our count and SALib's agree


def test_the_analysis_leaves_global_randomness_alone(tmp_path):
    found = findings(tmp_path, "{kind: sobol, samples: 16}")
    results = StudyResults.load(tmp_path / "out")
    state = np.random.get_state()[1].copy()
    first = found.sensitivity["exposure_quality"].indices
    again = results.findings.sensitivity["exposure_quality"].indices
    assert np.array_equal(state, np.random.get_state()[1])
    pd.testing.assert_frame_equal(first, again)


# -- by hand ----------------------------------------------------------------------------------------------


def inputs(kind: str, factors: pd.DataFrame, outcome: np.ndarray, **more: object) -> Inputs:
    numeric = {name: pd.api.types.is_numeric_dtype(factors[name]) for name in factors}
    return Inputs({"kind": kind, **more}, factors, numeric, outcome)


def grid() -> pd.DataFrame:
    return pd.DataFrame(list(itertools.product([0, 1, 2], ["x", "y"])), columns=["a", "b"])


def test_shares_of_a_grid_add_up_and_find_what_was_put_in():
    rng = np.random.default_rng(1)
    frame = grid()
    effect = 2.0 * frame["a"].to_numpy() + np.where(frame["b"] == "y", 1.0, 0.0)
    outcome = effect[:, None] + 10 * rng.normal(size=(1, 8)) + 0.2 * rng.normal(size=(6, 8))
    found = analyse(inputs("grid", frame, outcome))
    shares = found.indices.set_index("factor")["value"]
    assert shares.sum() == pytest.approx(1.0)
    spread = effect - effect.mean()
    expected = ((2.0 * (frame["a"] - 1)) ** 2).mean() / ((spread**2).mean() + 0.2**2)
    assert shares["a"] == pytest.approx(expected, abs=0.03)
    assert shares["a × b"] < 0.02 and found.run_variance.common > 0.9  # what is common is large, and cancels
    assert found.ranked() == ["a", "b"]


def test_random_variation_is_separated_from_the_points():
    rng = np.random.default_rng(2)
    points, common, single = rng.normal(size=(400, 1)), rng.normal(size=(1, 60)), rng.normal(size=(400, 60))
    found = run_variance(points + 2 * common + 3 * single)
    assert (found.points, found.common, found.single) == pytest.approx((1 / 14, 4 / 14, 9 / 14), abs=0.06)
    assert np.isnan(run_variance(points).share)


def test_regression_of_a_hypercube_finds_direction_size_and_names():
    rng = np.random.default_rng(3)
    n = 200
    frame = pd.DataFrame({"up": rng.random(n), "down": rng.random(n), "idle": rng.random(n)})
    frame["name"] = np.array(["p", "q"])[rng.integers(2, size=n)]
    y = 3 * frame["up"] - frame["down"] + np.where(frame["name"] == "q", 0.5, 0.0) + 0.05 * rng.normal(size=n)
    found = analyse(inputs("latin_hypercube", frame, y.to_numpy()[:, None]))
    rows = found.indices.set_index(["index", "factor"])
    assert rows.loc[("prcc", "up"), "value"] > 0.9 and rows.loc[("prcc", "down"), "value"] < -0.8
    assert rows.loc[("prcc", "idle"), "low"] < 0 < rows.loc[("prcc", "idle"), "high"]
    assert rows.loc[("src", "up"), "value"] == pytest.approx(3 * frame["up"].std() / y.std(), abs=0.02)
    assert rows.loc[("share", "name"), "value"] > 0.04 and found.r2["R2"] > 0.98


@pytest.mark.parametrize("sign", [1, -1])
def test_an_outcome_that_follows_one_factor_exactly_correlates_fully_with_it_and_not_with_the_rest(sign):
    frame = pd.DataFrame(np.random.default_rng(5).random((40, 3)), columns=["one", "two", "three"])
    found = analyse(inputs("latin_hypercube", frame, sign * np.exp(frame[["one"]].to_numpy())))
    rows = found.indices.set_index(["index", "factor"])
    assert rows.loc[("prcc", "one"), ["value", "low", "high"]].to_list() == pytest.approx([sign] * 3)
    assert np.allclose(rows.loc["prcc"].loc[["two", "three"]], 0.0, atol=1e-4)
    assert found.sure() == ["one"]


def test_partial_rank_correlations_are_those_of_residuals():
    """By definition: what is left of a factor's ranks and of the outcome's once the other factors are regressed out."""
    rng = np.random.default_rng(6)
    frame = pd.DataFrame(rng.random((60, 3)), columns=["one", "two", "three"])
    y = frame["one"] - 0.5 * frame["two"] ** 2 + 0.2 * rng.normal(size=60)
    found = analyse(inputs("latin_hypercube", frame, y.to_numpy()[:, None])).indices
    ranks, outcome = frame.rank(), y.rank().to_numpy()
    for row in found[found["index"] == "prcc"].itertuples():
        others = np.column_stack([np.ones(60), ranks.drop(columns=row.factor)])
        left = [each - others @ np.linalg.lstsq(others, each)[0] for each in (ranks[row.factor].to_numpy(), outcome)]
        assert row.value == pytest.approx(np.corrcoef(*left)[0, 1])


def test_a_block_with_a_gap_is_left_out_and_counted():
    frame = pd.DataFrame(np.random.default_rng(1).random((40, 2)), columns=["a", "b"])
    outcome = np.random.default_rng(2).random((40, 2))
    outcome[5, 1] = np.nan
    found = analyse(inputs("sobol", frame, outcome, second_order=False))
    assert (found.lost, found.used) == (4, 36)


def test_an_outcome_that_does_not_move_is_said_so():
    found = analyse(
        inputs("sobol", pd.DataFrame(np.ones((32, 2)), columns=["a", "b"]), np.ones((32, 1)), second_order=False)
    )
    assert (found.indices["value"] == 0).all()
    assert found.ranking.state == "no effect"
    assert ranking_sentence(found.ranking, "points") == "No factor changes the outcome."


def convergence(*orders: tuple[float, float, float]) -> pd.DataFrame:
    rows = [
        {"n": 10 * (i + 1), "index": "ST", "factor": name, "value": v, "low": v - 0.1, "high": v + 0.1}
        for i, values in enumerate(orders)
        for name, v in zip("abc", values, strict=True)
    ]
    return pd.DataFrame(rows)


def verdict(frame: pd.DataFrame, unit: str) -> str:
    return ranking_sentence(rank(frame), unit)


def test_the_verdict_is_plain():
    stable = verdict(convergence((0.5, 0.6, 0.01), (0.7, 0.3, 0.01), (0.7, 0.3, 0.02)), "points")
    assert stable.startswith("The ranking of the important factors is stable: a, b, unchanged since 20 of 30 points")
    swapped = verdict(convergence((0.7, 0.3, 0.2), (0.7, 0.25, 0.3)), "points")
    assert "not converged: c and b changed places between 10 and 20 points" in swapped and "overlap" in swapped
    assert "too few" in verdict(convergence((0.7, 0.3, 0.2)), "points")


def test_only_what_chance_does_not_explain_counts():
    none = verdict(convergence((0.02, 0.05, 0.01), (0.09, 0.05, 0.01)), "points")
    assert none == "No factor has a significant effect: with 20 points every interval contains 0."
    one = verdict(convergence((0.7, 0.05, 0.01), (0.7, 0.09, 0.01)), "points")
    assert one.startswith("The ranking is stable: a is the only significant factor, and has been since 10 of 20 points")
    unclear = convergence((0.9, 0.2, 0.01), (0.9, 0.2, 0.01)).assign(
        low=lambda r: r["low"].where(r["factor"] == "c", -1)
    )
    unclear.loc[unclear["factor"] == "c", ["low", "high"]] = [0.005, 0.015]
    assert "of a, is not significant; ask for more points" in verdict(unclear, "points")
