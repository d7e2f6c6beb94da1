"""When people are online: hours of the day by chronotype, and the weekend."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# relative activity by hour of the day, mean 1 (assumed shape: morning, lunch and evening peaks)
_SHAPE = [4, 2, 1, 1, 1, 3, 10, 22, 26, 24, 24, 28, 34, 28, 24, 24, 26, 30, 34, 40, 46, 44, 30, 12]
HOURS: NDArray[np.float64] = np.array(_SHAPE) / (sum(_SHAPE) / 24)
N_CHRONOTYPES = 8


def visit_chances(sessions_per_day: float, ticks_per_day: int, hour: int, weekday: int) -> NDArray[np.int64]:
    """Chance of a visit in a tick for each chronotype, 65536 is 1 (int64, shape (8,)).

    Chronotypes live shifted by up to three hours early and four late; at the weekend everybody rises an
    hour later and is a tenth more active.
    """
    return _chances(sessions_per_day / ticks_per_day, hour, weekday >= 5).copy()


@lru_cache(maxsize=1024)
def _chances(sessions: float, hour: int, rest: bool) -> NDArray[np.int64]:
    shifts = np.arange(N_CHRONOTYPES) - 3 + rest
    chance = sessions * HOURS[(hour - shifts) % 24] * (1.1 if rest else 0.96)
    return np.minimum(65535, chance * 65536).astype(np.int64)
