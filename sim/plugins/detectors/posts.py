"""Rules that look at posts' counters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Target
from sim.plugins.detectors.detector import Detector, Scores
from sim.plugins.detectors.shares import smoothed_share
from sim.plugins.parameters import parameter

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView


@dataclass(frozen=True)
class LikeReadMismatch(Detector):
    """Posts with far more likes than their reads explain (S9, S12).

    Posts are grouped by size (octaves of reads); a group's norm is its median likes per read, smoothed
    towards `like_rate`. The score is the surplus over norm times reads, in standard deviations of a Poisson
    count widened by `spread` for honest differences in how loved posts are. Posts liked this tick are judged.
    Loved posts and habitual fans trip it; where most posts of a size are pushed, so is the norm.
    """

    target: ClassVar[Target] = Target.POST
    needs_history: ClassVar[bool] = False
    min_likes: int = parameter(15, "posts with fewer likes are left alone", unit="likes", ge=1, le=100_000)
    like_rate: float = parameter(0.009, "likes per read to start from", unit="1/read", ge=1e-4, le=1.0, source="C1")
    prior_reads: float = parameter(50.0, "reads' worth of doubt in a post's ratio", unit="reads", ge=0.1, le=1e5)
    prior_posts: float = parameter(10.0, "posts' worth of doubt in a group's norm", unit="posts", ge=0.1, le=1e5)
    spread: float = parameter(1.0, "honest spread of like rates, relative", ge=0.0, le=10.0)
    threshold: float = parameter(5.0, "surplus of a verdict", unit="standard deviations", ge=0.0, le=1e6)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score a post."""
        rows = view.log.likes
        posts = view.posts
        if len(rows) == 0 or len(posts) == 0:
            return Scores.nothing()
        entry = posts.entries_of(view.log.post[rows])
        new = np.bincount(entry[entry >= 0], minlength=len(posts))
        likes = posts.likes + new
        judged = np.flatnonzero((new > 0) & (likes >= self.min_likes))
        if len(judged) == 0:
            return Scores.nothing()
        expected = 1.0 + self._norms(likes, posts.reads)[judged] * posts.reads[judged]
        score = (likes[judged] - expected) / np.sqrt(expected + (self.spread * expected) ** 2)
        return Scores(posts.token[judged].astype(np.int64), score)

    def _norms(self, likes: NDArray[Any], reads: NDArray[Any]) -> NDArray[np.float64]:
        """Likes per read in the middle of each post's size group (one entry a post)."""
        ratio = (likes + self.like_rate * self.prior_reads) / (reads + self.prior_reads)
        group = np.frexp(reads.astype(np.float64))[1]  # 0 for no reads, 1 for one, 2 for 2-3, 3 for 4-7, ...
        order = np.lexsort((ratio, group))
        size = np.bincount(group)
        middle = np.cumsum(size) - size + size // 2
        median = ratio[order[np.minimum(middle, len(order) - 1)]]
        norm = (median * size + self.like_rate * self.prior_posts) / (size + self.prior_posts)
        values: NDArray[np.float64] = norm[group]
        return values


@dataclass(frozen=True)
class UserReports(Detector):
    """Posts that readers report more often than others (D32: hardly better than chance).

    The norm is reports per read of all posts shown, smoothed towards `report_rate`. The score is the surplus over norm
    times reads, in standard deviations of a Poisson count. Posts liked this tick are judged. What draws many readers
    draws a report from somebody, so that popular honest posts trip it; bought likes are hardly ever what is reported.
    """

    target: ClassVar[Target] = Target.POST
    needs_history: ClassVar[bool] = False
    min_reports: int = parameter(2, "posts with fewer reports are left alone", unit="reports", ge=1, le=100_000)
    report_rate: float = parameter(0.001, "reports per read to start from", unit="1/read", ge=1e-6, le=1.0)
    prior_reads: float = parameter(2000.0, "reads' worth of doubt in the norm", unit="reads", ge=0.1, le=1e9)
    threshold: float = parameter(3.0, "surplus of a verdict", unit="standard deviations", ge=0.0, le=1e6)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score a post."""
        posts = view.posts
        liked = np.unique(posts.entries_of(view.log.post[view.log.likes]))
        liked = liked[liked >= 0]
        judged = liked[posts.reports[liked] >= self.min_reports]
        norm = smoothed_share(posts.reports.sum(), posts.reads.sum(), self.report_rate, self.prior_reads)
        expected = norm * posts.reads[judged]
        score = (posts.reports[judged] - expected) / np.sqrt(np.maximum(expected, norm))
        return Scores(posts.token[judged].astype(np.int64), score)
