"""From scores to the recommendation list of each reader cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.names import N_TOPICS

if TYPE_CHECKING:
    from sim.clock import Clock
    from sim.observables import PostsView
    from sim.ranking.policy import RankingPolicy


THROTTLED = 0.5  # a post whose visibility is below this has lost its place among the hot ones


def build_feeds(
    posts: PostsView,
    visibility: NDArray[Any],
    policy: RankingPolicy,
    clock: Clock,
    *,
    slots: int,
    hot_threshold: int,
    exploration: float,
    max_age_h: int,
    lottery: NDArray[np.uint64],
) -> NDArray[np.int32]:
    """Recommendation lists, (cells, slots) of entries in `posts`; shorter supplies repeat from the top.

    Posts whose visible likes pass `hot_threshold` come before those that do not (S7); the ranking policy orders
    them, its scores multiplied by the platform's `visibility`. A share `exploration` of the slots, evenly spaced,
    goes to fresh posts drawn by `lottery` (one uint64 a post), so that nobody needs likes to be seen at all.
    """
    first = int(np.searchsorted(-np.asarray(posts.age_h), -max_age_h, side="right"))  # ages fall with the post id
    feeds = np.zeros((N_TOPICS, slots), np.int32)
    if first == len(posts):
        return feeds
    young = posts.tail(first)
    shown = visibility[first:]
    hot = (young.visible_likes >= hot_threshold) & (shown >= THROTTLED)
    every = round(1 / exploration) if exploration > 0 else slots + 1
    trial = np.arange(slots) % every == every - 1
    n_ranked, n_trial = int((~trial).sum()), int(trial.sum())
    fresh = np.flatnonzero(young.age_h < 24)
    drawn = fresh[np.argsort(lottery[first:][fresh], kind="stable")]
    draws = np.tile(drawn, -(-(n_trial * (N_TOPICS + 1)) // max(1, len(drawn))))
    for cell in range(N_TOPICS):
        best = _best(policy.score(young, cell, clock) * shown, hot, n_ranked)
        if len(best) < n_ranked:
            best = np.tile(best, -(-n_ranked // len(best)))[:n_ranked]
        feeds[cell, ~trial] = best
        feeds[cell, trial] = draws[cell * n_trial : (cell + 1) * n_trial] if len(drawn) else best[:n_trial]
    return feeds + np.int32(first)


def _best(score: NDArray[np.float64], hot: NDArray[np.bool_], count: int) -> NDArray[np.intp]:
    """Indices of the `count` best, hot ones first, ties to the older post."""
    best = _top(score, np.flatnonzero(hot), count)
    if len(best) < count:
        best = np.concatenate([best, _top(score, np.flatnonzero(~hot), count - len(best))])
    return best


def _top(score: NDArray[np.float64], among: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    values = score[among]
    if len(among) > 4 * count:
        # a partition drops most before the sort; ties at its edge are settled by value, then index
        edge = np.partition(values, len(values) - count)[len(values) - count]
        among = among[values >= edge]
        values = score[among]
    return among[np.argsort(-values, kind="stable")[:count]]
