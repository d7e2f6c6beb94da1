"""Rules that look at forwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.core.enums import Kind, Target
from sim.plugins.detectors.detector import Detector, Scores
from sim.plugins.detectors.shares import smoothed_share, surplus
from sim.plugins.parameters import parameter

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView


@dataclass(frozen=True)
class StarForwards(Detector):
    """Posts that are forwarded by many who did not get them by a forward: a star, where honest spreading is a tree.

    The norm is the share of forwards without a parent among all forwards of the tick, smoothed towards `bare_share`.
    The score is a post's surplus over norm times forwards, in standard deviations of a binomial count widened by
    `spread` for honest differences between posts. Posts liked this tick are judged. Packages of likes with forwards
    are caught; a post that is shared straight from the recommendation list or the list of creators followed trips it.
    """

    target: ClassVar[Target] = Target.POST
    needs_posts: ClassVar[bool] = False
    needs_history: ClassVar[bool] = False
    bare_share: float = parameter(0.8, "share of forwards without a parent to start from", ge=0.01, le=0.99)
    prior_forwards: float = parameter(50.0, "forwards' worth of doubt in the norm", unit="forwards", ge=0.1, le=1e6)
    spread: float = parameter(0.05, "honest spread of shares between posts", ge=0.0, le=1.0)
    threshold: float = parameter(1.2, "surplus of a verdict", unit="standard deviations", ge=0.0, le=1e6)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score a post."""
        log = view.log
        rows = np.flatnonzero(log.kind == Kind.FORWARD)
        posts, at, forwards = np.unique(log.post[rows], return_inverse=True, return_counts=True)
        bare = np.bincount(at, log.parent[rows] < 0, len(posts))
        norm = smoothed_share(bare.sum(), len(rows), self.bare_share, self.prior_forwards)
        judged = np.flatnonzero(np.isin(posts, log.post[log.likes]))
        return Scores(posts[judged].astype(np.int64), surplus(bare[judged], forwards[judged], norm, self.spread))
