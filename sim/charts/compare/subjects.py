"""What the charts of a comparison draw: one outcome, one measure over time, or one count of honest creators."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.attribution import COUNTED, Attribution
from sim.analysis.comparison import Comparison
from sim.analysis.frontier import Against
from sim.analysis.outcomes import Outcome, measures
from sim.analysis.verdict import IDENTICAL, OPEN, SAME
from sim.core.enums import words
from sim.core.formatting import join_words

MOST_NAMED = 2  # policies that a title names
ALL_OPEN = "not yet known whether it differs"


def reference_label(comparison: Comparison) -> str:
    """The reference in the middle of a sentence: a policy, or the twin world of an attribution."""
    return "the twin world" if isinstance(comparison, Attribution) else words(comparison.reference)


def finding(comparison: Comparison, outcome: str) -> str:
    """What the verdicts on an outcome are, from the reference, in a few words; empty when it is not compared."""
    frame = comparison.verdict
    rows = frame[(frame["outcome"] == outcome) & (frame["policy_b"] == comparison.reference)]
    if not len(rows):
        return ""
    found: dict[str, list[str]] = {}
    for policy, verdict in zip(rows["policy_a"], rows["verdict"], strict=True):
        found.setdefault(str(verdict), []).append(words(str(policy)))
    if {*found} == {OPEN}:
        return ALL_OPEN
    if len(found) == 1 and next(iter(found)) in (SAME, IDENTICAL):
        return next(iter(found))
    where = "with manipulation" if isinstance(comparison, Attribution) else ""
    sure = [(verdict, names) for verdict, names in found.items() if verdict not in (SAME, OPEN, IDENTICAL)]
    if not sure:
        first = OPEN if OPEN in found else SAME
        return f"{first} under {_named(found[first])}"
    return join_words([f"{verdict} {where or f'under {_named(names)}'}" for verdict, names in sure])


def _named(policies: list[str]) -> str:
    return join_words(policies) if len(policies) <= MOST_NAMED else f"{len(policies)} policies"


@dataclass(frozen=True)
class ComparedOutcome:
    """An outcome under all policies of a comparison."""

    comparison: Comparison
    outcome: Outcome


@dataclass(frozen=True)
class ComparedMeasure:
    """A measure by day under all policies of a comparison."""

    comparison: Comparison
    name: str

    @property
    def label(self) -> str:
        """The measure as a title; a measure that is not defined any more has its name as words."""
        found = measures().get(self.name)
        return found.label if found is not None else words(self.name)

    @property
    def label_with_unit(self) -> str:
        """The label, with its unit where it is not a share."""
        found = measures().get(self.name)
        return self.label if found is None or found.unit == "0..1" else f"{self.label} ({found.unit})"


@dataclass(frozen=True)
class HonestCreators:
    """What honest creators lose to manipulation, counted in `counted`: reads or income_cny."""

    attribution: Attribution
    counted: str

    @property
    def label(self) -> str:
        """What is counted."""
        return COUNTED[self.counted][1]


@dataclass(frozen=True)
class Tradeoff:
    """Quality against `against`: innocent (people hit) or cost (to the platform)."""

    comparison: Comparison
    against: Against
