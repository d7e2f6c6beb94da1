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
    """Features of accounts on each day on which they acted, by row of the account.

    The acts of a day are kept as they are, and summed when a detector asks. Nothing is kept where nobody is going to
    ask (`wanted` is false).
    """

    def __init__(self, days: int, wanted: bool = True) -> None:
        self.kept = days
        self.wanted = wanted
        self.days: dict[int, _Day] = {}

    def add(self, log: Log, day: int) -> None:
        """Take over the acts of a tick (reads are no acts)."""
        if not self.wanted:
            return
        acts = np.flatnonzero(log.kind != int(Kind.READ))
        if len(acts):
            self.days.setdefault(day, _Day()).parts.append({name: getattr(log, name)[acts] for name in HELD})

    def close_day(self, day: int) -> None:
        """Forget the days that are too long ago."""
        for old in [each for each in self.days if each <= day - self.kept]:
            del self.days[old]

    def last(self, days: int, day: int) -> DayRows:
        """The last days, with today (`day`) so far, in rows of accounts."""
        parts = [held.sums() for at, held in self.days.items() if at > day - days]
        if not parts:
            return DayRows(np.zeros(0, np.int64), np.zeros((0, len(FEATURES)), np.int64))
        return DayRows(*(np.concatenate(column) for column in zip(*parts, strict=True)))


class _Day:
    """The acts of a day, summed by account when somebody asks."""

    def __init__(self) -> None:
        self.parts: list[dict[str, NDArray[Any]]] = []
        self._summed: tuple[int, tuple[NDArray[np.int64], NDArray[np.int64]]] | None = None

    def sums(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Accounts, and their counts (accounts, features)."""
        if self._summed is None or self._summed[0] != len(self.parts):
            self._summed = len(self.parts), _sum_acts(self.parts)
        return self._summed[1]

    def __getstate__(self) -> dict[str, Any]:
        return {"parts": self.parts, "_summed": None}  # whether somebody has asked is no part of the state


def _sum_acts(parts: list[dict[str, NDArray[Any]]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    log = {name: np.concatenate([part[name] for part in parts]) for name in HELD}
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
