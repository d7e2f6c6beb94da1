"""Where the variance of an outcome comes from: the factors, their interactions, or chance.

Every point is run under the same seeds, so chance has two parts: what a seed does to all points alike (it cancels when
points are compared), and what it does to one point and not to another. Sums of squares of the factors are corrected for
the share that chance alone would give them (as in omega squared, Hays 1963); intervals are jackknifed over repetitions
(the only independent units of the design; Tukey 1958, Student's t).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class RunVariance:
    """Shares of a single run's variance: between points, chance common to all points, chance of the single run.

    NaN with one repetition, which shows no chance.
    """

    points: float
    common: float
    single: float

    @property
    def share(self) -> float:
        """The share of chance, both parts."""
        return self.common + self.single


def run_variance(outcome: Matrix) -> RunVariance:
    """Variance components of points, repetitions and the rest; `outcome` has shape (points, repetitions)."""
    n, r = outcome.shape
    if r < 2 or n < 2:
        return RunVariance(float("nan"), float("nan"), float("nan"))
    grand = outcome.mean()
    by_point, by_seed = outcome.mean(axis=1) - grand, outcome.mean(axis=0) - grand
    rest = outcome - grand - by_point[:, None] - by_seed[None, :]
    ms_rest = float((rest**2).sum()) / ((n - 1) * (r - 1))
    points = max(0.0, (r * float((by_point**2).sum()) / (n - 1) - ms_rest) / r)
    common = max(0.0, (n * float((by_seed**2).sum()) / (r - 1) - ms_rest) / n)
    total = points + common + ms_rest
    if total <= 0:
        return RunVariance(0.0, 0.0, 0.0)
    return RunVariance(points / total, common / total, ms_rest / total)


def grid_shares(factors: pd.DataFrame, outcome: Matrix) -> list[dict[str, Any]]:
    """Shares of the variance that each factor, each pair, the rest and chance account for, with intervals.

    Indices: `share` (a factor alone), `interaction` (a pair beyond its two), `higher` (what is left between points),
    `random` (chance of the single run). The variance that a seed causes at all points alike is not part of the whole:
    it is no difference between points. With gaps in the grid effects overlap, and what two have in common goes to the
    one named first.
    """
    bases = _bases(factors)
    value = _shares(bases, outcome)
    low = high = {key: float("nan") for key in value}
    r = outcome.shape[1]
    if r > 2:  # leaving one out of two leaves a single repetition, which shows no chance
        from scipy.stats import t

        without = [_shares(bases, np.delete(outcome, i, axis=1)) for i in range(r)]
        half = float(t.ppf(0.975, r - 1))
        low, high = {}, {}
        for key, whole in value.items():
            left = np.array([each.get(key, np.nan) for each in without])
            error = float(np.sqrt((r - 1) / r * ((left - left.mean()) ** 2).sum()))
            low[key], high[key] = max(0.0, whole - half * error), min(1.0, whole + half * error)
    return [
        {
            "index": index,
            "factor": name,
            "value": value[index, name],
            "low": low[index, name],
            "high": high[index, name],
        }
        for index, name in value
    ]


def _bases(factors: pd.DataFrame) -> dict[tuple[str, str], Matrix]:
    """Orthonormal columns for every factor and pair, each orthogonal to those before it."""
    names = [str(name) for name in factors.columns if factors[name].nunique() > 1]
    dummies = {name: np.array([factors[name] == v for v in factors[name].unique()[1:]], float).T for name in names}
    effects: dict[tuple[str, str], Matrix] = {("share", name): dummies[name] for name in names}
    for a, b in itertools.combinations(names, 2):
        pairs = dummies[a][:, :, None] * dummies[b][:, None, :]
        effects["interaction", f"{a} × {b}"] = pairs.reshape(len(factors), -1)
    seen = np.full((len(factors), 1), 1 / np.sqrt(len(factors)))
    found = {}
    for key, columns in effects.items():
        rest = columns - seen @ (seen.T @ columns)
        left, size, _ = np.linalg.svd(rest, full_matrices=False)
        found[key] = left[:, size > 1e-9 * max(1.0, float(np.abs(columns).max()))]
        seen = np.hstack([seen, found[key]])
    return found


def _shares(bases: dict[tuple[str, str], Matrix], outcome: Matrix) -> dict[tuple[str, str], float]:
    n, r = outcome.shape
    grand = outcome.mean()
    total = float(((outcome - grand) ** 2).sum())
    mean = outcome.mean(axis=1) - grand
    seeds = n * float(((outcome.mean(axis=0) - grand) ** 2).sum())
    between = r * float((mean**2).sum())
    free = (n - 1) * (r - 1)
    noise = max(0.0, total - seeds - between) / free if free else 0.0
    spent, found, left = 0, {}, between
    for key, basis in bases.items():
        squares = r * float(((basis.T @ mean) ** 2).sum())
        found[key] = max(0.0, squares - basis.shape[1] * noise)
        spent, left = spent + basis.shape[1], left - squares
    if n - 1 > spent:
        found["higher", "three and more together"] = max(0.0, left - (n - 1 - spent) * noise)
    whole = total - seeds
    if r > 1:
        found["random", "random variation of a run"] = max(0.0, whole - sum(found.values()))
    return {key: v / whole if v > 1e-12 * total else 0.0 for key, v in found.items()}
