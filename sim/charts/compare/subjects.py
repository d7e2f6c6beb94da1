"""What the charts of a comparison draw: one outcome, one measure over time, or one count of honest creators."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.attribution import COUNTED, Attribution
from sim.analysis.comparison import Comparison
from sim.analysis.outcomes import Outcome, measures
from sim.core.enums import words


def reference_label(comparison: Comparison) -> str:
    """The reference in the middle of a sentence: a policy, or the twin world of an attribution."""
    return "the twin world" if isinstance(comparison, Attribution) else words(comparison.reference)


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
    against: str
