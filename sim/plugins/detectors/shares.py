"""Shares of a kind of act among a post's acts, held against what is usual."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def smoothed_share(part: float, whole: float, start: float, prior: float) -> float:
    """The share `part / whole` (0..1), drawn towards `start` as if that had been seen `prior` times."""
    return float((part + start * prior) / (whole + prior))


def surplus(part: NDArray[Any], whole: NDArray[Any], norm: float, spread: float) -> NDArray[np.float64]:
    """How far each count `part` of `whole` (n,) lies above `norm` times `whole`, in standard deviations (n,).

    The deviation is that of a binomial count, widened by `spread`: the deviation of honest shares from the norm.
    """
    deviation = np.sqrt(whole * norm * (1.0 - norm) + (spread * whole) ** 2)
    found: NDArray[np.float64] = (part - norm * whole) / deviation
    return found
