"""The platform's memory of what accounts did, day by day."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_HOURS, HOUR_S
from sim.core.enums import CommentClass, Kind
from sim.core.history import FEATURES, DayRows
from sim.world.log import Log

FAST_S = 5  # seconds: a definition of `FeatureRows.fast_likes`
NIGHT_H = 6  # hour: a definition of `FeatureRows.night_acts`
HELD = ("account", "post", "kind", "since_s", "comment", "address", "time_s")


class DailyFeatures:
    """Features of accounts on each day on which they acted (by row of the account); the oldest days go first.

    Nothing is kept where nobody is going to ask (`wanted` is false).
    """

    def __init__(self, days: int, wanted: bool = True) -> None:
        self.kept = days
        self.wanted = wanted
        self.days: list[tuple[int, NDArray[np.int64], NDArray[np.int64]]] = []  # day, account, counts
        self._held: list[dict[str, NDArray[Any]]] = []

    def add(self, log: Log) -> None:
        """Take over the acts of a tick (reads are no acts)."""
        if not self.wanted:
            return
        acts = np.flatnonzero(log.kind != Kind.READ)
        if len(acts):
            self._held.append({name: getattr(log, name)[acts] for name in HELD})

    def close_day(self, day: int) -> None:
        """Sum up the day."""
        if not self.wanted:
            return
        self.days = [each for each in self.days if each[0] > day - self.kept]
        self.days.append((day, *self._sums()))
        self._held = []

    def last(self, days: int, day: int) -> DayRows:
        """The last days, with today (`day`) so far, in rows of accounts."""
        parts = [(account, counts) for at, account, counts in self.days if at > day - days]
        if self._held:
            parts.append(self._sums())
        if not parts:
            return DayRows(np.zeros(0, np.int64), np.zeros((0, len(FEATURES)), np.int64))
        return DayRows(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _sums(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        if not self._held:
            return np.zeros(0, np.int64), np.zeros((0, len(FEATURES)), np.int64)
        log = {name: np.concatenate([held[name] for held in self._held]) for name in HELD}
        account, back = np.unique(log["account"].astype(np.int64), return_inverse=True)
        like = log["kind"] == Kind.LIKE
        hour = log["time_s"] // HOUR_S
        columns = {
            "days": None,
            "likes": like,
            "unread_likes": like & (log["since_s"] < 0),
            "fast_likes": like & (log["since_s"] >= 0) & (log["since_s"] < FAST_S),
            "comments": log["kind"] == Kind.COMMENT,
            "stock_comments": log["comment"] == CommentClass.STOCK,
            "forwards": log["kind"] == Kind.FORWARD,
            "follows": log["kind"] == Kind.FOLLOW,
            "night_acts": hour % DAY_HOURS < NIGHT_H,
            "addresses": _first_of_pairs(back, log["address"]),
            "posts": _first_of_pairs(back, log["post"]),
            "hours": _first_of_pairs(back, hour),
        }
        counts = np.ones((len(account), len(FEATURES)), np.int64)
        for number, name in enumerate(FEATURES):
            chosen = columns[name]
            if chosen is not None:
                counts[:, number] = np.bincount(back[chosen], minlength=len(account))
        return account, counts


def _first_of_pairs(group: NDArray[Any], value: NDArray[Any]) -> NDArray[np.bool_]:
    """Which entries are the first of their pair (group, value)."""
    order = np.lexsort((value, group))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(group[order]) != 0) | (np.diff(value[order].astype(np.int64)) != 0)
    found = np.zeros(len(order), bool)
    found[order[first]] = True
    return found
