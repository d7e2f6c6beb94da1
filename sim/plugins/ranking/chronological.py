"""Newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.plugins.ranking.policy import NonPersonalized

if TYPE_CHECKING:
    from sim.core.views import PostsView


@dataclass(frozen=True)
class Chronological(NonPersonalized):
    """Newest first, whatever readers thought of it; the default that does nothing."""

    def worth(self, posts: PostsView) -> NDArray[np.float64]:
        """One over age in hours plus one."""
        return 1.0 / (1.0 + np.asarray(posts.age_h, np.float64))
