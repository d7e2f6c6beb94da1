"""Counts the tick's interactions; visible numbers change only here."""

from __future__ import annotations

import numpy as np

from sim.core.enums import Kind
from sim.core.table_schema import LIKE_GOALS
from sim.engine.cast import Actors
from sim.kernels.count import count_reactions
from sim.state import State


def settle(state: State, actors: Actors) -> None:
    """Count likes, comments, forwards and follows of the log into the posts; note which became hot, and how fast."""
    log, posts = state.world.log, state.world.posts
    if log.n == 0:
        return
    like = np.flatnonzero(log.kind == Kind.LIKE)
    liked = np.unique(log.post[like])
    before = posts.likes[liked]
    count_reactions(
        log.kind, log.post, log.aux, state.world.accounts.standing_at_midnight[log.account], log.origin,
        posts.comments, posts.comment_depth, posts.forwards, posts.forward_standing, posts.follows,
        posts.likes, posts.likes_by_origin,
    )  # fmt: skip
    _note_goals(state, like, liked, before)


def _note_goals(state: State, like: np.ndarray, liked: np.ndarray, before: np.ndarray) -> None:
    """Which posts passed a goal with this tick's likes (rows `like` of the log), and which turned hot."""
    log, posts = state.world.log, state.world.posts
    post, after = log.post[like], posts.likes[liked]
    for column, goal in LIKE_GOALS.items():
        for i in np.flatnonzero((before < goal) & (after >= goal)).tolist():
            at = int(liked[i])
            times = np.sort(log.time_s[like][post == at])
            getattr(posts, column)[at] = max(0, int(times[goal - before[i] - 1]) - int(posts.published_s[at]))
    fresh = liked[posts.hot_tick[liked] < 0]
    visible = state.world.shown_likes(fresh)
    posts.hot_tick[fresh[visible >= state.policy.hot_threshold_likes]] = state.clock.tick
