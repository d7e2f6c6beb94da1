"""Small column operations that detectors share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.observables import LogView


def likes_of(log: LogView) -> NDArray[np.intp]:
    """Rows of the log that are likes."""
    return log.likes
