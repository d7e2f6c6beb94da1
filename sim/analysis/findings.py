"""The outcomes of every run of a study, and how sensitive each is to the factors."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.comparison import RunTables
from sim.analysis.design_data import Inputs, Matrix
from sim.analysis.outcomes import Outcome, evaluate_runs
from sim.analysis.sensitivity import Sensitivity, analyse
from sim.analysis.unchanged import digest_days, unchanged_factors

if TYPE_CHECKING:
    import pandas as pd


class Findings:
    """Outcomes and sensitivity indices of a study.

    `record` describes the study in plain values: `name`, `description`, `points` (each with `point` and `factors`),
    `factors` (their names), `seeds`, and `about` (design, design_seed, outcomes, varied, steps). `tables` gives the
    frames.
    """

    def __init__(self, record: Mapping[str, Any], tables: RunTables) -> None:
        self.name = str(record["name"])
        self.description = str(record["description"])
        self.factors: tuple[str, ...] = tuple(record["factors"])
        self.seeds: tuple[int, ...] = tuple(record["seeds"])
        self.about: Mapping[str, Any] = record["about"]
        self.outcomes = tuple(Outcome.of(spec) for spec in self.about["outcomes"])
        self._points, self._tables = record["points"], tables

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
        import pandas as pd

        return pd.DataFrame([{"point": p["point"], **p["factors"]} for p in self._points])

    @cached_property
    def values(self) -> pd.DataFrame:
        """Outcomes of every finished run: point, repetition, seed, factors, one column per outcome."""
        own = any(outcome.kind == "function" for outcome in self.outcomes)
        measured = self._tables.table("measured") if own else None
        return evaluate_runs(self._tables.table("daily"), self.outcomes, self.factors, measured)

    def matrix(self, outcome: str) -> Matrix:
        """An outcome, shape (points, repetitions); NaN where a run is missing."""
        found = np.full((len(self.points), len(self.seeds)), np.nan)
        at = {point: row for row, point in enumerate(self.points["point"])}
        rows = [at[point] for point in self.values["point"]]
        found[rows, self.values["repetition"].to_numpy()] = self.values[outcome].to_numpy(float)
        return found

    @cached_property
    def unchanged(self) -> list[str]:
        """The factors that changed no bit of any day: the same at every value under each seed."""
        keys = ["point", "repetition", "seed", *self.factors]
        return unchanged_factors(digest_days(self._tables.table("daily"), keys), self.factors, "days")

    def unchanged_in(self, outcome: str) -> list[str]:
        """The factors that changed no bit of an outcome."""
        return unchanged_factors(self.values, self.factors, outcome)

    @cached_property
    def sensitivity(self) -> dict[str, Sensitivity]:
        """The sensitivity of each outcome, by its name."""
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
