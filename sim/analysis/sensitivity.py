"""Sensitivity: how much of an outcome each factor decides, with intervals, convergence, and the random part.

Sobol' and Morris designs: see `salib`. Latin hypercube: see `regression`. Grid: shares of variance, see `anova`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.anova import RunVariance, grid_shares, run_variance
from sim.analysis.design_data import Inputs, Row, index_row
from sim.analysis.ranking import Ranking, is_significant, order, rank
from sim.analysis.regression import regression_indices
from sim.analysis.salib import morris_indices, sobol_indices

if TYPE_CHECKING:
    import pandas as pd

PARTS = (0.25, 0.5, 0.75, 1.0)
FEWEST_BLOCKS = 4
MAIN = {"sobol": "ST", "morris": "mu_star", "latin_hypercube": "prcc", "grid": "share"}
UNITS = {"sobol": "base samples", "morris": "trajectories", "latin_hypercube": "points", "grid": "repetitions"}


@dataclass(frozen=True)
class Sensitivity:
    """What was found about one outcome.

    `indices`: index, factor, value, low, high (95 %). `convergence`: the main index of growing parts of the design,
    with the size of each part in column n. `run_variance` says how much of a single run's variance is random.
    `used` and `lost` count points; lost are those with a missing run. `r2` holds the R2 of the regression, on values
    and on ranks, where there is one.
    """

    main: str
    indices: pd.DataFrame
    convergence: pd.DataFrame
    run_variance: RunVariance
    used: int
    lost: int
    r2: dict[str, float]

    def ranked(self) -> list[str]:
        """Factors by the main index, the strongest first."""
        return order(self.indices[self.indices["index"] == self.main])

    def sure(self) -> list[str]:
        """The factors with a significant main index, the strongest first."""
        rows = self.indices[self.indices["index"] == self.main]
        return order(rows[is_significant(rows)])

    @cached_property
    def ranking(self) -> Ranking:
        """Whether the order of the factors has converged."""
        return rank(self.convergence)


def analyse(inputs: Inputs) -> Sensitivity:
    """Indices of all factors, from the means over repetitions, and how they converged as the design grew."""
    import pandas as pd

    whole = np.asarray(~np.isnan(inputs.outcome).any(axis=1))
    keep = _whole_blocks(whole, _block(inputs))
    main = MAIN[inputs.kind]
    rows, r2 = _indices(inputs, keep, 1.0) if keep.any() else ([], {})
    grown: list[Row] = []
    for part, size in _parts(inputs, keep) if keep.any() else ():
        found = rows if part == 1.0 else _indices(inputs, keep, part)[0]
        grown += [{"n": size, **row} for row in found if row["index"] == main]
    columns = ["index", "factor", "value", "low", "high"]
    indices = pd.DataFrame(rows, columns=columns)
    convergence = pd.DataFrame(grown, columns=["n", *columns])
    return Sensitivity(
        main,
        indices,
        convergence,
        run_variance(inputs.outcome[keep]),
        int(keep.sum()),
        int((~keep).sum()),
        r2,
    )


# -- parts of a design ------------------------------------------------------------------------------------


def _block(inputs: Inputs) -> int:
    if inputs.kind == "sobol":
        return 2 * inputs.factors.shape[1] + 2 if inputs.design["second_order"] else inputs.factors.shape[1] + 2
    return inputs.factors.shape[1] + 1 if inputs.kind == "morris" else 1


def _whole_blocks(whole: NDArray[np.bool_], block: int) -> NDArray[np.bool_]:
    """A Saltelli block or a trajectory with a gap is of no use."""
    return np.repeat(whole.reshape(-1, block).all(axis=1), block)


def _sizes(inputs: Inputs, keep: NDArray[np.bool_]) -> int:
    return inputs.outcome.shape[1] if inputs.kind == "grid" else int(keep.sum()) // _block(inputs)


def _parts(inputs: Inputs, keep: NDArray[np.bool_]) -> list[tuple[float, int]]:
    """Shares of the design, and how many blocks (points, repetitions) each is; those too small are left out."""
    n = _sizes(inputs, keep)
    fewest = {"grid": min(2, n), "morris": 2, "latin_hypercube": inputs.factors.shape[1] + 4}.get(
        inputs.kind, FEWEST_BLOCKS
    )
    sizes = {max(1, round(part * n)): part for part in PARTS}
    return [(1.0 if size == n else part, size) for size, part in sizes.items() if size >= fewest]


def _indices(inputs: Inputs, keep: NDArray[np.bool_], part: float) -> tuple[list[Row], dict[str, float]]:
    n = max(1, round(part * _sizes(inputs, keep)))
    if inputs.kind == "grid":
        return grid_shares(inputs.factors[keep], inputs.outcome[keep][:, :n]), {}
    rows = np.flatnonzero(keep)[: n * _block(inputs)]
    if len(rows) == 0:
        return [], {}
    y = inputs.outcome[rows].mean(axis=1)
    if np.ptp(y) <= 1e-12 * max(1.0, float(np.abs(y).max())):
        return [index_row(MAIN[inputs.kind], name, 0.0, 0.0, 0.0) for name in inputs.names], {}
    if inputs.kind == "sobol":
        return sobol_indices(inputs, y), {}
    if inputs.kind == "morris":
        assert inputs.steps is not None
        return morris_indices(inputs, inputs.steps[rows] / (inputs.design["levels"] - 1), y), {}
    return regression_indices(inputs, inputs.factors.iloc[rows], y)
