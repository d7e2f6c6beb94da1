"""The tick's interactions are counted: only now do visible numbers change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.names import Kind

if TYPE_CHECKING:
    from sim.model import EngagementModel

GOALS = ((100, "s_to_100"), (1000, "s_to_1000"))


def settle(model: EngagementModel) -> None:
    """Count likes, comments, forwards and follows of the log into the posts; note who turned hot and how fast."""
    log, posts = model.world.log, model.world.posts
    if log.n == 0:
        return
    kind, post = log.kind, log.post
    comment, forward = np.flatnonzero(kind == Kind.COMMENT), np.flatnonzero(kind == Kind.FORWARD)
    np.add.at(posts.comments, post[comment], 1)
    np.add.at(posts.comment_depth, post[comment], log.aux[comment].astype(np.int32))
    standing = model.world.accounts.standing[log.account[forward]].astype(np.int32)
    np.add.at(posts.forwards, post[forward], 1)
    np.add.at(posts.forward_standing, post[forward], standing)
    np.add.at(posts.follows, post[kind == Kind.FOLLOW], 1)
    _count_likes(model, np.flatnonzero(kind == Kind.LIKE))


def _count_likes(model: EngagementModel, like: np.ndarray) -> None:
    log, posts = model.world.log, model.world.posts
    post = log.post[like]
    liked = np.unique(post)
    before = posts.likes[liked]
    np.add.at(posts.likes_by_origin, (post, log.origin[like]), 1)
    np.add.at(posts.likes, post, 1)
    after = posts.likes[liked]
    for goal, column in GOALS:
        for i in np.flatnonzero((before < goal) & (after >= goal)).tolist():
            at = int(liked[i])
            times = np.sort(log.time_s[like][post == at])
            getattr(posts, column)[at] = max(0, int(times[goal - before[i] - 1]) - int(posts.published_s[at]))
    fresh = liked[posts.hot_tick[liked] < 0]
    visible = posts.likes[fresh] - posts.discounted[fresh]
    posts.hot_tick[fresh[visible >= model.policy.hot_threshold_likes]] = model.clock.tick
