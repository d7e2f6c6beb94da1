"""Rules that look at addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.core.enums import AddressClass
from sim.kernels.scales import WORD_BITS
from sim.plugins.detectors.detector import Detector, Scores
from sim.plugins.parameters import parameter

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView


@dataclass(frozen=True)
class IpBurst(Detector):
    """Many accounts liking from one address within minutes (article, S4: same IP, short time).

    The score of a like is the largest number of different accounts that like from its address within any
    span of `window_s` seconds that holds it (inside the tick). A campus or an office behind one address does
    the same when a post is popular: the threshold decides who is mistaken for whom. A farm with addresses
    enough passes.
    """

    needs_posts: ClassVar[bool] = False
    needs_history: ClassVar[bool] = False
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
class RegionJump(Detector):
    """Likes from another region than that of the account's home, or from a hosting company's address.

    The score of a like adds `hosted` for a hosted address and `away` for a region other than the registered one.
    Farms that rent addresses are caught. Honest people behind a VPN or a company's gateway trip it, and travellers do
    where the threshold is at most `away`. A farm on carriers' addresses, or in homes, passes.
    """

    needs_posts: ClassVar[bool] = False
    needs_history: ClassVar[bool] = False
    hosted: float = parameter(0.8, "score of a hosted address", ge=0.0, le=10.0)
    away: float = parameter(0.5, "score of another region than that of the account's home", ge=0.0, le=10.0)
    threshold: float = parameter(0.6, "score of a verdict", ge=0.0, le=20.0)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score a like."""
        rows = view.log.likes
        away = view.log.region[rows] != view.accounts.of(view.log.account[rows]).region
        hosted = view.log.address_class[rows] == AddressClass.HOSTED
        return Scores(rows, self.hosted * hosted + self.away * away)
