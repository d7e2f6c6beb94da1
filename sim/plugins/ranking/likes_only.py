"""Data only: the visible like count decides."""

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
    topic_boost: float = parameter(1.0, "extra score for the readers' main topic", ge=0.0, le=20.0)

    def worth(self, posts: PostsView) -> NDArray[np.float64]:
        """(visible likes + 1/2) x decay."""
        likes = np.maximum(posts.visible_likes, 0) + 0.5
        return likes * age_decay(posts.age_hours, self.gravity)
