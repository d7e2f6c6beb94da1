"""Rules that look at who likes the same posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.core.enums import Target
from sim.plugins.detectors.detector import DAY, Detector, Scores
from sim.plugins.parameters import parameter

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView


@dataclass(frozen=True)
class Lockstep(Detector):
    """Accounts that like the same posts as the same others, again and again.

    The score of an account is the number of others with which it shares at least `shared_posts` liked posts of the
    last `days` days; posts liked by more than `max_degree` accounts say nothing and are left out. Farms whose accounts
    serve order after order, groups and matrices are caught. Fan clubs, and friends who meet the same posts, trip it; a
    farm with accounts enough not to send the same ones twice a week passes. Looks at the end of the day at the
    accounts that liked on it.
    """

    target: ClassVar[Target] = Target.ACCOUNT
    cadence: ClassVar[str] = DAY
    needs_posts: ClassVar[bool] = False
    days: int = parameter(7, "days looked back on", unit="days", ge=1, le=35)
    max_degree: int = parameter(500, "likes of a post that is still looked at", unit="likes", ge=2, le=1_000_000)
    shared_posts: int = parameter(
        3, "posts that two accounts share when they act together", unit="posts", ge=1, le=1000
    )
    threshold: float = parameter(5.0, "others who act together with it", unit="accounts", ge=1.0, le=1e6)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score an account that liked today, and at least `shared_posts` posts in all."""
        found = view.history.incidence(self.days, self.max_degree)
        busy = np.flatnonzero(found.matrix.getnnz(axis=1) >= self.shared_posts)
        if len(busy) == 0:
            return Scores.nothing()
        likes, account = found.matrix[busy], found.account[busy].astype(np.int64)
        today = np.flatnonzero(np.isin(account, view.history.likes(1).account))
        shared = likes[today] @ likes.T >= self.shared_posts
        partners = shared.getnnz(axis=1) - 1.0  # without the account itself
        return Scores(account[today], partners)
