"""Claims: values of figures seed by seed, verdicts on data with known answers, and the file that ships."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.analysis.claims import KEPT, NOT_KEPT, NOT_KNOWN, REMAINS, VANISHES, evaluate, names_in, verdict_on

EVIDENCE = Path(__file__).parents[2] / "scenarios" / "evidence"
RUNS = pd.DataFrame(
    {
        "seed": [1, 2, 3, 1, 2],
        "world": ["a", "a", "a", "b", "b"],
        "q": [3.0, 4.0, 9.0, 1.0, 2.0],
        "r": [1.0, 0.0, 1.0, 2.0, 4.0],
    }
)


def test_a_value_is_worked_out_seed_by_seed_over_the_seeds_that_all_worlds_have() -> None:
    assert evaluate("a.q - b.q", RUNS).tolist() == [2.0, 2.0]
    assert evaluate("(a.q + 1) * 2 / b.q", RUNS).tolist() == [8.0, 5.0]
    assert np.isnan(evaluate("b.q / a.r", RUNS)[1])  # a division by zero is no value
    assert names_in("(a.q - b.q) / a.r") == [("a", "q"), ("b", "q"), ("a", "r")]


@pytest.mark.parametrize("text", ["a.q +", "__import__('os')", "a.q ** 2", "a", "a.q.r", "[a.q]", "'x'"])
def test_anything_but_arithmetic_of_figures_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no value of figures"):
        names_in(text)


def draws(mean: float, n: int = 20, spread: float = 0.01) -> np.ndarray:
    """Numbers of exactly this mean and spread."""
    ranks = stats.norm.ppf((np.arange(n) + 0.5) / n)
    return mean + spread * ranks / ranks.std(ddof=1)


@pytest.mark.parametrize(
    ("mean", "sign", "verdict"),
    [(-0.2, "-", KEPT), (-0.02, "-", NOT_KEPT), (-0.05, "-", NOT_KNOWN), (0.2, "-", NOT_KEPT), (0.2, "+", KEPT)],
)
def test_a_claim_is_kept_when_its_interval_lies_beyond_the_smallest_effect(
    mean: float, sign: str, verdict: str
) -> None:
    assert verdict_on(draws(mean), None, sign, 0.05).verdict == verdict


def test_a_ratio_is_judged_against_one_and_a_range_against_its_ends() -> None:
    assert verdict_on(draws(1.8), None, "+", 0.5, null=1.0).verdict == KEPT
    assert verdict_on(draws(1.2), None, "+", 0.5, null=1.0).verdict == NOT_KEPT
    assert verdict_on(draws(0.9), None, None, 0.0, between=(0.84, 0.94)).verdict == KEPT
    assert verdict_on(draws(0.7), None, None, 0.0, between=(0.84, 0.94)).verdict == NOT_KEPT
    assert verdict_on(draws(0.94), None, None, 0.0, between=(0.84, 0.94)).verdict == NOT_KNOWN


def test_a_claim_whose_control_does_not_vanish_is_not_kept() -> None:
    effect = draws(-0.2)
    gone, there, unclear = draws(0.001), draws(-0.19), draws(0.0, spread=0.5)
    assert verdict_on(effect, gone, "-", 0.05)[-2:] == (VANISHES, KEPT)
    assert verdict_on(effect, there, "-", 0.05)[-2:] == (REMAINS, NOT_KEPT)
    # not significant is not the same as no effect
    assert verdict_on(effect, unclear, "-", 0.05)[-2:] == (NOT_KNOWN, NOT_KNOWN)


def test_too_few_seeds_know_nothing() -> None:
    for values in (np.array([]), np.array([-0.2]), np.array([-0.2, np.nan])):
        found = verdict_on(values, None, "-", 0.05)
        assert found.verdict == NOT_KNOWN and math.isnan(found.low)


def test_error_rates_on_known_effects() -> None:
    """Kept by mistake at most as often as the level says, with no effect beyond the smallest."""
    rng = np.random.default_rng(0)
    n, rounds = 8, 1000
    kept = sum(verdict_on(rng.normal(-0.05, 0.03, n), None, "-", 0.05).verdict == KEPT for _ in range(rounds))
    assert kept / rounds < 0.04  # one side of a 95 % interval: 2.5 %
    vanishing = sum(
        verdict_on(draws(-0.2), rng.normal(0.05, 0.03, n), "-", 0.05).verdict == KEPT for _ in range(rounds)
    )
    assert vanishing / rounds < 0.07  # equivalence is claimed by mistake at most in 5 %


@pytest.fixture(scope="module")
def script():
    """The script as a module; it imports `figures`, which lies beside it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("figures", "processes", "claims"):
            spec = importlib.util.spec_from_file_location(name, EVIDENCE / f"{name}.py")
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            patch.setitem(sys.modules, name, module)
            spec.loader.exec_module(module)
        yield module


def test_the_claims_that_ship_name_worlds_that_can_be_built_and_figures_that_are_taken(script) -> None:
    import figures

    found = script.read()
    taken = set(figures.figures_of(script.Scenario.load("composite_plus_rules", days=9).with_changes(TINY)))
    built = {name: world.build() for name, world in found.worlds.items()}
    names = {claim.id for claim in found.claims}
    assert len(names) == len(found.claims) > 30
    assert {claim.presupposes for claim in found.claims} - {None} <= names
    for claim in found.claims:
        for expression in filter(None, (claim.value, claim.control)):
            for world, figure in names_in(expression):
                assert world in built, f"{claim.id}: no world {world}"
                known = figure in taken or figure.startswith(("trust_day_", "reach_", "hot_", "follows_per_"))
                assert known or "_honest" in figure or "_manipulating" in figure, f"{claim.id}: no figure {figure}"


TINY = {
    "readers.n": 600,
    "creators.n": 60,
    "probes.share_posts": 0.5,
    "mutual_aid.founders": 2,
    "creators.manipulating_start": 0.5,
}


@pytest.mark.parametrize("lacks", [{"sign": None}, {"between": (0, 1)}, {"control": None}, {"uncontrolled": "why"}])
def test_a_claim_has_one_expectation_and_a_control_or_a_reason_for_none(script, lacks) -> None:
    whole = {"id": "x", "row": "S1", "says": "It grows.", "value": "a.q", "sign": "+", "control": "a.r"}
    assert script.Claim(**whole)
    with pytest.raises(ValueError, match="claim x: give either"):
        script.Claim(**{**whole, **lacks})


def test_the_script_says_what_is_kept(script) -> None:
    claim = script.Claim(
        id="x", row="S1", says="It grows.", value="a.q - b.q", sign="+", smallest=1.0, control="a.r - a.r"
    )
    runs = pd.concat([RUNS.assign(seed=RUNS.seed + 10 * k) for k in range(3)])
    row = script.judge(claim, runs, script.Claims(seeds=3, worlds={}, claims=[claim]))
    assert (row["verdict"], row["control_verdict"], row["n"], row["mean"]) == (KEPT, VANISHES, 6, 2.0)
    shown = script.show([claim], pd.DataFrame([row]))
    assert shown.row_count == 1


def test_nothing_is_known_of_a_claim_that_presupposes_one_that_is_not_kept(script) -> None:
    usual = {"row": "S", "says": "", "sign": "+", "smallest": 0.1, "uncontrolled": "a test"}
    runs = pd.concat([RUNS.assign(seed=RUNS.seed + 10 * k) for k in range(3)])
    for lost, expected in (("a.q", KEPT), ("a.q - a.q", NOT_KNOWN)):
        first = script.Claim(id="first", value=lost, **usual)
        second = script.Claim(id="second", value="a.q", presupposes="first", **usual)
        both = script.Claims(seeds=3, worlds={}, claims=[first, second])
        assert script.with_presupposed(both, [second]) == [first, second]
        assert script.judge(second, runs, both)["verdict"] == expected
