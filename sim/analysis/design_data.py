"""What the analysis of a study starts from: the design, the factors' values and the outcome of every run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Matrix = NDArray[np.float64]
Row = dict[str, Any]
RESAMPLES = 500  # of the bootstrap
DESIGN_STREAM = 0x6465  # keeps the design's random numbers apart from whatever else is drawn from a study's seed


@dataclass(frozen=True)
class Inputs:
    """What an analysis needs: the design, the factors' values at every point, and the outcome of every run.

    `outcome` has shape (points, repetitions), NaN where a run is missing; `steps` are the Morris design's levels.
    """

    design: dict[str, Any]
    factors: pd.DataFrame
    numeric: dict[str, bool]
    outcome: Matrix
    seed: int = 1
    steps: NDArray[np.int64] | None = None

    @property
    def names(self) -> list[str]:
        """Names of the factors."""
        return [str(name) for name in self.factors.columns]

    @property
    def kind(self) -> str:
        """Kind of the design."""
        return str(self.design["kind"])


def index_row(index: str, factor: str, value: float, low: float, high: float) -> Row:
    """One row of the table of indices; `low` and `high` bound the 95 % interval."""
    return {"index": index, "factor": factor, "value": float(value), "low": float(low), "high": float(high)}
