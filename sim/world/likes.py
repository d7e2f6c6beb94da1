"""Every like: who, under what, when, after what look, and whether it still counts."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Removal
from sim.core.ordering import distinct
from sim.kernels.likes import count_pairs, find_pairs, mark_rows, put_pairs, take_pairs
from sim.kernels.scales import LIKE_PAIRS
from sim.world.columns import Columns, Spec

SPARE = 3  # places of the index for each pair when it is made anew, at least 2 until it is made anew


class LikeTable(Columns):
    """Like columns, in order of time; at most one row for an account and post, ever.

    Rows stay in full while their post can be met, and for `counts.likes_kept_days`; then only the posts' numbers
    (`Posts.archived_likes`) are left of them. `alive` says that a like counts; `cause` (`Removal`) why it does not.
    `origin` and `order` (the number of the order it was bought with, -1: none) are truth.
    """

    spec: ClassVar[Spec] = {
        "post": (np.int32, (), 0),
        "account": (np.int32, (), 0),
        "time_s": (np.int64, (), 0),
        "dwell_s": (np.uint16, (), 0),  # of the reading it came from
        "since_s": (np.int32, (), -1),  # seconds since that began, -1: there was none
        "alive": (np.bool_, (), True),
        "cause": (np.uint8, (), 0),
        "origin": (np.uint8, (), 0),
        "order": (np.int32, (), -1),
    }

    def __init__(self) -> None:
        super().__init__()
        self.first_of_tick = 0  # the first row of the tick under way
        # account and post of the likes under posts that can be met, and of some that no longer can
        self._pairs = np.zeros(LIKE_PAIRS, np.uint64)
        self._n_pairs = 0
        self._oldest_post = 0  # that can be met, as of the last `archive`

    def first_of_pairs(self, account: NDArray[Any], post: NDArray[Any]) -> NDArray[np.bool_]:
        """Which of these likes, under posts that can be met, are the first of their account there; they are noted."""
        if 2 * (self._n_pairs + len(account)) > len(self._pairs):
            self._rebuild(self._n_pairs + len(account))
        new = np.zeros(len(account), bool)
        self._n_pairs += find_pairs(account, post, self._pairs, True, new)
        return new

    def has(self, account: NDArray[Any], post: int | NDArray[Any]) -> NDArray[np.bool_]:
        """Whether each account has liked the post (or each its own), and the post can still be met."""
        posts = np.full(len(account), post, np.int64)
        new = np.zeros(len(account), bool)
        find_pairs(account, posts, self._pairs, False, new)
        return ~new

    def _rebuild(self, wanted: int) -> None:
        """Make room for `wanted` pairs in all; those of posts that nobody can meet any more are dropped.

        It is done when the index is full, since doing it every day would cost more than all look-ups.
        """
        live = count_pairs(self._pairs, self._oldest_post)
        wanted -= self._n_pairs - live
        places = LIKE_PAIRS
        while places < SPARE * wanted:
            places *= 2
        taken = np.empty(live, np.uint64)
        take_pairs(self._pairs, self._oldest_post, taken)
        if places != len(self._pairs):
            self._pairs = np.zeros(places, np.uint64)
        put_pairs(taken, self._pairs)
        self._n_pairs = live

    def remove(self, rows: NDArray[Any], cause: Removal) -> NDArray[np.int64]:
        """Take likes out of the count; return the rows that counted until now, each once."""
        rows = distinct(rows[self.alive[rows]]) if len(rows) else np.zeros(0, np.int64)
        self.alive[rows] = False
        self.cause[rows] = cause
        return rows

    def restore(self, rows: NDArray[Any]) -> NDArray[np.int64]:
        """Count likes again; return the rows that did not until now, each once."""
        rows = distinct(rows[~self.alive[rows]]) if len(rows) else np.zeros(0, np.int64)
        self.alive[rows] = True
        self.cause[rows] = Removal.NONE
        return rows

    def rows_of_accounts(self, accounts: NDArray[Any], n_accounts: int) -> NDArray[np.int64]:
        """Rows of the likes that these accounts gave, in order."""
        return self._rows("account", accounts, n_accounts)

    def rows_of_posts(self, posts: NDArray[Any], n_posts: int) -> NDArray[np.int64]:
        """Rows of the likes under these posts, in order."""
        return self._rows("post", posts, n_posts)

    def _rows(self, column: str, names: NDArray[Any], n: int) -> NDArray[np.int64]:
        wanted = np.zeros(n, bool)
        wanted[names] = True
        found = np.zeros(self.n, bool)
        mark_rows(getattr(self, column), wanted, found)
        return np.flatnonzero(found)

    def archive(self, before_s: int, oldest_post: int) -> tuple[NDArray[Any], NDArray[np.bool_], NDArray[Any]]:
        """Let go of likes given before `before_s` under posts before `oldest_post`.

        Return post, `alive` and origin of each like that goes, for the posts' numbers.
        """
        last = int(np.searchsorted(self.time_s, before_s))
        old = np.flatnonzero(self.post[:last] < oldest_post)
        gone = self.post[old].copy(), self.alive[old].copy(), self.origin[old].copy()
        self.drop(old)
        self._oldest_post = oldest_post
        return gone

    def __getstate__(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in ("first_of_tick", "_pairs", "_n_pairs", "_oldest_post")}
        return super().__getstate__() | own
