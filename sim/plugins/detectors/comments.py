"""Rules that look at comments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.core.enums import Target
from sim.plugins.detectors.detector import Detector, Scores
from sim.plugins.detectors.shares import smoothed_share, surplus
from sim.plugins.parameters import parameter

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView


@dataclass(frozen=True)
class StockComments(Detector):
    """Posts whose comments are stock phrases and pictures far more often than those of other posts.

    The norm is the share of stock comments under all posts shown, smoothed towards `stock_share`. The score is the
    surplus over norm times comments, in standard deviations of a binomial count widened by `spread` for honest
    differences between posts. Posts liked this tick are judged. Packages of likes with comments are caught; posts of
    celebrations, under which everybody says the same, trip it; where many posts are pushed, so is the norm.
    """

    target: ClassVar[Target] = Target.POST
    needs_history: ClassVar[bool] = False
    min_comments: int = parameter(3, "posts with fewer comments are left alone", unit="comments", ge=1, le=100_000)
    stock_share: float = parameter(0.3, "share of stock comments to start from", ge=0.01, le=0.99)
    prior_comments: float = parameter(50.0, "comments' worth of doubt in the norm", unit="comments", ge=0.1, le=1e6)
    spread: float = parameter(0.05, "honest spread of shares between posts", ge=0.0, le=1.0)
    threshold: float = parameter(1.0, "surplus of a verdict", unit="standard deviations", ge=0.0, le=1e6)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score a post."""
        posts = view.posts
        liked = np.unique(posts.entries_of(view.log.post[view.log.likes]))
        liked = liked[liked >= 0]
        judged = liked[posts.comments[liked] >= self.min_comments]
        stock, comments = posts.stock_comments.sum(), posts.comments.sum()
        norm = smoothed_share(stock, comments, self.stock_share, self.prior_comments)
        score = surplus(posts.stock_comments[judged], posts.comments[judged], norm, self.spread)
        return Scores(posts.token[judged].astype(np.int64), score)
