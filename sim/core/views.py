"""What ranking policies and detectors can see: arrays without any of the truth."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Kind

Array = NDArray[Any]

LOG_COLUMNS = ("time_s", "account", "post", "kind", "channel", "dwell_s", "completion", "aux", "ip", "device")


def read_only(column: Array) -> Array:
    """A view of a column that cannot be written through."""
    view = column.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True)
class PostsView:
    """Public counters of the posts still alive, one entry a post (arrays of one length)."""

    first_id: int  # post id of entry 0; ids are consecutive
    creator: Array
    topic: Array
    age_h: Array
    impressions: Array
    reads: Array
    finishes: Array
    dwell_s: Array
    likes: Array  # counted, before discounts
    visible_likes: Array  # after discounts
    comments: Array
    comment_depth: Array
    forwards: Array
    forward_standing: Array
    follows: Array
    followers: Array  # of the post's creator

    def __len__(self) -> int:
        return len(self.creator)

    def tail(self, start: int) -> PostsView:
        """The view from entry `start` on."""
        return PostsView(self.first_id + start, **{name: getattr(self, name)[start:] for name in POST_COLUMNS})

    @cached_property
    def age_hours(self) -> Array:
        """Whole hours of age (int64), as tables of decay are looked up by."""
        return np.asarray(self.age_h).astype(np.int64)


POST_COLUMNS = tuple(f.name for f in fields(PostsView) if f.name != "first_id")
NO_POSTS = PostsView(0, **dict.fromkeys(POST_COLUMNS, read_only(np.zeros(0, np.int64))))


@dataclass(frozen=True)
class LogView:
    """Interactions of the tick, in columns (see `sim.world.log.Log` for units), without their origin."""

    time_s: Array
    account: Array
    post: Array
    kind: Array
    channel: Array
    dwell_s: Array
    completion: Array
    aux: Array
    ip: Array
    device: Array

    def __len__(self) -> int:
        return len(self.time_s)

    @cached_property
    def likes(self) -> NDArray[np.intp]:
        """Rows that are likes."""
        return np.flatnonzero(np.asarray(self.kind) == Kind.LIKE)


@dataclass(frozen=True)
class AccountsView:
    """What the platform knows of every account; index = account id.

    `status` is in force now; `standing` (0..255, the share of its reads that an account finished) is as of last
    midnight, since the platform looks at reading once a day.
    """

    ip: Array  # address of registration
    device: Array  # device of registration
    registered_day: Array
    status: Array
    standing: Array

    def __len__(self) -> int:
        return len(self.ip)


@dataclass(frozen=True)
class PlatformView:
    """Everything that a detector is given."""

    log: LogView
    posts: PostsView
    accounts: AccountsView
