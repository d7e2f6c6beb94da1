"""Campuses: runs of people who are behind few addresses at work hours, some of them thousands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.world.sizes import spread_sizes

if TYPE_CHECKING:
    from sim.core.random_streams import RandomStreams
    from sim.scenario.schema.readers import ReadersSection


def place_campuses(
    site: NDArray[np.int32],
    region: NDArray[np.uint8],
    home: NDArray[np.int32],
    opts: ReadersSection,
    rng: RandomStreams,
) -> NDArray[np.int64]:
    """Put a share of people, `campus_share`, on campuses: runs of people, in an order and with gaps that are drawn.

    Arrays have one entry a person. In `site` campuses' addresses are even numbers (offices have odd ones); everybody
    on a campus, and in a household with somebody there, lives in its region. Return the campus of each such address, by
    half of its number.
    """
    n = len(site)
    sizes = np.array(spread_sizes(opts.campus_size, opts.campus_size_max, round(opts.campus_share * n)), np.int64)
    if len(sizes) == 0:
        return sizes
    numbers = np.arange(len(sizes))
    sizes = sizes[rng.permutation("campuses", 0, numbers)]
    free = n - int(sizes.sum())
    gaps = np.sort((rng.uniform_array("campuses", 0, numbers, 1) * (free + 1)).astype(np.int64))
    starts = gaps + np.cumsum(sizes) - sizes
    owner: list[int] = []
    for number, (start, size) in enumerate(zip(starts.tolist(), sizes.tolist(), strict=True)):
        within = np.arange(size) // opts.campus_per_address
        site[start : start + size] = (len(owner) + within) << 1
        region[start : start + size] = region[start]
        owner += [number] * (int(within[-1]) + 1)
    region[:] = _region_of_homes(region, home)[home]
    return np.array(owner, np.int64)


def _region_of_homes(region: NDArray[np.uint8], home: NDArray[np.int32]) -> NDArray[Any]:
    """Region of each household: that of its first member."""
    found = np.zeros(int(home.max()) + 1, region.dtype)
    found[home[::-1]] = region[::-1]
    return found
