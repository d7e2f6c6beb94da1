"""The platform's view of the world. It holds none of the truth, and ranking and detection see nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import HOUR_S
from sim.core.views import LOG_COLUMNS, NO_POSTS, AccountsView, LogView, PlatformView, PostsView, read_only

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.world import World

Array = NDArray[Any]


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
    views = {name: read_only(getattr(posts, name)[alive]) for name in counted}
    if not world.likes_shown:
        views["likes"] = read_only(np.zeros_like(views["likes"]))
    return PostsView(
        first_id=alive.start,
        creator=read_only(creator),
        topic=read_only(posts.topic[alive]),
        age_h=(clock.start_s - posts.published_s[alive]) / HOUR_S,
        impressions=_total(posts.impressions[alive]),
        reads=_total(posts.reads[alive]),
        visible_likes=world.shown_likes(alive),
        followers=world.creators.followers[creator],
        **views,
    )


def view_log(world: World) -> LogView:
    """The tick's interactions without the truth beside them."""
    return LogView(**{name: read_only(getattr(world.log, name)) for name in LOG_COLUMNS})


def view_accounts(world: World) -> AccountsView:
    """Accounts without grade and owner; their status is that of now, their standing that of last midnight."""
    accounts = world.accounts
    return AccountsView(
        ip=read_only(accounts.ip),
        device=read_only(accounts.device),
        registered_day=read_only(accounts.registered_day),
        status=read_only(accounts.status),
        standing=read_only(accounts.standing_at_midnight),
    )


def view_platform(world: World, clock: Clock, with_posts: bool = True) -> PlatformView:
    """Everything that a detector may see this tick; without posts their view is empty."""
    return PlatformView(view_log(world), view_posts(world, clock, none=not with_posts), view_accounts(world))
