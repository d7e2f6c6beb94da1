"""A rule that is learnt from what reviewers said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Target
from sim.core.history import FEATURES
from sim.core.lookup_tables import log1p_counts
from sim.plugins.detectors.detector import DAY, Detector, Scores
from sim.plugins.detectors.logistic import Logistic, fit_logistic
from sim.plugins.parameters import parameter

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView


@dataclass(frozen=True)
class LearnedAccounts(Detector):
    """Accounts that are like those which reviewers took for fake: a logistic regression on fifteen counts.

    The score of an account is the fitted probability that reviewers take it for fake. The counts, as logarithms of 1
    more, are what it did in the last `days` days (days with any act, likes, likes without a view of the post, likes
    within five seconds of it, comments, stock comments, forwards, follows, acts at night, addresses, posts, hours),
    accounts on its phone, days since it was registered, and its standing. It is fitted at every week's end to all
    answers of reviewers on accounts that did something in that time, and judges nobody before there are `min_labels`
    of either kind; so it needs labels, which `platform.audits_per_1000_creators`, reviews and appeals bring. Published
    for such a regression on 15 counts: AUC 0.831, recall 0.21 where one honest account in a hundred is flagged (D26).
    Honest people with the habits of a farm's accounts trip it, as do those who live with many on a phone; it learns
    reviewers' errors as well. Looks at the end of the day at the accounts that liked on it.
    """

    target: ClassVar[Target] = Target.ACCOUNT
    cadence: ClassVar[str] = DAY
    needs_posts: ClassVar[bool] = False
    days: int = parameter(28, "days looked back on", unit="days", ge=1, le=35)
    min_labels: int = parameter(
        20, "answers of either kind (fake, honest) that a fit needs", unit="labels", ge=1, le=1_000_000
    )
    ridge: float = parameter(
        1.0, "penalty on half the squared weights of standardised counts", unit="labels", ge=0.01, le=1e6
    )
    steps: int = parameter(12, "steps of Newton's method in a fit", unit="steps", ge=1, le=100)
    threshold: float = parameter(
        0.5, "probability of a verdict", ge=0.0, le=1.0, source="assumed: rather fake than not; D26 for the rule"
    )

    def inspect(self, view: PlatformView, clock: Clock, fitted: Logistic | None = None) -> Scores:
        """One score an account that liked today; none before the first fit."""
        if fitted is None:
            return Scores.nothing()
        ids = np.unique(view.history.likes(1).account).astype(np.int64)
        return Scores(ids, fitted.predict(self._counts(view, clock, ids)))

    def fit(self, view: PlatformView, clock: Clock) -> Logistic | None:
        """The regression on the labels known by now, one row an answer; None where there are too few of a kind."""
        account, is_fake = view.labels.account.astype(np.int64), view.labels.is_fake
        counts = self._counts(view, clock, account)
        acted = counts[:, FEATURES.index("days")] > 0
        fake = np.count_nonzero(is_fake[acted])
        if min(fake, np.count_nonzero(acted) - fake) < self.min_labels:
            return None
        return fit_logistic(counts[acted], is_fake[acted], self.ridge, self.steps)

    def _counts(self, view: PlatformView, clock: Clock, ids: NDArray[Any]) -> NDArray[np.float64]:
        """Logarithms of 1 + each count, (accounts, counts)."""
        acts, known = view.history.features(ids, self.days), view.accounts.of(ids)
        age = clock.day - known.registered_day.astype(np.int64)
        counts = (
            *(getattr(acts, name) for name in FEATURES),
            view.accounts.per_device(known.device),
            age,
            known.standing,
        )
        return log1p_counts(np.stack(counts, axis=1))
