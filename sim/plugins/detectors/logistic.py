"""Logistic regression with a ridge, by Newton's method: the same bits on every machine, in whatever order rows come."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Logistic:
    """A fitted regression: `mean` and `sd` of each feature (k,), and `weights` (k + 1,), the last one the constant.

    Weights are of features less their mean, divided by their standard deviation.
    """

    mean: Matrix
    sd: Matrix
    weights: Matrix

    def predict(self, features: NDArray[Any]) -> Matrix:
        """The probability of each row of the features (n, k) to be positive, (n,)."""
        return _probability(_standardise(features, self.mean, self.sd), self.weights)


def fit_logistic(features: NDArray[Any], positive: NDArray[Any], ridge: float, steps: int) -> Logistic:
    """Fit to rows of features (n, k), n at least 1, and whether each row is positive (n,), in `steps` steps of Newton.

    `ridge` (above 0) times half the squared weights, the constant's too, is added to the loss: the equations have one
    solution then, also where the classes do not overlap or a feature is the same everywhere. Rows are put in the order
    of their values first, so that sums do not hang on the order in which they come.
    """
    order = np.lexsort((positive, *np.asarray(features).T))
    rows, target = np.asarray(features, np.float64)[order], np.asarray(positive, np.float64)[order]
    mean = rows.sum(axis=0) / len(rows)
    sd = np.sqrt(((rows - mean) ** 2).sum(axis=0) / len(rows))
    sd[rows.min(axis=0) == rows.max(axis=0)] = 1.0
    x = _standardise(rows, mean, sd)
    weights = np.zeros(x.shape[1])
    for _ in range(steps):
        p = _probability(x, weights)
        slope = (x * (target - p)[:, None]).sum(axis=0) - ridge * weights
        weights = weights + _solve(_curvature(x, p * (1.0 - p)) + ridge * np.eye(len(weights)), slope)
    return Logistic(mean, sd, weights)


def _standardise(features: NDArray[Any], mean: Matrix, sd: Matrix) -> Matrix:
    """Features in standard deviations from their mean, and a column of ones for the constant."""
    return np.column_stack(((features - mean) / sd, np.ones(len(features))))


def _probability(x: Matrix, weights: Matrix) -> Matrix:
    """By `math`, since NumPy's exponential differs between machines in the last bit."""
    return np.array([_logistic(each) for each in (x * weights).sum(axis=1).tolist()], np.float64)


def _logistic(value: float) -> float:
    small = math.exp(-abs(value))  # never too large a number
    return 1.0 / (1.0 + small) if value >= 0 else small / (1.0 + small)


def _curvature(x: Matrix, spread: Matrix) -> Matrix:
    """Sum over rows of `spread` times the products of columns; without BLAS, whose sums differ between machines."""
    weighed = x * spread[:, None]
    return np.stack([(weighed * column[:, None]).sum(axis=0) for column in x.T])


def _solve(matrix: Matrix, right: Matrix) -> Matrix:
    """The solution of equations whose matrix is symmetric and positive definite."""
    table = np.column_stack((matrix, right))
    for i in range(len(right)):
        table[i] /= table[i, i]
        others = table[:, i].copy()
        others[i] = 0.0
        table -= others[:, None] * table[i]
    return table[:, -1]
