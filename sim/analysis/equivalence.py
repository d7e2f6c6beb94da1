"""Whether two policies are as good as the same: equivalence tested on paired differences, and the seeds it takes.

Two one-sided tests (TOST, Schuirmann 1987): the difference is above minus the margin, and below the margin, each at
5 %; both hold when the 90 % interval lies inside the margins. The interval is Student's. A bootstrap interval from a
handful of seeds is too narrow and would find equivalence where there is none: of a normal outcome the percentile
interval of five seeds holds the truth in about 83 of 100 cases, Student's in as many as it says.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim.analysis.paired import FEWEST, least_p

Array = NDArray[np.float64]
LEVEL = 0.05  # of each of the two one-sided tests
POWER = 0.8  # chance that the seeds asked for do bring a verdict, if the figures are what they seem
MOST_SEEDS = 200
ROUNDING = 1e-12  # of the largest value: a smaller spread of the differences is that of floating point


def summarise(differences: Any) -> tuple[Array, Array, Array]:
    """Number, mean and standard deviation of each row of differences (..., seeds); NaN values are left out.

    The mean is NaN for no value, the deviation for fewer than two.
    """
    d = np.asarray(differences, float)
    known = ~np.isnan(d)
    n = known.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, d, 0.0).sum(axis=-1) / np.where(n > 0, n, np.nan)
        squares = np.where(known, (d - mean[..., None]) ** 2, 0.0).sum(axis=-1)
        sd = np.sqrt(squares / np.where(n > 1, n - 1, np.nan))
        largest = np.abs(np.where(known, d, 0.0)).max(axis=-1, initial=0.0)
    return n.astype(float), mean, np.where(sd <= ROUNDING * largest, 0.0, sd)


def equivalence_p(differences: Any, margin: Any) -> Array:
    """p-value of the two one-sided tests for each row of differences (..., seeds): the larger of the two.

    NaN for fewer than three differences or no margin. Differences that are all the same are decided by their size.
    """
    n, mean, sd = summarise(differences)
    margin = np.asarray(margin, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        room = margin - np.abs(mean)
        error = sd / np.sqrt(n)
        p = np.where(error > 0.0, stats.t.sf(room / error, n - 1.0), np.where(room > 0.0, 0.0, 1.0))
    unknown = (n < FEWEST) | np.isnan(mean) | ~(margin > 0.0)
    return np.where(unknown, np.nan, p)


def seeds_for_verdict(mean: float, sd: float, margin: float, tests: int, level: float = LEVEL) -> float:
    """Seeds in all that bring a verdict with a chance of 80 %, if mean and spread of the differences stay as they are.

    A verdict is either a difference that is significant when Holm's correction multiplies its p-value by `tests`, or
    equivalence within the margin. Infinite when it takes more than 200; NaN when the spread is not known.
    """
    if np.isnan(mean) or np.isnan(sd):
        return float("nan")
    n = np.arange(FEWEST, MOST_SEEDS + 1)
    free, root = n - 1.0, np.sqrt(n)
    possible = np.array([least_p(int(each), tests) * tests <= level for each in n])
    if sd == 0.0:
        decided = possible if mean != 0.0 else np.zeros(len(n), bool)
        decided = decided | (abs(mean) < margin)
    else:
        shift = abs(mean) * root / sd
        different = stats.t.cdf(shift - stats.t.isf(level / tests / 2.0, free), free)
        above, below = (margin - abs(mean)) * root / sd, (margin + abs(mean)) * root / sd
        bound = stats.t.isf(LEVEL, free)
        same = stats.t.cdf(above - bound, free) + stats.t.cdf(below - bound, free) - 1.0 if margin > 0.0 else 0.0
        decided = ((different >= POWER) & possible) | (same >= POWER)
    return float(n[np.argmax(decided)]) if decided.any() else float("inf")
