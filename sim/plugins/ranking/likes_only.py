"""Ranking by visible likes alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.plugins.ranking.policy import NonPersonalized

if TYPE_CHECKING:
    from sim.core.views import PostsView


@dataclass(frozen=True)
class LikesOnly(NonPersonalized):
    """Visible likes (the article's "data only" stage, S12)."""

    def worth(self, posts: PostsView) -> NDArray[np.float64]:
        """Visible likes."""
        return np.maximum(posts.visible_likes, 0).astype(np.float64)
