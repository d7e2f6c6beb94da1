"""When people are online: by hour of the day, chronotype and weekend."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_HOURS
from sim.kernels.scales import FULL_16, ONE_16

if TYPE_CHECKING:
    from sim.scenario.schema.rhythm import RhythmSection


@lru_cache(maxsize=64)
def hour_shares(weights: tuple[float, ...]) -> NDArray[np.float64]:
    """Activity in each hour of the day against the mean (float64, shape (24,)); `weights` are of any scale."""
    return np.array(weights) / (sum(weights) / DAY_HOURS)


def visit_chances(
    sessions_per_day: float, rhythm: RhythmSection, ticks_per_day: int, hour: int, weekday: int
) -> NDArray[np.int64]:
    """Chance of a visit in a tick for each chronotype, 65536 is 1 (int64, shape (8,))."""
    return _chances(sessions_per_day / ticks_per_day, rhythm, hour, weekday >= rhythm.first_day_off).copy()


@lru_cache(maxsize=1024)
def _chances(sessions: float, rhythm: RhythmSection, hour: int, rest: bool) -> NDArray[np.int64]:
    shifts = np.array(rhythm.shifts_h) + (rhythm.weekend_later_h if rest else 0)
    activity = rhythm.weekend_activity if rest else rhythm.workday_activity
    chance = sessions * hour_shares(rhythm.hours)[(hour - shifts) % DAY_HOURS] * activity
    return np.minimum(FULL_16, chance * ONE_16).astype(np.int64)
