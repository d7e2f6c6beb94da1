"""Rules that look at visits: where they came from, and what was liked in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.core.enums import Referrer, Surface, Target
from sim.plugins.detectors.detector import Detector, Scores
from sim.plugins.parameters import parameter

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView


@dataclass(frozen=True)
class BlankReferrer(Detector):
    """Likes by an outside link that does not say where it stands, without a view of the post or after a short look.

    The score falls from 1 for a like without a view, or at its very start, to 0 for one `look_s` seconds into it.
    Accounts that a script sends to a post are caught. People who scan a code on paper, or use a private browser, trip
    it when they like at once. Whoever comes by another surface, or waits, passes.
    """

    needs_posts: ClassVar[bool] = False
    needs_history: ClassVar[bool] = False
    look_s: float = parameter(8.0, "a look of this length before the like counts as a view", unit="s", ge=1.0, le=600.0)
    threshold: float = parameter(0.3, "score of a verdict", ge=0.0, le=1.0)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score a like."""
        rows = view.log.likes
        blank = (view.log.channel[rows] == Surface.OUTSIDE) & (view.log.referrer[rows] == Referrer.BLANK)
        look = np.maximum(view.log.since_s[rows], 0) / self.look_s
        return Scores(rows, np.where(blank, np.maximum(0.0, 1.0 - look), 0.0))


@dataclass(frozen=True)
class SessionLikes(Detector):
    """Accounts that give many likes in one visit.

    The score of an account is the most likes that it gives in one of its visits in the tick. Accounts that work
    through a list of orders or favours are caught. Keen likers trip it when they catch up after days away; a farm with
    accounts enough for its orders passes.
    """

    target: ClassVar[Target] = Target.ACCOUNT
    needs_posts: ClassVar[bool] = False
    needs_history: ClassVar[bool] = False
    threshold: float = parameter(3.0, "likes in one visit", unit="likes", ge=1.0, le=10_000.0)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score an account that liked."""
        rows = view.log.likes
        _, first, likes = np.unique(view.log.session[rows], return_index=True, return_counts=True)
        ids, at = np.unique(view.log.account[rows][first], return_inverse=True)
        score = np.zeros(len(ids))
        np.maximum.at(score, at, likes)
        return Scores(ids.astype(np.int64), score)
