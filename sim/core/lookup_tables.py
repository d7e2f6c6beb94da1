"""Tables of functions that would otherwise differ between machines in the last bit.

`math` is the same correctly built library everywhere that matters to us, NumPy's vector versions are not;
so ranking and thresholds look values up instead of computing them in bulk.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

LOG_SIZE = 1 << 16  # counts above the last are taken for the last
AGE_HOURS = 24 * 64  # likewise for ages; longer than any post is shown


@cache
def log1p_table() -> NDArray[np.float64]:
    """log(1 + count) of the counts 0 to 65,535; built when first used, which no reading of a scenario waits for."""
    return np.array([math.log1p(x) for x in range(LOG_SIZE)])


def log1p_counts(counts: ArrayLike) -> NDArray[np.float64]:
    """log(1 + count) of non-negative whole counts (counts above 65,535 count as that)."""
    values: NDArray[np.float64] = log1p_table()[np.minimum(np.maximum(counts, 0), LOG_SIZE - 1).astype(np.int64)]
    return values


@lru_cache(maxsize=64)
def _power_table(exponent: float, offset: float) -> NDArray[np.float64]:
    return np.array([math.pow(x + offset, -exponent) for x in range(AGE_HOURS)])


def age_decay(age_h: ArrayLike, gravity: float, offset_h: float = 2.0) -> NDArray[np.float64]:
    """(whole hours of age + `offset_h`) to the power -gravity, as news rankings decay.

    Ages below 0, of posts that come out later in a tick of several hours, count as 0.
    """
    table = _power_table(gravity, offset_h)
    hours = np.asarray(age_h).astype(np.int64, copy=False)
    values: NDArray[np.float64] = table[np.clip(hours, 0, len(table) - 1)]
    return values
