"""The sentences of a comparison, for its page and for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.attribution import Attribution
from sim.analysis.comparison import FACTOR, SIGNIFICANT, Comparison
from sim.charts.compare import differences
from sim.charts.compare.subjects import ComparedOutcome
from sim.core.enums import words
from sim.core.formatting import decimals, estimate, listed, times

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

ASKED = "Seeds were added until intervals of {outcome} were at most {width:g} wide"
STOPPED = {
    "given": "",
    "no_interval": ASKED + "; with {seeds} seeds there is still no such interval: too few runs have a value.",
    "not_reached": ASKED + ": not reached, {widest:.2g} with {seeds} seeds, the most allowed.",
    "reached": ASKED
    + ": {widest:.2g} with {seeds} seeds. Stopping at a narrow one makes intervals a little too narrow.",
}
NONE_SIGNIFICANT = (
    "With {seeds} seeds none of {tests} differences can be significant at 5%: it takes at least {enough}."
)
STAKEHOLDERS = {"readers": "Readers", "creators": "Creators", "advertisers": "Advertisers", "platform": "The platform"}
SCORECARD = (
    "For each run, the {window}; in bold its mean over the seeds, and under it the difference from {reference} with "
    "its 95% interval, paired by seed. A star marks a difference that is significant after Holm's correction over the "
    "whole table."
)
DIFFERENCES = (
    "Each mark is the mean difference from the reference (the dotted line) over the seeds; the bar is its 95% "
    "interval. Filled marks are significant after Holm's correction; hollow ones may be chance; grey ones have 0 "
    "inside their interval."
)
NO_DIFFERENCE = "No difference under any seed."
NO_VALUE = "It has no value in any of the runs."
NARROWED = (
    "The runs use common random numbers: under one seed, every policy gets the same random numbers. That makes "
    "intervals {factor} times narrower (median) than independent seeds would, as if there "
    "were {runs} times as many runs."
)
CERTAINTY = (
    "Effect (g): the mean difference divided by the standard deviation of the differences, corrected for few seeds "
    "(Hedges' g of paired differences). In reference sd: divided by the standard deviation of the reference. Narrowed: "
    "the width of the interval with independent seeds divided by its width with common random numbers. p: sign-flip "
    "permutation test, corrected for {tests} differences by Holm's method."
)
MOST_NAMED = 3  # policies that a sentence names
MOST_OUTCOMES = 4  # in the summary


def stopping_sentence(comparison: Comparison) -> str:
    """Why there are as many seeds as there are; empty when the number was given."""
    found = comparison.stopping
    return STOPPED[found.reason].format(
        outcome=found.outcome, width=found.width, widest=found.widest, seeds=found.seeds
    )


def cautions(comparison: Comparison) -> list[str]:
    """What so few seeds cannot show, a sentence each; none where there are enough."""
    seeds, enough = len(comparison.seeds), comparison.seeds_needed
    return [NONE_SIGNIFICANT.format(seeds=seeds, tests=comparison.contrasts, enough=enough)] if seeds < enough else []


def title(comparison: Comparison) -> str:
    """The names of the policies, or of the world in which manipulation is costed."""
    if isinstance(comparison, Attribution):
        return f"What manipulation costs: {words(comparison.policies[1])}"
    return " / ".join(words(policy) for policy in comparison.policies)


def summary(comparison: Comparison) -> list[str]:
    """What the policies change in the first outcomes, a sentence each; of many policies only the extremes."""
    found = []
    for outcome in comparison.outcomes[:MOST_OUTCOMES]:
        rows = differences.table(ComparedOutcome(comparison, outcome))
        rows = rows[rows["mean"].notna()].sort_values("mean", ascending=False)
        if len(rows):
            base = estimate(rows["reference"].iloc[0])
            reference = _under(comparison, comparison.reference)
            found.append(f"{outcome.label}: {base} {reference}{_others(comparison, rows)}.")
    return found


def certainty(comparison: Comparison) -> str:
    """How the table of effect sizes and p-values was computed, and what common random numbers gained."""
    narrowed = comparison.narrowed
    gain = [] if narrowed != narrowed else [NARROWED.format(factor=times(narrowed), runs=times(narrowed**2))]
    return " ".join([*gain, CERTAINTY.format(tests=comparison.tests)])


def _under(comparison: Comparison, policy: str) -> str:
    """`under` a policy, `where` nobody manipulates."""
    under = "where" if isinstance(comparison, Attribution) and policy == comparison.reference else "under"
    return f"{under} {words(policy)}"


def _others(comparison: Comparison, rows: pd.DataFrame) -> str:
    """What is different under the other policies; `rows` are sorted from high to low."""
    changes = [_change(row) for row in rows.to_dict("records")]
    under = [_under(comparison, policy) for policy in rows[FACTOR]]
    if len(rows) <= MOST_NAMED:
        return f"; {listed([f'{change} {policy}' for change, policy in zip(changes, under, strict=True)])}"
    return f"; of the others highest {under[0]} ({changes[0]}) and lowest {under[-1]} ({changes[-1]})"


def _change(row: Mapping[Any, Any]) -> str:
    """A difference in words."""
    if row["mean"] == 0.0:
        return "the same"
    size = estimate(abs(row["mean"]), decimals(row["low"], row["high"]))
    chance = "" if row["p_holm"] < SIGNIFICANT else " (not significant)"
    return f"{size} {'higher' if row['mean'] > 0.0 else 'lower'}{chance}"
