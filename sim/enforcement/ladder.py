"""Strikes that fade, and which rungs they reach."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.clock import Clock
    from sim.enforcement.verdict import Action, Verdict
    from sim.scenario.platform import Rung


class Strikes:
    """Strikes held against accounts or creators: at most one a day, halved every `half_life` days."""

    def __init__(self) -> None:
        self.count = np.zeros(0)
        self.day = np.zeros(0, np.int32)

    def add(self, ids: NDArray[Any], day: int, half_life: float) -> NDArray[np.float64]:
        """Give each of `ids` (distinct) its strike of the day; return what each then holds."""
        self._grow(int(ids.max()) + 1 if len(ids) else 0)
        held = self.count[ids] * np.array([math.pow(0.5, (day - d) / half_life) for d in self.day[ids].tolist()])
        first_today = (self.day[ids] < day) | (self.count[ids] == 0)
        held = held + first_today
        self.count[ids] = held
        self.day[ids] = day
        return held

    def _grow(self, n: int) -> None:
        if n > len(self.count):
            more = max(n, 2 * len(self.count)) - len(self.count)
            self.count = np.concatenate([self.count, np.zeros(more)])
            self.day = np.concatenate([self.day, np.zeros(more, np.int32)])


def climb(ladder: Sequence[Rung], case: Verdict, clock: Clock) -> list[Action]:
    """Actions of every rung that the case's strikes reach, mild ones first."""
    from sim.enforcement.verdict import Verdict

    actions = []
    for rung in ladder:
        reached = case.strikes >= rung.strikes
        if not reached.any():
            continue
        part = Verdict(case.accounts[reached], case.posts[reached], case.creators[reached], case.strikes[reached])
        action = rung.sanction.apply(part, clock)
        if action is not None:
            actions.append(action)
    return actions
