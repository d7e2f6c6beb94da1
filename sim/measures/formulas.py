"""The formulas, on plain arrays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Entries multiplied at once. BLAS splits longer products over threads, whose number then changes the last bit.
DOT_SPAN = 8192


def ratio(part: float, whole: float) -> float:
    """part / whole; NaN when there is no whole."""
    return float(part) / float(whole) if whole else math.nan


def dot(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Sum of products, the same to the bit on any number of cores."""
    return sum((float(np.dot(a[i : i + DOT_SPAN], b[i : i + DOT_SPAN])) for i in range(0, len(a), DOT_SPAN)), 0.0)


def weighted_mean(values: NDArray[Any], weights: NDArray[Any]) -> float:
    """Mean of `values` by non-negative `weights`; NaN when all weights are 0. Always between the extremes."""
    total = float(np.sum(weights))
    if total <= 0:
        return math.nan
    mean = dot(values.astype(np.float64), weights) / total
    return min(max(mean, float(values.min())), float(values.max()))


def spearman(a: NDArray[Any], b: NDArray[Any], least: int) -> float:
    """Spearman's rank correlation, ties averaged; NaN for fewer than `least` pairs or a constant side."""
    if len(a) < least:
        return math.nan
    x, y = (pd.Series(side).rank().to_numpy() - (len(a) + 1) / 2 for side in (a, b))
    scale = math.sqrt(dot(x, x) * dot(y, y))
    return dot(x, y) / scale if scale > 0 else math.nan


def gini(values: NDArray[Any]) -> float:
    """Gini coefficient of non-negative values: 0 when all are equal, towards 1 when one has all."""
    ordered = np.sort(np.asarray(values, np.float64))
    n, total = len(ordered), float(ordered.sum())
    if n == 0 or total <= 0:
        return math.nan
    return dot(2 * np.arange(1, n + 1) - n - 1, ordered) / (n * total)
