"""What the platform remembers of past days, in tokens: likes, who liked together, daily habits, posts' curves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_HOURS
from sim.core.sorted_lookup import find_sorted

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Array = NDArray[Any]

NO_DAYS = "days must be a whole number of at least 1, got {given!r}"
NO_HOURS = "hours must be a whole number of at least 1, got {given!r}"


@dataclass(frozen=True)
class LikeRows:
    """Likes, one entry each, in order of time: tokens, the hour since the run began, and whether it still counts.

    `age_h` is the post's age in whole hours when it was liked.
    """

    account: Array
    post: Array
    hour: Array
    age_h: Array
    alive: Array

    def __len__(self) -> int:
        return len(self.account)


@dataclass(frozen=True)
class FeatureRows:
    """Acts of some accounts over some days, one entry an account (int64): sums over the days.

    `unread_likes` came without a view of the post, `fast_likes` within five seconds of it; `night_acts` between
    midnight and six; `addresses`, `posts` and `hours` are different ones on each day, summed.
    """

    days: Array  # on which the account did anything
    likes: Array
    unread_likes: Array
    fast_likes: Array
    comments: Array
    stock_comments: Array
    forwards: Array
    follows: Array
    night_acts: Array
    addresses: Array
    posts: Array
    hours: Array


FEATURES = tuple(f.name for f in fields(FeatureRows))


@dataclass(frozen=True)
class DayRows:
    """Daily features: an entry for every account and day on which it acted; `counts` is (entries, features) int64."""

    account: Array
    counts: Array


@dataclass(frozen=True)
class Incidence:
    """Who liked what: `matrix` (accounts, posts) holds 1 for a like; `account` and `post` name its rows and columns."""

    matrix: csr_matrix
    account: Array
    post: Array


class HistoryView:
    """The platform's memory. `load_likes(days)` and `load_days(days)` give the last days, today included."""

    def __init__(self, load_likes: Callable[[int], LikeRows], load_days: Callable[[int], DayRows]) -> None:
        self._load_likes, self._load_days = load_likes, load_days
        self._likes: dict[int, LikeRows] = {}
        self._incidence: dict[tuple[int, int], Incidence] = {}

    @classmethod
    def empty(cls) -> HistoryView:
        """Of a platform that has just opened."""
        none = np.zeros(0, np.int64)
        likes = LikeRows(none, none, none, none, none.astype(bool))
        return cls(lambda days: likes, lambda days: DayRows(none, np.zeros((0, len(FEATURES)), np.int64)))

    def copy(self) -> HistoryView:
        """The same memory in arrays of its own: what is done to them reaches nobody else."""
        return HistoryView(self._load_likes, self._load_days)

    def likes(self, days: int) -> LikeRows:
        """Likes of the last `days` days (a whole number), those of the tick included."""
        days = _whole(days, NO_DAYS)
        if days not in self._likes:
            self._likes[days] = self._load_likes(days)
        return self._likes[days]

    def incidence(self, days: int, max_degree: int) -> Incidence:
        """Accounts by posts of the last days, without posts liked by more than `max_degree` accounts; built once.

        A post that everybody liked says nothing about who acts together, and costs most.
        """
        key = _whole(days, NO_DAYS), int(max_degree)
        if key not in self._incidence:
            self._incidence[key] = _incidence_of(self.likes(days), int(max_degree))
        return self._incidence[key]

    def features(self, tokens: Array, days: int) -> FeatureRows:
        """Sums of the daily features of each account over the last whole days and today so far."""
        found = self._load_days(_whole(days, NO_DAYS))
        wanted, back = np.unique(np.asarray(tokens), return_inverse=True)
        sums = np.zeros((len(wanted), len(FEATURES)), np.int64)
        at, known = find_sorted(wanted, found.account)
        np.add.at(sums, at[known], found.counts[known])
        return FeatureRows(*sums[back].T)

    def curve(self, posts: Array, hours: int) -> NDArray[np.int64]:
        """Likes of each post in each of its first `hours` hours, (posts, hours); removed ones included."""
        hours = _whole(hours, NO_HOURS)
        likes = self.likes(1 + hours // DAY_HOURS + 1)
        wanted, back = np.unique(np.asarray(posts), return_inverse=True)
        curve = np.zeros((len(wanted), hours), np.int64)
        at, known = find_sorted(wanted, likes.post)
        known &= (likes.age_h < hours) & (likes.age_h >= 0)
        np.add.at(curve, (at[known], likes.age_h[known]), 1)
        return curve[back]


def _incidence_of(likes: LikeRows, max_degree: int) -> Incidence:
    from scipy.sparse import csr_matrix  # slow to import: for detectors of shared likes only

    posts, post, degree = np.unique(likes.post, return_inverse=True, return_counts=True)
    rows = np.flatnonzero(degree[post] <= max_degree)
    accounts, account = np.unique(likes.account[rows], return_inverse=True)
    kept, column = np.unique(post[rows], return_inverse=True)
    matrix = csr_matrix((np.ones(len(rows), np.int32), (account, column)), shape=(len(accounts), len(kept)))
    return Incidence(matrix, accounts, posts[kept])


def _whole(number: Any, message: str) -> int:
    if int(number) != number or number < 1:
        raise ValueError(message.format(given=number))
    return int(number)
