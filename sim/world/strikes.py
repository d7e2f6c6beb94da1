"""Strikes against accounts and creators, which expire, and counts of the acts that they were given for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernels.count import add_acts, count_each
from sim.kernels.scales import TINY


def with_room(column: NDArray[Any], n: int, fill: int = 0) -> NDArray[Any]:
    """The column with at least `n` entries (of any shape), new ones `fill`; it doubles when it grows."""
    if n <= len(column):
        return column
    more = max(n, 2 * len(column)) - len(column)
    return np.concatenate([column, np.full((more, *column.shape[1:]), fill, column.dtype)])


class Strikes:
    """Strikes held against accounts or creators: at most one a day, forgotten when they are old enough."""

    def __init__(self) -> None:
        self.count = np.zeros(0, np.int64)
        self.day = np.zeros(0, np.int32)  # of the latest strike, -1: none yet
        self._given: dict[int, list[NDArray[Any]]] = {}  # by day: whose strikes have not expired

    def held(self, ids: NDArray[Any]) -> NDArray[np.int64]:
        """Strikes of each of `ids`."""
        self._grow(int(ids.max()) + 1 if len(ids) else 0)
        held: NDArray[np.int64] = self.count[ids]
        return held

    def add(self, ids: NDArray[Any], day: int) -> NDArray[np.int64]:
        """Give each of `ids` (distinct) its strike of the day; return what each then holds."""
        self._grow(int(ids.max()) + 1 if len(ids) else 0)
        new = ids[self.day[ids] < day]
        self.count[new] += 1
        self.day[new] = day
        if len(new):
            self._given.setdefault(day, []).append(new)
        return self.held(ids)

    def expire(self, before: int) -> NDArray[np.int64]:
        """Forget strikes given before the day `before`; return whose (each once for a strike)."""
        old = [each for day in [day for day in self._given if day < before] for each in self._given.pop(day)]
        gone = np.concatenate(old).astype(np.int64) if old else np.zeros(0, np.int64)
        np.subtract.at(self.count, gone, 1)
        return gone

    def take_back(self, ids: NDArray[Any], day: int) -> None:
        """Strike out what was given to `ids` on a day, unless it has expired."""
        kept = []
        for given in self._given.get(day, []):
            back = np.isin(given, ids)
            self.count[given[back]] -= 1
            kept.append(given[~back])
        if day in self._given:
            self._given[day] = kept

    def _grow(self, n: int) -> None:
        self.count, self.day = with_room(self.count, n), with_room(self.day, n, -1)


class LikeCounts:
    """Likes of each account while there has been a ladder for them: all of them, and those that were flagged."""

    def __init__(self) -> None:
        self.given = np.zeros(0, np.int32)
        self.flagged = np.zeros(0, np.int32)

    def add_given(self, ids: NDArray[Any]) -> None:
        """Count likes by the accounts that gave them (one may stand there more than once)."""
        count_each(ids.astype(np.int32), self._counts(ids)[0])

    def add_flagged(self, ids: NDArray[Any]) -> None:
        """Count those that were flagged, likewise."""
        count_each(ids.astype(np.int32), self._counts(ids)[1])

    def forget(self, ids: NDArray[Any]) -> None:
        """Begin anew with each of `ids`: an appeal was won, or a strike has expired."""
        for counts in self._counts(ids):
            counts[ids] = 0

    def stand_out(self, ids: NDArray[Any], fewest: int, share: float) -> NDArray[np.bool_]:
        """Whether at least so many likes of each of `ids` were flagged, and such a share of them."""
        given, flagged = (counts[ids] for counts in self._counts(ids))
        found: NDArray[np.bool_] = (flagged >= fewest) & (flagged >= share * given - TINY)
        return found

    def _counts(self, ids: NDArray[Any]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Both columns, with room for `ids`."""
        n = int(ids.max()) + 1 if len(ids) else 0
        self.given, self.flagged = with_room(self.given, n), with_room(self.flagged, n)
        return self.given, self.flagged


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
        add_acts(ids.astype(np.int64), acts, arranged.astype(np.int64), self.acts, self.arranged)

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
        self.acts, self.arranged = with_room(self.acts, n), with_room(self.arranged, n)
