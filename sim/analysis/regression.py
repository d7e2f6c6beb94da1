"""Partial rank correlations and standardised regression coefficients of a Latin hypercube, bootstrapped over points.

Iman & Conover 1979; Saltelli & Marivoet 1990.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.design_data import DESIGN_STREAM, RESAMPLES, Inputs, Matrix, Row, index_row

if TYPE_CHECKING:
    import pandas as pd

ROUNDING = 1e-20  # of a variance of 1: what a regression leaves unexplained by rounding alone


def regression_indices(inputs: Inputs, factors: pd.DataFrame, y: Matrix) -> tuple[list[Row], dict[str, float]]:
    """Partial rank correlations, standardised coefficients, and what R2 loses without each factor."""
    numeric = [name for name in inputs.names if inputs.numeric[name] and factors[name].nunique() > 1]
    named = {name: _dummies(factors[name]) for name in inputs.names if not inputs.numeric[name]}
    x = factors[numeric].to_numpy(float)
    extra = np.hstack([np.empty((len(y), 0)), *named.values()])
    if len(y) < x.shape[1] + extra.shape[1] + 4:
        return [], {}
    random = np.random.default_rng([inputs.seed, DESIGN_STREAM])
    draws = random.integers(len(y), size=(RESAMPLES, len(y)))
    rows: list[Row] = []
    for index, measure in (("prcc", _prcc), ("src", _src)):
        low, high = np.nanquantile([measure(x[d], extra[d], y[d]) for d in draws], (0.025, 0.975), axis=0)
        rows += [index_row(index, *each) for each in zip(numeric, measure(x, extra, y), low, high, strict=True)]
    full = np.hstack([x, extra])
    r2 = {"R2": _r2(full, y), "rank R2": _r2(np.hstack([_ranks(x), extra]), _ranks(y[:, None])[:, 0])}
    for name, columns in named.items():
        others = np.hstack([x, *(c for other, c in named.items() if other != name), np.empty((len(y), 0))])
        loss = _loss(others, columns, y)
        low, high = np.quantile([_loss(others[d], columns[d], y[d]) for d in draws], (0.025, 0.975))
        rows.append(index_row("share", name, loss, low, high))
    return rows, r2


def _loss(others: Matrix, columns: Matrix, y: Matrix) -> float:
    return max(0.0, _r2(np.hstack([others, columns]), y) - _r2(others, y))


def _dummies(series: pd.Series) -> Matrix:
    levels = list(dict.fromkeys(series))
    return np.array([[float(value == level) for level in levels[1:]] for value in series]).reshape(len(series), -1)


def _ranks(x: Matrix) -> Matrix:
    from scipy.stats import rankdata

    return np.asarray(rankdata(x, axis=0), float)


def _prcc(x: Matrix, extra: Matrix, y: Matrix) -> Matrix:
    """Partial correlations of ranks, from the slopes of their regression and what it leaves unexplained.

    Where nothing is left, as when the outcome rises with one factor alone, the correlation is the slope's sign.
    """
    ranks, outcome = _standard(np.hstack([_ranks(x), extra])), _standard(_ranks(y[:, None]))[:, 0]
    inverse = np.linalg.pinv(ranks.T @ ranks, hermitian=True)
    slopes = inverse @ (ranks.T @ outcome)
    rest = max(float(((outcome - ranks @ slopes) ** 2).sum()), ROUNDING)
    size = np.sqrt(slopes**2 + rest * np.abs(np.diag(inverse)))
    return np.asarray(slopes / np.where(size > 0, size, 1.0))[: x.shape[1]]


def _standard(columns: Matrix) -> Matrix:
    """Columns of mean 0 and length 1; those that do not vary are all 0."""
    centred = columns - columns.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    return np.asarray(centred / np.where(length > 0, length, 1.0))


def _src(x: Matrix, extra: Matrix, y: Matrix) -> Matrix:
    """Coefficients of the regression when outcome and factors are measured in their standard deviations."""
    slopes = _fit(np.hstack([x, extra]), y)[: x.shape[1]]
    spread = y.std()
    return np.asarray(slopes * x.std(axis=0) / (spread if spread > 0 else 1.0))


def _fit(x: Matrix, y: Matrix) -> Matrix:
    found: Matrix = np.linalg.lstsq(x - x.mean(axis=0), y - y.mean(), rcond=None)[0]
    return found


def _r2(x: Matrix, y: Matrix) -> float:
    total = float(((y - y.mean()) ** 2).sum())
    rest = y - y.mean() - (x - x.mean(axis=0)) @ _fit(x, y)
    return 1.0 - float((rest**2).sum()) / total if total > 0 else 0.0
