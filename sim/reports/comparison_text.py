"""Sentences on what the number of seeds of a comparison can and cannot show, for the page and the terminal."""

from __future__ import annotations

from sim.analysis.comparison import Comparison
from sim.analysis.paired import FEWEST_BCA

ASKED = "Seeds were added until intervals of {outcome} were at most {width:g} wide"
STOPPED = {
    "given": "",
    "no_interval": ASKED + "; with {seeds} seeds there is still no such interval: too few runs have a value.",
    "not_reached": ASKED + ": not reached, {widest:.2g} with {seeds} seeds, the most allowed.",
    "reached": ASKED
    + ": {widest:.2g} with {seeds} seeds. Stopping at a narrow one makes intervals a little too narrow.",
}
NONE_SIGNIFICANT = (
    "With {seeds} seeds none of {tests} differences can be significant at 5 %: it takes at least {enough}."
)
TOO_NARROW = (
    "Intervals from fewer than {fewest} seeds are too narrow: with three seeds they hold the true value in about 77 of "
    "100 cases rather than 95, with five in 83, with nine in 89."
)


def stopping_sentence(comparison: Comparison) -> str:
    """Why there are as many seeds as there are; empty when the number was given."""
    found = comparison.stopping
    return STOPPED[found.reason].format(
        outcome=found.outcome, width=found.width, widest=found.widest, seeds=found.seeds
    )


def cautions(comparison: Comparison) -> list[str]:
    """What so few seeds cannot show, a sentence each; none where there are enough."""
    seeds, enough = len(comparison.seeds), comparison.seeds_needed
    found = []
    if seeds < enough:
        found.append(NONE_SIGNIFICANT.format(seeds=seeds, tests=len(comparison.differences), enough=enough))
    if seeds < FEWEST_BCA:
        found.append(TOO_NARROW.format(fewest=FEWEST_BCA))
    return found
