"""Small column operations that detectors share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.names import Kind
from sim.observables import LogView


def likes_of(log: LogView) -> NDArray[np.intp]:
    """Rows of the log that are likes."""
    rows: NDArray[np.intp] = np.flatnonzero(np.asarray(log.kind) == Kind.LIKE)
    return rows


def distinct_by_group(group: NDArray[Any], member: NDArray[Any]) -> NDArray[np.int64]:
    """For every entry, how many different members its group has (int64, same length)."""
    if len(group) == 0:
        return np.zeros(0, np.int64)
    group = np.asarray(group).astype(np.int64)
    order = np.lexsort((member, group))
    g, m = group[order], np.asarray(member)[order]
    new_group = np.r_[True, g[1:] != g[:-1]]
    new_member = new_group | np.r_[True, m[1:] != m[:-1]]
    start = np.flatnonzero(new_group)
    counts = np.add.reduceat(new_member.astype(np.int64), start)
    out = np.empty(len(g), np.int64)
    out[order] = np.repeat(counts, np.diff(np.r_[start, len(g)]))
    return out
