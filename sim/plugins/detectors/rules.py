"""The detectors that ship: the article's three rules (S4) and the mismatch of likes and reads (S9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Target
from sim.kernels.scales import WORD_BITS
from sim.plugins.detectors.detector import Detector, Scores
from sim.plugins.parameters import parameter

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView


@dataclass(frozen=True)
class NoDetector(Detector):
    """Flags nothing: the default that does nothing."""

    threshold: float = parameter(1.0, "never reached", ge=0.0)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """Nothing."""
        return Scores.nothing()


@dataclass(frozen=True)
class IpBurst(Detector):
    """Many accounts liking from one address within minutes (article, S4: same IP, short time).

    The score of a like is the largest number of different accounts that like from its address within any
    span of `window_s` seconds that holds it (inside the tick). A campus or an office behind one address does
    the same when a post is popular: the threshold decides who is mistaken for whom. A farm with addresses
    enough passes.
    """

    needs_posts: ClassVar[bool] = False
    window_s: int = parameter(600, "length of the span", unit="s", ge=1, le=86_400, source="C22: ten minutes")
    threshold: float = parameter(20.0, "accounts from one address", unit="accounts", ge=1.0, le=1e6)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score a like."""
        rows = view.log.likes
        if len(rows) == 0:
            return Scores.nothing()
        from sim.kernels.detect import busiest_windows  # numba is slow to import: not for reading scenarios

        address, time_s = view.log.address[rows], view.log.time_s[rows]
        since = (time_s - time_s.min()).astype(np.uint64)
        order = np.argsort((address.astype(np.uint64) << np.uint64(WORD_BITS)) | since)
        people, person = np.unique(view.log.account[rows], return_inverse=True)
        score = np.empty(len(rows))
        score[order] = busiest_windows(address[order], time_s[order], person[order], len(people), self.window_s)
        return Scores(rows, score)


@dataclass(frozen=True)
class NoReadLike(Detector):
    """Likes without reading (article, S4: fast likes with no reading record).

    The score falls from 1 at no dwell at all to 0 at `dwell_s`; people who skim trip it.
    """

    needs_posts: ClassVar[bool] = False
    dwell_s: float = parameter(8.0, "a look of this length counts as reading", unit="s", ge=1.0, le=600.0)
    finished_percent: int = parameter(
        90, "who read this much of the post has read it, however fast", unit="%", ge=1, le=100
    )
    threshold: float = parameter(0.5, "score of a verdict", ge=0.0, le=1.0)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score a like."""
        rows = view.log.likes
        look = view.log.dwell_s[rows] / self.dwell_s
        finished = view.log.completion[rows] >= self.finished_percent
        return Scores(rows, np.where(finished, 0.0, np.maximum(0.0, 1.0 - look)))


@dataclass(frozen=True)
class Device(Detector):
    """Phones that carry too many accounts (article, S4: abnormal device fingerprints).

    The score of an account that likes is the number of accounts on the fingerprint it likes from: those
    registered on it, and strangers to it that like from it in this tick (the largest over the account's
    phones). Families that share a phone, and buyers of second-hand ones, trip a low threshold; farms with few
    accounts a phone pass.
    """

    needs_posts: ClassVar[bool] = False
    target: ClassVar[Target] = Target.ACCOUNT
    threshold: float = parameter(8.0, "accounts on one phone", unit="accounts", ge=1.0, le=1e6)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score an account that liked."""
        rows = view.log.likes
        if len(rows) == 0:
            return Scores.nothing()
        account, device = view.log.account[rows], view.log.device[rows]
        phones, phone = np.unique(device, return_inverse=True)
        crowd = view.accounts.per_device(phones)
        ids, at = np.unique(account, return_inverse=True)
        stranger = view.accounts.of(ids).device[at] != device
        if stranger.any():
            pairs = np.unique((phone[stranger] << WORD_BITS) | at[stranger])
            crowd = crowd + np.bincount(pairs >> WORD_BITS, minlength=len(phones))
        score = np.zeros(len(ids))
        np.maximum.at(score, at, crowd[phone])
        return Scores(ids.astype(np.int64), score)


@dataclass(frozen=True)
class LikeReadMismatch(Detector):
    """Posts with far more likes than their reads explain (S9, S12).

    Posts are grouped by size (octaves of reads); a group's norm is its median likes per read, smoothed
    towards `like_rate`. The score is the surplus over norm times reads, in standard deviations of a Poisson
    count widened by `spread` for honest differences in how loved posts are. Posts liked this tick are judged.
    Loved posts and habitual fans trip it; where most posts of a size are pushed, so is the norm.
    """

    target: ClassVar[Target] = Target.POST
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
