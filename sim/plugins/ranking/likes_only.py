"""Ranking by visible likes alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.lookup_tables import age_decay
from sim.plugins.parameters import parameter
from sim.plugins.ranking.policy import ByTopic

if TYPE_CHECKING:
    from sim.core.views import PostsView


@dataclass(frozen=True)
class LikesOnly(ByTopic):
    """Visible likes, fading with age (the article's "data only" stage, S12; decay as in news rankings)."""

    gravity: float = parameter(1.2, "how fast a post's likes stop counting as it ages", ge=0.0, le=4.0)
    age_offset_h: float = parameter(
        2.0, "hours added to the age before it counts: the larger, the less the newest lead", unit="h", ge=0.1, le=168.0
    )
    likes_prior: float = parameter(0.5, "likes every post is taken to have besides", unit="likes", ge=0.0, le=1000.0)
    topic_boost: float = parameter(1.0, "extra score for the readers' main topic", ge=0.0, le=20.0)

    def worth(self, posts: PostsView) -> NDArray[np.float64]:
        """(visible likes + those of every post) x decay."""
        likes = np.maximum(posts.visible_likes, 0) + self.likes_prior
        return likes * age_decay(posts.age_hours, self.gravity, self.age_offset_h)
