"""The world in columns: accounts, creators, posts, readers, graphs and the tick's log."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.enums import Kind
from sim.kernels.count import count_reads
from sim.kernels.scales import BYTE, CHAT_LINKS
from sim.scenario.schema.counts import CountsSection
from sim.world.accounts import Accounts
from sim.world.creators import Creators
from sim.world.log import Log
from sim.world.posts import Posts
from sim.world.readers import Readers

LOG_ROOM = 1024  # rows of a new log

__all__ = ["Accounts", "Creators", "Log", "Posts", "Readers", "World"]


class World:
    """Everything that is stored in columns. `alive` is the slice of post ids young enough to be shown."""

    def __init__(self, opts: CountsSection | None = None) -> None:
        opts = opts or CountsSection()
        self.accounts = Accounts(round(opts.standing_start * BYTE))
        self.creators = Creators()
        self.posts = Posts()
        self.log = Log(LOG_ROOM)
        self.readers = Readers(0)
        self.likes_shown = True
        self.alive = slice(0, 0)
        self.finished_percent = opts.finished_percent  # of a post read, from which it counts as read to the end
        self.reference_likes = (
            opts.reference_likes_start
        )  # the like count of a very popular post; follows the posts of the day
        # links shared in each group chat: post id + 1, and when
        self.chat_post = np.zeros((0, CHAT_LINKS), np.uint32)
        self.chat_tick = np.zeros((0, CHAT_LINKS), np.int32)

    @property
    def reader_status(self) -> np.ndarray:
        """Status of the readers, whose accounts come first (uint8, one a reader; a view)."""
        status: np.ndarray = self.accounts.status[: len(self.readers)]
        return status

    def shown_likes(self, at: slice | np.ndarray) -> np.ndarray:
        """Likes that everybody sees under the posts `at` (int32): counted less discounted; none in a placebo world."""
        if not self.likes_shown:
            return np.zeros_like(self.posts.likes[at])
        shown: np.ndarray = self.posts.likes[at] - self.posts.discounted[at]
        return shown

    def record(self, count: int, **rows: Any) -> None:
        """Write interactions that were not made by the reader kernel (columns of `Log`, broadcast to `count`; one
        `kind` a call).

        Reads are counted at once; likes, comments, forwards and follows when the tick is settled.
        The posts must still be alive.
        """
        at = self.log.add(count, **rows)
        log, posts = self.log, self.posts
        if rows["kind"] != Kind.READ:
            return
        post, channel = log.post[at], log.channel[at]
        count_reads(
            post, channel, log.completion[at], log.dwell_s[at], self.finished_percent,
            posts.impressions, posts.reads, posts.finishes, posts.dwell_s,
        )  # fmt: skip

    def record_likes_after_reading(self, *, account: np.ndarray, **rows: Any) -> None:
        """Write a read and a like for each of `account`, from its registered address and phone.

        Where there was no look at all (`dwell_s` 0) only the like is written.
        """
        rows |= {"account": account, "ip": self.accounts.ip[account], "device": self.accounts.device[account]}
        looked = np.broadcast_to(rows["dwell_s"], len(account)) > 0
        n = int(looked.sum())
        if n == len(account):
            self.record(n, kind=Kind.READ, **rows)
        elif n:
            self.record(
                n, kind=Kind.READ, **{k: v[looked] if isinstance(v, np.ndarray) else v for k, v in rows.items()}
            )
        self.record(len(account), kind=Kind.LIKE, **rows)
