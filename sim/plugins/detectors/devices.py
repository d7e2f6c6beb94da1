"""Rules that look at phones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.core.enums import Target
from sim.core.ordering import distinct, distinct_with_places
from sim.kernels.scales import WORD_BITS
from sim.plugins.detectors.detector import Detector, Scores
from sim.plugins.parameters import parameter

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView


@dataclass(frozen=True)
class Device(Detector):
    """Phones that carry too many accounts (article, S4: abnormal device fingerprints).

    The score of an account that likes is the number of accounts on the fingerprint it likes from: those
    registered on it, and strangers to it that like from it in this tick (the largest over the account's
    phones). Families that share a phone, and buyers of second-hand ones, trip a low threshold; farms with few
    accounts a phone pass.
    """

    needs_posts: ClassVar[bool] = False
    needs_history: ClassVar[bool] = False
    target: ClassVar[Target] = Target.ACCOUNT
    threshold: float = parameter(8.0, "accounts on one phone", unit="accounts", ge=1.0, le=1e6)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score an account that liked."""
        rows = view.log.likes
        if len(rows) == 0:
            return Scores.nothing()
        account, device = view.log.account[rows], view.log.device[rows]
        phones, phone = distinct_with_places(device)
        crowd = view.accounts.per_device(phones)
        ids, at = distinct_with_places(account)
        stranger = view.accounts.of(ids).device[at] != device
        if stranger.any():
            pairs = distinct((phone[stranger] << WORD_BITS) | at[stranger])
            crowd = crowd + np.bincount(pairs >> WORD_BITS, minlength=len(phones))
        score = np.zeros(len(ids))
        np.maximum.at(score, at, crowd[phone].astype(np.float64))
        return Scores(ids.astype(np.int64), score)
