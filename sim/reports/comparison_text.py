"""The sentences of a comparison, for its page and for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.attribution import Attribution
from sim.analysis.comparison import Comparison
from sim.analysis.paired import FEWEST
from sim.charts.compare.subjects import reference_label
from sim.core.enums import words
from sim.core.formatting import times
from sim.reports.verdict_text import NEED_SEEDS

if TYPE_CHECKING:
    pass

ASKED = "Seeds were added until intervals of {outcome} were at most {width:g} wide"
STOPPED = {
    "given": "",
    "no_interval": ASKED + "; with {seeds} seeds there is still no such interval: too few runs have a value.",
    "not_reached": ASKED + ": not reached, {widest:.2g} with {seeds} seeds, the most allowed.",
    "reached": ASKED
    + ": {widest:.2g} with {seeds} seeds. Stopping at a narrow one makes intervals a little too narrow.",
}
STAKEHOLDERS = {"readers": "Readers", "creators": "Creators", "advertisers": "Advertisers", "platform": "The platform"}
SCORECARD = (
    "For each run, the {window}; in bold its mean over the seeds, and under it the difference from {reference} with "
    "its 95% interval, paired by seed. A star marks a difference that is significant after Holm's correction over the "
    "whole table."
)
SCORECARD_OF_FEW = (
    "For each run, the {window}; in bold its mean over the seeds, and under it the difference from {reference}, paired "
    "by seed. " + NEED_SEEDS
)
DIFFERENCES = (
    "Each mark is the mean difference from the reference (the dotted line) over the seeds; the bar is its 95% "
    "interval. Filled marks are significant after Holm's correction; hollow ones may be chance; grey ones have 0 "
    "inside their interval."
)
DIFFERENCES_OF_FEW = (
    "Each mark is the mean difference from the reference (the dotted line) over the seeds. Any may be chance. "
    + NEED_SEEDS
)
NO_DIFFERENCE = "No difference under any seed."
FEW_VALUES = "No difference, but only {n} of {seeds} seeds have a value under both."
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
NO_CERTAINTY = "Effect sizes, tests and what common random numbers gain need {fewest} seeds."


def describe_scorecard(comparison: Comparison, window: str) -> str:
    """How the table of outcomes is read; `window` says of which days its figures are."""
    shown = SCORECARD if comparison.has_intervals else SCORECARD_OF_FEW
    return shown.format(window=window, reference=reference_label(comparison))


def describe_differences(comparison: Comparison) -> str:
    """How the charts of differences are read."""
    return DIFFERENCES if comparison.has_intervals else DIFFERENCES_OF_FEW


def stopping_sentence(comparison: Comparison) -> str:
    """Why there are as many seeds as there are; empty when the number was given."""
    found = comparison.stopping
    return STOPPED[found.reason].format(
        outcome=found.outcome, width=found.width, widest=found.widest, seeds=found.seeds
    )


def title(comparison: Comparison) -> str:
    """The names of the policies, or of the world in which manipulation is costed."""
    if isinstance(comparison, Attribution):
        return f"What manipulation costs: {words(comparison.policies[1])}"
    return " / ".join(words(policy) for policy in comparison.policies)


def describe_certainty(comparison: Comparison) -> str:
    """How the table of effect sizes and p-values was computed, and what common random numbers gained."""
    if not comparison.has_intervals:
        return NO_CERTAINTY.format(fewest=FEWEST)
    narrowed = comparison.narrowed
    gain = [] if narrowed != narrowed else [NARROWED.format(factor=times(narrowed), runs=times(narrowed**2))]
    return " ".join([*gain, CERTAINTY.format(tests=comparison.tests)])
