"""Rules that look at what reviewers said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.core.enums import Target
from sim.core.sorted_lookup import find_sorted
from sim.plugins.detectors.detector import Detector, Scores
from sim.plugins.parameters import parameter

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView


@dataclass(frozen=True)
class LabelledPhones(Detector):
    """Accounts on phones where reviewers took other accounts, or the same, for fake.

    The score of an account that likes is the share of fake among the labels of accounts on its phone, as if `doubt`
    honest ones had been seen besides. It needs labels, which `platform.audits_per_1000_creators`, reviews and appeals
    bring. Farms that keep many accounts on a phone are caught once a few of them have been looked at. Customers of a
    phone shop, heirs of a used phone, and whoever shares one with somebody whom a reviewer took for fake by mistake,
    trip it.
    """

    target: ClassVar[Target] = Target.ACCOUNT
    needs_posts: ClassVar[bool] = False
    needs_history: ClassVar[bool] = False
    doubt: float = parameter(0.5, "honest labels' worth of doubt", unit="labels", ge=0.0, le=1000.0)
    threshold: float = parameter(0.6, "share of a verdict", ge=0.0, le=1.0)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score an account that liked, 0 where nobody on its phone was looked at."""
        ids = np.unique(view.log.account[view.log.likes])
        if len(ids) == 0:
            return Scores.nothing()
        score = np.zeros(len(ids))
        if len(view.labels):
            phones, back = np.unique(view.accounts.of(view.labels.account).device, return_inverse=True)
            share = np.bincount(back, view.labels.is_fake) / (np.bincount(back) + self.doubt)
            at, found = find_sorted(phones, view.accounts.of(ids).device)
            score[found] = share[at[found]]
        return Scores(ids.astype(np.int64), score)
