"""What a sweep found: the outcomes of every run, and the sensitivity of each. Computed from the study's folder."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.outcomes import Outcome, evaluate_runs
from sim.analysis.sensitivity import Inputs, Matrix, Sensitivity, analyse
from sim.core.errors import RunError

if TYPE_CHECKING:
    import pandas as pd

    from sim.studies.results import Swept


class Findings:
    """The results of a study, for its report and for whoever wants to go on from them.

    `values`: one row per finished run: point, repetition, seed, the factors, one column per outcome.
    """

    def __init__(self, swept: Swept) -> None:
        if swept.record["about"].get("kind") != "study":
            raise RunError(f"{swept.place.address}: not the folder of a study file")
        self.swept = swept
        self.about: dict[str, Any] = swept.record["about"]
        self.outcomes = tuple(Outcome.of(spec) for spec in self.about["outcomes"])

    @property
    def name(self) -> str:
        """Name of the study."""
        return self.swept.name

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors."""
        return self.swept.factors

    @property
    def design(self) -> dict[str, Any]:
        """The design in plain values; `kind` names it."""
        found: dict[str, Any] = self.about["design"]
        return found

    def outcome(self, name: str) -> Outcome:
        """The outcome of that name."""
        return next(each for each in self.outcomes if each.name == name)

    @cached_property
    def points(self) -> pd.DataFrame:
        """One row per point: point, factors."""
        return self.swept.points

    @cached_property
    def values(self) -> pd.DataFrame:
        """Outcomes of every finished run."""
        return evaluate_runs(self.swept.table("daily"), self.outcomes, self.factors)

    def matrix(self, outcome: str) -> Matrix:
        """An outcome by point and repetition; NaN where a run is missing."""
        found = np.full((len(self.points), len(self.swept.seeds)), np.nan)
        at = {point: row for row, point in enumerate(self.points["point"])}
        rows = [at[point] for point in self.values["point"]]
        found[rows, self.values["repetition"].to_numpy()] = self.values[outcome].to_numpy(float)
        return found

    @cached_property
    def sensitivity(self) -> dict[str, Sensitivity]:
        """What was found about each outcome."""
        steps = np.array(self.about["steps"]) if "steps" in self.about else None
        numeric = {name: bool(each["number"]) for name, each in self.about["varied"].items()}
        seed = int(self.about["design_seed"])
        factors = self.points[list(self.factors)]
        return {
            each.name: analyse(Inputs(self.design, factors, numeric, self.matrix(each.name), seed, steps))
            for each in self.outcomes
        }

    @cached_property
    def indices(self) -> pd.DataFrame:
        """Indices of all outcomes: outcome, index, factor, value, low, high."""
        import pandas as pd

        frames = [found.indices.assign(outcome=name) for name, found in self.sensitivity.items()]
        return pd.concat(frames, ignore_index=True)[["outcome", "index", "factor", "value", "low", "high"]]

    @cached_property
    def convergence(self) -> pd.DataFrame:
        """The main index of growing parts of the design: outcome, n, index, factor, value, low, high."""
        import pandas as pd

        frames = [found.convergence.assign(outcome=name) for name, found in self.sensitivity.items()]
        return pd.concat(frames, ignore_index=True)[["outcome", "n", "index", "factor", "value", "low", "high"]]
