"""Differences between worlds under common random numbers: paired by seed, with bootstrap intervals.

Every figure depends only on the two rows of numbers, so the same runs always give the same intervals.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
LEVEL = 0.95
RESAMPLES = 9_999
MANY, MANY_RESAMPLES = 100, 99_999  # with more tests, 9,999 flips cannot give p-values that are small enough
CHUNK = 10_000  # sign flips at a time
MOST_SEEDS_ASKED = 64  # more seeds do not help, since the number of permutations is limited
FEWEST = 3  # pairs for an interval
ROUNDING = 1e-12  # of the largest value: differences that differ by less are the same
FEWEST_BCA = 10  # BCa estimates its corrections, and with fewer values they are unstable


@dataclass(frozen=True)
class Difference:
    """An outcome in one world minus the same outcome in the reference, over seeds.

    `low`, `high`: interval of the mean difference (bootstrap, BCa, Efron 1987; Student's with fewer than ten pairs).
    `effect`: Hedges' g of paired differences, mean / sd x (1 - 3 / (4 n - 5)) (Hedges 1981; Lakens 2013, his g_z).
    `in_reference_sd`: the mean difference in standard deviations of the reference over seeds (Glass 1976).
    `narrowed`: width of the interval if the two worlds had independent seeds, divided by its width with shared seeds
    (both by the percentile bootstrap); it comes from `correlation` (Pearson, over seeds).
    `p`: sign-flip permutation test of the paired differences, two-sided (Fisher 1935), exact for few pairs.
    """

    n: int
    reference: float
    mean: float
    low: float
    high: float
    effect: float
    in_reference_sd: float
    narrowed: float
    correlation: float
    p: float


def difference(reference: Any, other: Any) -> Difference:
    """Compare two rows with one number per seed, in the same order; pairs with a NaN are left out and not counted.

    With fewer than three pairs only the mean is given. Worlds that never differ give an interval of exactly zero
    width and p = 1.
    """
    a, b = np.asarray(reference, float), np.asarray(other, float)
    whole = ~(np.isnan(a) | np.isnan(b))
    a, b = a[whole], b[whole]
    n = len(a)
    if n == 0:
        return Difference(0, *[np.nan] * 9)
    d = _smoothed(b - a, max(np.abs(a).max(), np.abs(b).max()))
    mean = float(d.mean())
    if n < FEWEST:
        return Difference(n, float(a.mean()), mean, *[np.nan] * 7)
    low, high = interval(d)
    if not d.any():
        return Difference(n, float(a.mean()), 0.0, 0.0, 0.0, 0.0, 0.0, np.nan, _correlation(a, b), 1.0)
    return Difference(
        n=n,
        reference=float(a.mean()),
        mean=mean,
        low=low,
        high=high,
        effect=_over(mean, float(d.std(ddof=1)) if np.ptp(d) else 0.0) * (1 - 3 / (4 * n - 5)),
        in_reference_sd=_over(mean, float(a.std(ddof=1))),
        narrowed=_narrowed(a, b, d),
        correlation=_correlation(a, b),
        p=sign_flip_p(d),
    )


def interval(values: Any) -> tuple[float, float]:
    """Interval of the mean (95 %): Student's below ten values, BCa bootstrap from ten; NaN for fewer than three."""
    x = np.asarray(values, float)
    x = x[~np.isnan(x)]
    if len(x) < FEWEST:
        return np.nan, np.nan
    if np.ptp(x) == 0.0:
        return float(x[0]), float(x[0])
    if len(x) < FEWEST_BCA:
        half = float(stats.t.ppf(0.5 + LEVEL / 2.0, len(x) - 1) * x.std(ddof=1) / np.sqrt(len(x)))
        return float(x.mean()) - half, float(x.mean()) + half
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        found = stats.bootstrap(
            (x,), np.mean, n_resamples=RESAMPLES, confidence_level=LEVEL, rng=resampling_rng(len(x))
        ).confidence_interval
    if np.isnan(found.low) or np.isnan(found.high):
        found = _percentile((x,), np.mean)
    return float(found.low), float(found.high)


def paired_differences(reference: Any, other: Any) -> Array:
    """Other minus reference for the pairs with both values, without rounding errors; shape (pairs,)."""
    a, b = np.asarray(reference, float), np.asarray(other, float)
    whole = ~(np.isnan(a) | np.isnan(b))
    a, b = a[whole], b[whole]
    return _smoothed(b - a, max(np.abs(a).max(), np.abs(b).max())) if len(a) else b - a


def least_p(n: int, tests: int = 1) -> float:
    """The smallest p-value that the test of n pairs can give when there are so many tests."""
    return max(2.0 / 2.0**n, 1.0 / (_flips(tests) + 1.0))


def sign_flip_p(d: Any, tests: int = 1) -> float:
    """Two-sided sign-flip permutation test of paired differences (pairs,); 1 where none differs.

    It is exact when there are at most 9,999 ways to flip the signs (99,999 when there are more than a hundred tests),
    and uses as many random flips otherwise. NaN for fewer than three pairs.
    """
    d = np.asarray(d, float)
    n, most = len(d), _flips(tests)
    if n < FEWEST:
        return np.nan
    least = abs(d.sum()) * (1.0 - ROUNDING)
    if 2**n <= most:
        signs = 1.0 - 2.0 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
        return float((np.abs(signs @ d) >= least).mean())
    rng, reached = resampling_rng(n), 0
    for start in range(0, most, CHUNK):
        flips = rng.integers(0, 2, (min(CHUNK, most - start), n), dtype=np.int8)
        reached += int((np.abs(d.sum() - 2.0 * (flips @ d)) >= least).sum())
    return (reached + 1.0) / (most + 1.0)


def _flips(tests: int) -> int:
    return RESAMPLES if tests <= MANY else MANY_RESAMPLES


def seeds_to_be_sure(tests: int, level: float = 1.0 - LEVEL) -> int:
    """Pairs that are needed so that one of so many tests can be significant after Holm's correction."""
    n = FEWEST
    while least_p(n, tests) * tests > level and n < MOST_SEEDS_ASKED:
        n += 1
    return n


def holm(p: Any) -> Array:
    """Holm's (1979) step-down correction: adjusted p-values in the order given; NaN stays NaN and is not counted."""
    given = np.asarray(p, float)
    found = np.full(len(given), np.nan)
    known = np.flatnonzero(~np.isnan(given))
    order = known[np.argsort(given[known], kind="stable")]
    worst = 0.0
    for rank, at in enumerate(order):
        worst = max(worst, min(1.0, (len(order) - rank) * given[at]))
        found[at] = worst
    return found


def resampling_rng(n: int) -> np.random.Generator:
    """The same resampling of n values for all outcomes, so that intervals change only with their figures."""
    return np.random.default_rng([1979, n])  # the year of the bootstrap (Efron 1979)


def _smoothed(d: Array, largest: float) -> Array:
    """Differences without the rounding errors of floating point."""
    if np.abs(d).max() <= ROUNDING * largest:
        return np.zeros_like(d)
    return np.full_like(d, d[0]) if np.ptp(d) <= ROUNDING * largest else d


def _narrowed(a: Array, b: Array, d: Array) -> float:
    if np.ptp(d) == 0.0:
        return np.nan
    apart = _percentile((a, b), lambda x, y, axis: np.mean(y, axis=axis) - np.mean(x, axis=axis))
    paired = _percentile((d,), np.mean)
    return _over(float(apart.high - apart.low), float(paired.high - paired.low))


def _percentile(rows: tuple[Array, ...], statistic: Any) -> Any:
    return stats.bootstrap(
        rows,
        statistic,
        n_resamples=RESAMPLES,
        confidence_level=LEVEL,
        method="percentile",
        rng=resampling_rng(len(rows[0])),
    ).confidence_interval


def _correlation(a: Array, b: Array) -> float:
    if np.ptp(a) == 0.0 or np.ptp(b) == 0.0:
        return np.nan
    return float(np.corrcoef(a, b)[0, 1])


def _over(above: float, below: float) -> float:
    return above / below if below > 0.0 else np.nan
