"""The detectors that ship: the article's three rules (S4) and the mismatch of likes and reads (S9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.detection.detector import Detector, Scores
from sim.detection.signals import distinct_by_group, likes_of
from sim.names import Target
from sim.plugins import knob

if TYPE_CHECKING:
    from sim.clock import Clock
    from sim.observables import PlatformView


@dataclass(frozen=True)
class NoDetector(Detector):
    """Sees nothing wrong: the default that does nothing."""

    threshold: float = knob(1.0, "never reached", ge=0.0)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """Nothing."""
        return Scores.nothing()


@dataclass(frozen=True)
class IpBurst(Detector):
    """Many accounts liking from one address within minutes (article, S4: same IP, short time).

    The score of a like is the number of different accounts that like from its address in its time window; two
    staggered rows of windows are laid over the hour so that a burst is not cut in half. A campus or an office
    behind one address does the same when a post is popular: the threshold decides who is mistaken for whom.
    """

    window_s: int = knob(600, "length of the window", unit="s", ge=1, le=86_400, source="article, C22: ten minutes")
    threshold: float = knob(20.0, "accounts from one address", unit="accounts", ge=1.0, le=1e6)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score a like."""
        rows = likes_of(view.log)
        if len(rows) == 0:
            return Scores.nothing()
        ip = view.log.ip[rows].astype(np.int64)
        score = np.zeros(len(rows), np.int64)
        for shift in (0, self.window_s // 2):
            window = (view.log.time_s[rows] + shift) // self.window_s
            score = np.maximum(score, distinct_by_group((ip << 24) ^ (window & 0xFFFFFF), view.log.account[rows]))
        return Scores(rows, score.astype(np.float64))


@dataclass(frozen=True)
class NoReadLike(Detector):
    """Likes without reading (article, S4: fast likes with no reading record).

    The score falls from 1 at no dwell at all to 0 at `dwell_s`; people who skim trip it.
    """

    dwell_s: float = knob(8.0, "a look of this length counts as reading", unit="s", ge=1.0, le=600.0)
    threshold: float = knob(0.5, "score of a verdict", ge=0.0, le=1.0)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score a like."""
        rows = likes_of(view.log)
        look = view.log.dwell_s[rows] / self.dwell_s
        finished = view.log.completion[rows] >= 90
        return Scores(rows, np.where(finished, 0.0, np.maximum(0.0, 1.0 - look)))


@dataclass(frozen=True)
class Device(Detector):
    """Phones that carry too many accounts (article, S4: abnormal device fingerprints).

    The score of a like is the number of different accounts that liked from its phone this tick. Families that share
    a phone, and buyers of second-hand ones, trip a low threshold.
    """

    threshold: float = knob(5.0, "accounts on one phone", unit="accounts", ge=1.0, le=1e6)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score a like."""
        rows = likes_of(view.log)
        return Scores(rows, distinct_by_group(view.log.device[rows], view.log.account[rows]).astype(np.float64))


@dataclass(frozen=True)
class LikeReadMismatch(Detector):
    """Posts with far more likes than their reads explain (S9, S12).

    The score is the surplus over what the platform's own median rate predicts, in standard deviations of a Poisson
    count widened by `spread` for honest differences in how loved posts are. Posts liked this tick are judged.
    """

    target: ClassVar[Target] = Target.POST
    min_likes: int = knob(15, "posts with fewer likes are left alone", unit="likes", ge=1, le=100_000)
    spread: float = knob(1.0, "honest spread of like rates, relative", ge=0.0, le=10.0)
    threshold: float = knob(5.0, "surplus of a verdict", unit="standard deviations", ge=0.0, le=1e6)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score a post."""
        rows = likes_of(view.log)
        posts = view.posts
        if len(rows) == 0 or len(posts) == 0:
            return Scores.nothing()
        entry = np.unique(view.log.post[rows]) - posts.first_id
        likes = posts.likes[entry] + np.bincount(view.log.post[rows] - posts.first_id, minlength=len(posts))[entry]
        known = posts.reads >= 50
        rate = float(np.median(posts.likes[known] / posts.reads[known])) if known.any() else 0.01
        expected = 1.0 + max(rate, 1e-4) * posts.reads[entry]
        score = (likes - expected) / np.sqrt(expected + (self.spread * expected) ** 2)
        judged = likes >= self.min_likes
        return Scores((entry + posts.first_id)[judged].astype(np.int64), score[judged])
