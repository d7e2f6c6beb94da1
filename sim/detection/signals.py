"""Small column operations that detectors share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.names import Kind
from sim.observables import LogView


def likes_of(log: LogView) -> NDArray[np.intp]:
    """Rows of the log that are likes."""
    rows: NDArray[np.intp] = np.flatnonzero(np.asarray(log.kind) == Kind.LIKE)
    return rows
