"""The world in columns: accounts, creators, posts, readers, graphs and the tick's log."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.names import Kind
from sim.world.accounts import Accounts
from sim.world.creators import Creators
from sim.world.log import Log
from sim.world.posts import Posts
from sim.world.readers import Readers

__all__ = ["Accounts", "Creators", "Log", "Posts", "Readers", "World"]


class World:
    """All the state that is many. `alive` is the slice of post ids young enough to be shown."""

    def __init__(self) -> None:
        self.accounts = Accounts()
        self.creators = Creators()
        self.posts = Posts()
        self.log = Log(1024)
        self.readers = Readers(0)
        self.alive = slice(0, 0)
        self.reference_likes = 20.0  # the count that looks like a hit; follows what is about
        # links shared in each group chat: post id + 1, and when
        self.chat_post = np.zeros((0, 2), np.uint32)
        self.chat_tick = np.zeros((0, 2), np.int32)

    def record(self, count: int, **rows: Any) -> None:
        """Write interactions that were not made by the reader kernel (columns of `Log`, broadcast to `count`).

        Reads are counted at once; likes, comments, forwards and follows when the tick is settled.
        Rows about posts no longer alive are the caller's mistake.
        """
        at = self.log.add(count, **rows)
        log, posts = self.log, self.posts
        read = log.kind[at] == Kind.READ
        if read.any():
            post = log.post[at][read]
            np.add.at(posts.reads, (post, log.channel[at][read]), 1)
            np.add.at(posts.impressions, (post, log.channel[at][read]), 1)
            np.add.at(posts.finishes, post, log.completion[at][read] >= 90)
            np.add.at(posts.dwell_s, post, log.dwell_s[at][read].astype(np.int64))
