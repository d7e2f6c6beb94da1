"""From scores to the recommendation list of each reader cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import N_TOPICS
from sim.kernels.feeds import fill_feeds
from sim.kernels.scales import TINY
from sim.plugins.calls import score_posts

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PostsView
    from sim.plugins.ranking.policy import RankingPolicy


def build_control_feeds(scores: NDArray[np.float64], slots: int) -> NDArray[np.int32]:
    """Recommendation lists by one score for each post (posts,), the same for all cells: (cells, slots) of entries."""
    feeds = np.zeros((N_TOPICS, slots), np.int32)
    if len(scores):
        none, nobody = np.zeros(len(scores), np.bool_), np.zeros(0, np.int64)
        every = np.ascontiguousarray(np.broadcast_to(scores, (N_TOPICS, len(scores))))
        fill_feeds(every, none, nobody, np.zeros(slots, np.bool_), feeds)
    return feeds


def build_feeds(
    posts: PostsView,
    visibility: NDArray[Any],
    policy: RankingPolicy,
    clock: Clock,
    *,
    slots: int,
    hot_threshold: int,
    hot_visibility: float,
    exploration: float,
    fresh_h: int,
    max_age_h: int,
    lottery: NDArray[np.uint64],
) -> NDArray[np.int32]:
    """Recommendation lists, (cells, slots) of entries in `posts`; shorter supplies repeat from the top.

    Posts whose visible likes pass `hot_threshold`, and that are not throttled below `hot_visibility`, come before the
    others (S7); the ranking policy orders them, its scores multiplied by the platform's `visibility`. A
    share `exploration` of the slots, evenly spaced, goes to posts younger than `fresh_h` hours drawn by `lottery` (one
    uint64 a post), so that nobody needs likes to be seen at all.
    """
    first = int(np.searchsorted(-np.asarray(posts.age_h), -max_age_h, side="right"))  # ages fall with the post id
    feeds = np.zeros((N_TOPICS, slots), np.int32)
    if first == len(posts):
        return feeds
    young = posts.tail(first)
    shown = visibility[first:]
    hot = (young.visible_likes >= hot_threshold) & (shown >= hot_visibility)
    every = max(1, round(1 / exploration)) if 2 * exploration * slots >= 1 else slots + 1
    trial = np.arange(slots) % every == every - 1
    fresh = np.flatnonzero(young.age_h < fresh_h)
    drawn = fresh[np.argsort(lottery[first:][fresh], kind="stable")]
    scores = score_posts(policy, young, N_TOPICS, clock)
    scores = np.where(scores < 0, scores / np.maximum(shown, TINY), scores * shown)  # less seen, whatever the sign
    fill_feeds(scores, hot, drawn, trial, feeds)
    return feeds + np.int32(first)
