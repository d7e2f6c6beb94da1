"""Sizes of groups that are even on a logarithmic scale: campuses, clubs, how many accounts share a phone."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable


def log_even(least: float, most: float, u: float) -> float:
    """The size at the part `u` (0..1) of the way from `least` to `most` (both above 0), on a logarithmic scale."""
    return least * math.exp(u * math.log(most / least))


def draw_sizes(least: float, most: float, total: int, u: Callable[[int], float]) -> list[int]:
    """Whole sizes, even between `least` and `most` on a logarithmic scale, that add up to `total`.

    `u(k)` is the draw (0..1) for the k-th; the last gets what is left.
    """
    sizes: list[int] = []
    left = total
    while left > 0:
        sizes.append(min(left, max(1, round(log_even(least, most, u(len(sizes)))))))
        left -= sizes[-1]
    return sizes


def spread_sizes(least: int, most: int, total: int) -> list[int]:
    """As few sizes, largest first, as make up `total`: the middles of equal parts of the same scale, no draws.

    So the largest of several is near `most` in every world. The last is cut to what is left.
    """
    counts = range(1, 1 + -(-total // least))
    count = 1 + bisect_left(counts, total, key=lambda n: sum(_middles(least, most, n)))
    left, kept = total, []
    for size in _middles(least, most, count):
        kept.append(min(size, left))
        left -= kept[-1]
    return [size for size in kept if size]


def _middles(least: int, most: int, count: int) -> list[int]:
    """The middles of `count` equal parts of the scale, largest first."""
    return [round(log_even(least, most, (count - k - 1 + 1 / 2) / count)) for k in range(count)]
