"""The tick's interactions are counted: only now do visible numbers change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.names import N_ORIGINS, Kind

if TYPE_CHECKING:
    from sim.model import EngagementModel


def settle(model: EngagementModel) -> None:
    """Count likes, comments, forwards and follows of the log into the posts; note who turned hot and how fast."""
    world = model.world
    log, posts, alive = world.log, world.posts, world.alive
    if log.n == 0:
        return
    n = alive.stop - alive.start
    entry = log.post - alive.start
    like = log.kind == Kind.LIKE
    by_origin = np.bincount(entry[like] * N_ORIGINS + log.origin[like], minlength=n * N_ORIGINS)
    before = posts.likes[alive].copy()
    posts.likes_by_origin[alive] += by_origin.reshape(n, N_ORIGINS).astype(np.int32)
    posts.likes[alive] = posts.likes_by_origin[alive].sum(axis=1)
    comment = log.kind == Kind.COMMENT
    posts.comments[alive] += np.bincount(entry[comment], minlength=n).astype(np.int32)
    posts.comment_depth[alive] += np.bincount(entry[comment], log.aux[comment], n).astype(np.int32)
    forward = log.kind == Kind.FORWARD
    standing = world.accounts.standing[log.account[forward]]
    posts.forwards[alive] += np.bincount(entry[forward], minlength=n).astype(np.int32)
    posts.forward_standing[alive] += np.bincount(entry[forward], standing, n).astype(np.int32)
    follow = log.kind == Kind.FOLLOW
    posts.follows[alive] += np.bincount(entry[follow], minlength=n).astype(np.int32)
    for goal, column in ((100, posts.s_to_100), (1000, posts.s_to_1000)):
        for e in np.flatnonzero((before < goal) & (posts.likes[alive] >= goal)):
            times = np.sort(log.time_s[like][entry[like] == e])
            post = e + alive.start
            column[post] = max(0, int(times[goal - before[e] - 1]) - int(posts.published_s[post]))
    visible = posts.likes[alive] - posts.discounted[alive]
    hot = (posts.hot_tick[alive] < 0) & (visible >= model.policy.hot_threshold_likes)
    posts.hot_tick[alive] = np.where(hot, model.clock.tick, posts.hot_tick[alive])
