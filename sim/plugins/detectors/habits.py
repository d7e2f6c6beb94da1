"""Rules that look at what an account does over weeks."""

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
class KeenLikes(Detector):
    """Accounts that like a lot and hardly do anything else.

    The score of an account is the share of likes among its likes, comments, forwards and follows of the last `days`
    days, as if it had done `doubt` other acts besides. Accounts kept for liking are caught. Honest people who press
    the button often and never say a word trip it (one account in sixteen shows nothing but likes); who also comments
    and forwards passes. Looks at the end of the day at the accounts that liked on it.
    """

    target: ClassVar[Target] = Target.ACCOUNT
    cadence: ClassVar[str] = DAY
    needs_posts: ClassVar[bool] = False
    days: int = parameter(28, "days looked back on", unit="days", ge=1, le=35)
    doubt: float = parameter(1.0, "other acts that everybody is taken to have done", unit="acts", ge=0.1, le=1000.0)
    threshold: float = parameter(
        0.8, "share of likes of a verdict", ge=0.0, le=1.0, source="assumed; D26 for what honest accounts do"
    )

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score an account that liked today."""
        ids = np.unique(view.history.likes(1).account).astype(np.int64)
        acts = view.history.features(ids, self.days)
        others = acts.comments + acts.forwards + acts.follows
        return Scores(ids, acts.likes / (acts.likes + others + self.doubt))
