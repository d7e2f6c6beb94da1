"""Strikes against accounts and creators, which fade, and counts of the acts that they were given for."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST = 3651  # days after which a strike fades no further


@lru_cache(maxsize=16)
def _fading(half_life: float) -> NDArray[np.float64]:
    """What is left of a strike by whole days since (`math`, so that every machine has the same bits)."""
    return np.array([math.pow(1 / 2, day / half_life) for day in range(LONGEST)])


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


class ActCounts:
    """Acts held against accounts, creators or posts so far, and how many of them were arranged (truth)."""

    def __init__(self) -> None:
        self.acts = np.zeros(0, np.int64)
        self.arranged = np.zeros(0, np.int64)

    def add(self, ids: NDArray[Any], acts: NDArray[Any], arranged: NDArray[Any]) -> None:
        """Add acts to each of `ids` (one may stand there more than once)."""
        if len(ids) == 0:
            return
        self._grow(int(ids.max()) + 1)
        np.add.at(self.acts, ids, acts)
        np.add.at(self.arranged, ids, arranged)

    def of(self, ids: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Acts held against each of `ids`, and how many of them were arranged."""
        self._grow(int(ids.max()) + 1 if len(ids) else 0)
        return self.acts[ids], self.arranged[ids]

    def arranged_share(self, ids: NDArray[Any]) -> NDArray[np.float64]:
        """Share of the acts of each of `ids` that were arranged; NaN where nothing is held against it."""
        acts, arranged = self.of(ids)
        return np.divide(arranged, acts, out=np.full(len(ids), np.nan), where=acts > 0)

    def is_innocent(self, ids: NDArray[Any]) -> NDArray[np.bool_]:
        """Whether fewer than half of the acts were arranged; nobody is innocent of nothing."""
        acts, arranged = self.of(ids)
        innocent: NDArray[np.bool_] = 2 * arranged < acts
        return innocent

    def _grow(self, n: int) -> None:
        if n > len(self.acts):
            more = np.zeros(max(n, 2 * len(self.acts)) - len(self.acts), np.int64)
            self.acts, self.arranged = np.concatenate([self.acts, more]), np.concatenate([self.arranged, more])
