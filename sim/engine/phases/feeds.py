"""From scores to the hot table: the posts that recommendation shows to each reader cell, in as many slots as it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import N_TOPICS
from sim.core.lookup_tables import age_decay
from sim.kernels.feeds import CLIFF, HILL, LINEAR, LOG, fill_table, shuffle_rows, weigh_posts

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.random_streams import RandomStreams
    from sim.core.views import PostsView
    from sim.scenario.schema.platform import PlatformSection

CURVES = {"log": LOG, "linear": LINEAR, "hill": HILL, "cliff": CLIFF}
EVEN = 1.0  # no topic is preferred

Scores = NDArray[np.float64]


def cell_keys(rng: RandomStreams, stream: str, clock: Clock) -> NDArray[np.uint64]:
    """A key for each cell, from which compiled code goes on to draw (uint64)."""
    return rng.bits_array(stream, clock.tick, np.arange(N_TOPICS))


def weigh(scores: Scores, posts: PostsView, shown: NDArray[Any], policy: PlatformSection, yardstick: float) -> Scores:
    """Weights of posts in the hot table, (rows, posts) as `scores` has; scores below 0 count as 0.

    (hot_prior + curve(score / yardstick)) x `shown` x (age + hot_age_offset_h)^-hot_gravity, the age in whole hours.
    `shown` (posts,) is what the platform leaves of each: its visibility, 0 for those that are not listed.
    """
    factor = age_decay(posts.age_hours, policy.hot_gravity, policy.hot_age_offset_h) * shown
    weight = np.empty(scores.shape, np.float64)
    weigh_posts(
        np.maximum(scores, 0.0),
        factor,
        CURVES[policy.hot_curve],
        yardstick,
        policy.hot_prior,
        policy.hot_threshold,
        policy.hot_cliff,
        weight,
    )
    return weight


def build_feeds(
    weight: Scores,
    posts: PostsView,
    policy: PlatformSection,
    *,
    slots: int,
    listed: NDArray[np.bool_],
    keys: NDArray[np.uint64],
) -> NDArray[np.int32]:
    """The hot table: (cells, slots) of entries in `posts`, in random order; -1 where there is no post.

    Slots are filled in proportion to `weight` (1 or cells, posts), times `hot_topic_boost` in the cell of the post's
    topic; a share `hot_exploration` of them goes by lot to the posts `listed` that are younger than `fresh_h` hours,
    so that nobody needs likes to be seen at all.
    """
    feeds = np.empty((N_TOPICS, slots), np.int32)
    fresh = np.flatnonzero((np.asarray(posts.age_h) < policy.fresh_h) & listed)
    topic = np.array(posts.topic)  # a copy: what may be written to is of the one type that is compiled
    fill_table(weight, topic, float(policy.hot_topic_boost), fresh, round(policy.hot_exploration * slots), keys, feeds)
    return feeds


def build_even_feeds(n_posts: int, slots: int, keys: NDArray[np.uint64]) -> NDArray[np.int32]:
    """A table in which all posts have the same chance: (cells, slots) of entries, -1 where there is no post."""
    feeds = np.empty((N_TOPICS, slots), np.int32)
    nobody, topic = np.zeros(0, np.int64), np.zeros(n_posts, np.uint8)
    fill_table(np.ones((1, n_posts)), topic, EVEN, nobody, 0, keys, feeds)
    return feeds


def build_best_feeds(scores: Scores, slots: int, keys: NDArray[np.uint64]) -> NDArray[np.int32]:
    """The posts with the highest scores (posts,), one slot each; where there are fewer they have several.

    (cells, slots) of entries in random order; -1 where there is no post.
    """
    feeds = np.full((N_TOPICS, slots), -1, np.int32)
    if len(scores):
        best = np.argsort(-scores, kind="stable")
        feeds[:] = best[np.arange(slots) % len(best)]
        shuffle_rows(keys, feeds)
    return feeds
