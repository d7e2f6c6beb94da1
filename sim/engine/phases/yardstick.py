"""The yardstick V: the score that counts as high on the platform, against which the hot table weighs all others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import HOUR_S, WEEK_DAYS
from sim.core.enums import N_TOPICS
from sim.plugins.calls import score_posts
from sim.plugins.ranking.likes_only import LikesOnly
from sim.state import Yardstick
from sim.world.observables import view_posts

if TYPE_CHECKING:
    from sim.core.views import PostsView
    from sim.plugins.ranking.policy import RankingPolicy
    from sim.state import State

Scores = NDArray[np.float64]

ONE_LIKE = 1.0  # the least that counts as high where scores are likes
NO_SCORE = 1.0  # a score of nothing is nothing by any yardstick


def update_yardstick(state: State, posts: PostsView, scores: Scores) -> float:
    """V of this tick; `scores` (rows, posts), none below 0, are those of `posts`, young enough to be recommended.

    Once a day it moves towards what the day's scores say. It is measured afresh as long as the platform is younger
    than `platform.fresh_h` hours, and when another ranking policy comes into force, whose scores may be of another
    kind.
    """
    held, policy, clock = state.platform.yardstick, state.policy, state.clock
    young = clock.start_s < policy.fresh_h * HOUR_S
    if held is None or held.ranking != policy.ranking or young:
        measured = _measure(state, posts, scores)
        held = Yardstick(_floor(policy.ranking, scores) if measured is None else measured, policy.ranking)
        state.platform.yardstick = held
    elif clock.starts_day:
        measured = _measure(state, posts, scores)
        if measured is not None:
            held.value += _pace(state) * (measured - held.value)
    return held.value


def _pace(state: State) -> float:
    """Share of the way to the day's figure that V goes in a day."""
    policy = state.policy
    if policy.hot_yardstick == "slow" and state.clock.day >= policy.hot_slow_from_day:
        return policy.hot_slow_pace / WEEK_DAYS
    return policy.hot_pace


def _measure(state: State, posts: PostsView, scores: Scores) -> float | None:
    """What the scores of the moment say; None where there is no post to go by."""
    policy = state.policy
    if policy.hot_yardstick == "surviving":
        found = _surviving_scores(state)
    else:
        found = scores[:, np.asarray(posts.age_h) < policy.fresh_h]
    if found.size == 0:
        return None
    return max(float(np.quantile(found, policy.hot_quantile)), _floor(policy.ranking, scores))


def _floor(ranking: RankingPolicy, scores: Scores) -> float:
    """The least that V can be: one like, or the least score above 0 of any post where scores are no likes."""
    if isinstance(ranking, LikesOnly):
        return ONE_LIKE
    above = scores[scores > 0]
    return float(above.min()) if above.size else NO_SCORE


def _surviving_scores(state: State) -> Scores:
    """Scores that posts would have if there were no likes but those that outlived the last purge.

    Of the likes given before the platform last took past likes out (a purge or a ban), those that still count; and
    of the posts, those that were younger than `fresh_h` hours at that time. As long as there was no purge: of now.
    """
    world, policy, clock = state.world, state.policy, state.clock
    posts, now_s, purged_s = view_posts(world, clock), clock.start_s, state.platform.purged_s
    at_s = now_s if purged_s < 0 else purged_s
    age_h = np.asarray(posts.age_h) - (now_s - at_s) / HOUR_S
    entries = np.flatnonzero((age_h >= 0) & (age_h < policy.fresh_h))
    if len(entries) == 0:
        return np.zeros((1, 0))
    likes = world.likes
    given = slice(0, int(np.searchsorted(likes.time_s, at_s)))
    by_post = np.bincount(likes.post[given][likes.alive[given]], minlength=world.posts.n)
    counts = by_post[world.displayed_posts(world.alive)][entries] * world.likes_shown
    if policy.down_votes:
        counts = np.maximum(0, counts - world.posts.down_votes[world.alive][entries])
    then = replace(posts.only(entries), age_h=age_h[entries], likes=counts, visible_likes=counts)
    return np.maximum(score_posts(policy.ranking, then, N_TOPICS, clock), 0.0)
