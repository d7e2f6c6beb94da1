"""The interface of ranking policies."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PostsView


class RankingPolicy(ABC):
    """Turns the posts' public counters into scores; the higher is shown the earlier.

    `score` gets the posts still alive, the cell of readers asked for (their main topic, 0..7; -1 for nobody in
    particular) and the clock, and returns one float64 a post. It may not change its inputs and keeps no state.
    """

    @abstractmethod
    def score(self, posts: PostsView, cell: int, clock: Clock) -> NDArray[np.float64]:
        """Score of every post for readers of `cell`."""


class ByTopic(RankingPolicy):
    """A policy whose posts have one worth for everybody, raised by `topic_boost` for readers of their topic."""

    topic_boost: float

    @abstractmethod
    def worth(self, posts: PostsView) -> NDArray[np.float64]:
        """What every post is worth to readers who care for other topics."""

    def score(self, posts: PostsView, cell: int, clock: Clock) -> NDArray[np.float64]:
        """Worth x topic."""
        return self.worth(posts) * topical(posts, cell, self.topic_boost)


def score_cells(policy: RankingPolicy, posts: PostsView, cells: int, clock: Clock) -> NDArray[np.float64]:
    """Scores for the readers of every cell, (cells, posts); what is worth the same to all is worked out once."""
    if isinstance(policy, ByTopic) and type(policy).score is ByTopic.score:
        return spread_over_cells(policy, policy.worth(posts), posts, cells)
    return np.stack([policy.score(posts, cell, clock) for cell in range(cells)])


def spread_over_cells(policy: ByTopic, worth: NDArray[np.float64], posts: PostsView, cells: int) -> NDArray[np.float64]:
    """Scores (cells, posts) of posts that are worth the same to all (posts,), but for the bonus on a reader's topic."""
    own = np.asarray(posts.topic) == np.arange(cells)[:, None]
    found: NDArray[np.float64] = worth * (1.0 + policy.topic_boost * own)
    return found


def topical(posts: PostsView, cell: int, boost: float) -> NDArray[np.float64]:
    """Factor 1 + boost for posts on the cell's topic, 1 for others."""
    factor: NDArray[np.float64] = 1.0 + boost * (np.asarray(posts.topic) == cell)
    return factor
