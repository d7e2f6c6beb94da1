"""Strikes that fade, and which rungs they reach."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.plugins.registry import name_of

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.plugins.sanctions.actions import Case, EnforcementAction
    from sim.scenario.schema.platform import Rung

LONGEST = 3651  # days after which a strike fades no further


@lru_cache(maxsize=16)
def _fading(half_life: float) -> NDArray[np.float64]:
    """What is left of a strike by whole days since (`math`, so that every machine has the same bits)."""
    return np.array([math.pow(0.5, day / half_life) for day in range(LONGEST)])


class Strikes:
    """Strikes held against accounts or creators: at most one a day, halved every `half_life` days."""

    def __init__(self) -> None:
        self.count = np.zeros(0)
        self.day = np.zeros(0, np.int32)  # of the latest strike

    def held(self, ids: NDArray[Any], day: int, half_life: float) -> NDArray[np.float64]:
        """What is left on `day` of the strikes of each of `ids`."""
        self._grow(int(ids.max()) + 1 if len(ids) else 0)
        since = np.clip(day - self.day[ids], 0, LONGEST - 1)
        left: NDArray[np.float64] = self.count[ids] * _fading(half_life)[since]
        return left

    def add(self, ids: NDArray[Any], day: int, half_life: float) -> NDArray[np.float64]:
        """Give each of `ids` (distinct) its strike of the day; return what each then holds."""
        held = self.held(ids, day, half_life)
        held += (self.day[ids] < day) | (self.count[ids] == 0)
        self.count[ids] = held
        self.day[ids] = day
        return held

    def _grow(self, n: int) -> None:
        if n > len(self.count):
            more = max(n, 2 * len(self.count)) - len(self.count)
            self.count = np.concatenate([self.count, np.zeros(more)])
            self.day = np.concatenate([self.day, np.zeros(more, np.int32)])


def climb(ladder: Sequence[Rung], case: Case, clock: Clock) -> list[EnforcementAction]:
    """Actions of every rung that the case's strikes reach, mild ones first."""
    actions = []
    for rung in ladder:
        reached = case.strikes >= rung.strikes
        if not reached.any():
            continue
        action = rung.sanction.apply(case.only(reached), clock)
        if action is not None:
            actions.append(replace(action, sanction=name_of(rung.sanction)))
    return actions
