"""The matrix of verdicts: every policy beside every other on the main outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.analysis.comparison import Comparison
from sim.analysis.verdict import BETTER, HIGHER, IDENTICAL, LOWER, OPEN, WORSE
from sim.core.enums import words
from sim.core.formatting import decimals, estimate
from sim.reports.verdict_text import NEED_SEEDS, PairVerdicts, with_unit

LEGEND = (
    "{label}, {window}: each row's policy beside each column's. Difference and 95% interval, paired by seed; better or "
    "worse is significant at 5% after Holm's correction over {tests} tests, no difference that matters is an "
    "equivalence test within {margin}."
)
LEGEND_NO_MARGIN = (
    "{label}, {window}: each row's policy beside each column's. Difference and 95% interval, paired by seed; better or "
    "worse is significant at 5% after Holm's correction over {tests} tests. No smallest difference that matters is "
    "known, so equality is not tested."
)
LEGEND_OF_FEW = "{label}, {window}: each row's policy beside each column's. Difference, paired by seed. " + NEED_SEEDS
CLASSES = {BETTER: "good", WORSE: "bad", HIGHER: "sure", LOWER: "sure", OPEN: "open"}


@dataclass(frozen=True)
class Cell:
    """A row's policy beside a column's; `seeds` says how many are still needed, where the verdict is not known."""

    verdict: str
    change: str = ""
    interval: str = ""
    seeds: str = ""
    css: str = ""


@dataclass(frozen=True)
class Matrix:
    """Verdicts on one outcome; `rows` hold a cell for every policy, None on the diagonal."""

    caption: str
    policies: tuple[str, ...]
    rows: tuple[tuple[Cell | None, ...], ...]


def matrix(comparison: Comparison) -> Matrix:
    """The verdicts on the main outcome, every policy beside every other."""
    verdicts, policies = PairVerdicts(comparison), comparison.policies
    rows = tuple(tuple(None if a == b else cell_of(verdicts.compare_pair(a, b)) for b in policies) for a in policies)
    margin = comparison.smallest[verdicts.outcome.name]
    legend = LEGEND if margin == margin else LEGEND_NO_MARGIN
    if not comparison.has_intervals:
        legend = LEGEND_OF_FEW
    window = verdicts.outcome.window(int(comparison.about["days"]))
    caption = legend.format(
        label=verdicts.outcome.label, window=window, tests=comparison.tests,
        margin=with_unit(f"{margin:.3g}", verdicts.outcome),
    )  # fmt: skip
    return Matrix(caption, tuple(words(policy) for policy in policies), rows)


def cell_of(row: dict[str, Any]) -> Cell:
    """A row of the table `verdict` as text."""
    places = decimals(row["low"], row["high"])
    verdict = row["verdict"]
    if verdict == IDENTICAL:
        return Cell(verdict)
    change = "no difference" if row["difference"] == 0.0 else estimate(row["difference"], places, "+")
    span = "" if places is None else f"{estimate(row['low'], places, '+')} to {estimate(row['high'], places, '+')}"
    return Cell(
        verdict, change, span, _needed(row["seeds_needed"]) if verdict == OPEN else "", CLASSES.get(verdict, "")
    )


def _needed(seeds: float) -> str:
    if seeds != seeds:
        return "too few values"
    if seeds == float("inf"):
        return "more than 200 seeds"
    return f"{int(seeds)} more seed{'' if seeds == 1 else 's'}"
