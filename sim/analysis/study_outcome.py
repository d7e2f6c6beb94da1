"""One outcome of a study, with the labels and the order of factors that its charts and its report share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.core.enums import words

if TYPE_CHECKING:
    from sim.analysis.design_data import Matrix
    from sim.analysis.findings import Findings
    from sim.analysis.sensitivity import Sensitivity

MOST_FACTORS = 8  # that a chart has room for


@dataclass(frozen=True)
class StudyOutcome:
    """An outcome of a study, found by its name."""

    findings: Findings
    name: str

    @property
    def label(self) -> str:
        """The outcome as a title."""
        return self.findings.outcome(self.name).label or words(self.name)

    @property
    def label_in_text(self) -> str:
        """The outcome in the middle of a sentence."""
        return self.label[0].lower() + self.label[1:]

    @property
    def unit(self) -> str:
        """Its unit."""
        return self.findings.outcome(self.name).unit

    @property
    def design(self) -> str:
        """The kind of the study's design: grid, latin_hypercube, sobol or morris."""
        return str(self.findings.design["kind"])

    @property
    def sensitivity(self) -> Sensitivity:
        """What was found about it."""
        return self.findings.sensitivity[self.name]

    @property
    def matrix(self) -> Matrix:
        """Its values, shape (points, repetitions); NaN where a run is missing."""
        return self.findings.matrix(self.name)

    @property
    def varies(self) -> bool:
        """Whether it has different values at different points or under different seeds."""
        known = self.matrix[~np.isnan(self.matrix)]
        return known.size > 0 and bool(known.max() > known.min())

    @property
    def strongest(self) -> list[str]:
        """Names of the factors that a chart has room for, the strongest first."""
        factors = self.findings.factors
        ranked = [name for name in self.sensitivity.ranked() if name in factors]
        return [*ranked, *(name for name in factors if name not in ranked)][:MOST_FACTORS]

    @property
    def numeric_factors(self) -> list[str]:
        """Names of the factors whose levels are numbers, in the study's order."""
        return [name for name in self.findings.factors if self.findings.about["varied"][name]["number"]]

    def is_log(self, factor: str) -> bool:
        """Whether a factor varies on a logarithmic scale."""
        return bool(self.findings.about["varied"][factor]["scale"] == "log")


def factor_label(factor: str) -> str:
    """A factor in words; a parameter's dotted path stays as it is."""
    return factor if "." in factor else words(factor)
