"""The platform's view of the world. Nothing here is truth; ranking and detection get nothing else."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.names import Kind

if TYPE_CHECKING:
    from sim.clock import Clock
    from sim.world import World

Array = NDArray[Any]

LOG_COLUMNS = ("time_s", "account", "post", "kind", "channel", "dwell_s", "completion", "aux", "ip", "device")


def _read_only(column: Array) -> Array:
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
NO_POSTS = PostsView(0, **dict.fromkeys(POST_COLUMNS, _read_only(np.zeros(0, np.int64))))


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
    """What the platform knows of every account; index = account id."""

    ip: Array  # address of registration
    device: Array  # device of registration
    registered_day: Array
    status: Array
    standing: Array

    def __len__(self) -> int:
        return len(self.ip)


@dataclass(frozen=True)
class PlatformView:
    """All that a detector gets."""

    log: LogView
    posts: PostsView
    accounts: AccountsView


def _total(by_surface: Array) -> Array:
    """Sum over the surfaces, column by column (several times faster here than `sum(axis=1)`)."""
    total = by_surface[:, 0].astype(np.int64)
    for surface in range(1, by_surface.shape[1]):
        total += by_surface[:, surface]
    return total


def view_posts(world: World, clock: Clock, none: bool = False) -> PostsView:
    """Counters of the posts still alive as the platform has them now (of no post at all when `none`)."""
    posts, alive = world.posts, world.alive
    if none:
        return NO_POSTS
    creator = posts.creator[alive]
    counted = ("finishes", "dwell_s", "likes", "comments", "comment_depth", "forwards", "forward_standing", "follows")
    return PostsView(
        first_id=alive.start,
        creator=_read_only(creator),
        topic=_read_only(posts.topic[alive]),
        age_h=(clock.start_s - posts.published_s[alive]) / 3600.0,
        impressions=_total(posts.impressions[alive]),
        reads=_total(posts.reads[alive]),
        visible_likes=posts.likes[alive] - posts.discounted[alive],
        followers=world.creators.followers[creator],
        **{name: _read_only(getattr(posts, name)[alive]) for name in counted},
    )


def view_log(world: World) -> LogView:
    """The tick's interactions without the truth beside them."""
    return LogView(**{name: _read_only(getattr(world.log, name)) for name in LOG_COLUMNS})


def view_accounts(world: World) -> AccountsView:
    """Accounts without grade and owner."""
    names = ("ip", "device", "registered_day", "status", "standing")
    return AccountsView(**{name: _read_only(getattr(world.accounts, name)) for name in names})


def view_platform(world: World, clock: Clock, with_posts: bool = True) -> PlatformView:
    """Everything a detector may look at this tick; without posts their view is empty."""
    return PlatformView(view_log(world), view_posts(world, clock, none=not with_posts), view_accounts(world))
