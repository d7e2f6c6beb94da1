"""Looks values up in a sorted column."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def is_among(values: NDArray[Any], few: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each of `values` is one of a few, which may stand in any order."""
    return find_sorted(np.sort(few), values)[1]


def find_sorted(known: NDArray[Any], wanted: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Where each of `wanted` stands in the ascending column `known`, and whether it does (its place is 0 if not)."""
    if len(known) == 0:
        return np.zeros(len(wanted), np.intp), np.zeros(len(wanted), bool)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    found: NDArray[np.bool_] = known[at] == wanted
    return np.where(found, at, 0), found
