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
    """Turns the posts' public counters into scores; the higher, the more slots of the hot table a post gets.

    `score` gets the posts young enough to be recommended, the cell of readers asked for (their main topic, 0..7; -1
    for nobody in particular) and the clock, and returns one float64 a post. A score below 0 counts as 0. How posts
    fade with age, and how much more those on the readers' topic are shown, is the hot table's (`platform.hot_gravity`,
    `platform.hot_topic_boost`). It may not change its inputs and keeps no state.
    """

    @abstractmethod
    def score(self, posts: PostsView, cell: int, clock: Clock) -> NDArray[np.float64]:
        """Score of every post for readers of `cell`."""


class NonPersonalized(RankingPolicy):
    """A policy whose posts have one worth for everybody."""

    @abstractmethod
    def worth(self, posts: PostsView) -> NDArray[np.float64]:
        """What every post is worth."""

    def score(self, posts: PostsView, cell: int, clock: Clock) -> NDArray[np.float64]:
        """Worth, whoever reads."""
        return self.worth(posts)


def has_one_worth(policy: RankingPolicy) -> bool:
    """Whether a policy's scores are the same for all cells, so that it need be asked but once."""
    return isinstance(policy, NonPersonalized) and type(policy).score is NonPersonalized.score


def score_cells(policy: RankingPolicy, posts: PostsView, cells: int, clock: Clock) -> NDArray[np.float64]:
    """Scores for the readers of every cell, (cells, posts), or (1, posts) where they are the same for all."""
    if has_one_worth(policy):
        return policy.score(posts, -1, clock)[None]
    return np.stack([policy.score(posts, cell, clock) for cell in range(cells)])
