"""When people are online: by hour of the day, chronotype and weekend."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_HOURS
from sim.kernels.scales import MOODS

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.scenario.schema.rhythm import RhythmSection


@lru_cache(maxsize=64)
def hour_shares(weights: tuple[float, ...]) -> NDArray[np.float64]:
    """Activity in each hour of the day against the mean (float64, shape (24,)); `weights` are of any scale."""
    return np.array(weights) / (sum(weights) / DAY_HOURS)


def tick_share(weights: tuple[float, ...], clock: Clock) -> float:
    """Activity in the hours of a tick against the mean of the day."""
    return float(hour_shares(weights)[list(clock.hours)].mean())


def visit_chances(sessions_per_day: float, rhythm: RhythmSection, clock: Clock) -> NDArray[np.float64]:
    """Chance of a visit in a tick for each chronotype (float64, shape (8,)), at average activity."""
    rest = clock.weekday >= rhythm.first_day_off
    return _chances(sessions_per_day / clock.ticks_per_day, rhythm, clock.hours, rest).copy()


@lru_cache(maxsize=1024)
def _chances(sessions: float, rhythm: RhythmSection, hours: tuple[int, ...], rest: bool) -> NDArray[np.float64]:
    shifts = np.array(rhythm.shifts_h) + (rhythm.weekend_later_h if rest else 0)
    activity = rhythm.weekend_activity if rest else rhythm.workday_activity
    shares = hour_shares(rhythm.hours)[(np.array(hours)[:, None] - shifts) % DAY_HOURS].mean(axis=0)
    chance: NDArray[np.float64] = sessions * shares * activity
    return chance


@lru_cache(maxsize=16)
def day_moods(sigma: float) -> NDArray[np.float64]:
    """Equally likely moods of a day, lognormal of mean 1 (float64)."""
    law = NormalDist()
    drawn = [math.exp(sigma * law.inv_cdf((k + 1 / 2) / MOODS)) for k in range(MOODS)]
    moods: NDArray[np.float64] = np.array(drawn) / (math.fsum(drawn) / MOODS)
    return moods
