"""How often detectors are right, by the truth that they do not see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.measures.formulas import ratio
from sim.names import Grade, Kind, Origin, Target

if TYPE_CHECKING:
    from sim.enforcement.verdict import Verdicts
    from sim.model import EngagementModel

BOUGHT_POST = 10  # likes not organic from which a post counts as pushed


class Confusion:
    """Counts of a day for one detector: flagged fake, flagged genuine, all fake, all genuine."""

    def __init__(self) -> None:
        self.counts = np.zeros(4, np.int64)

    def add(self, flagged_fake: int, flagged: int, fake: int, judged: int) -> None:
        """Add a tick."""
        self.counts += (flagged_fake, flagged - flagged_fake, fake, judged - fake)

    def rates(self, label: str) -> dict[str, float]:
        """Precision, recall and false-positive rate of the day."""
        hit, wrong, fake, genuine = self.counts.tolist()
        return {
            f"{label}_precision": ratio(hit, hit + wrong),
            f"{label}_recall": ratio(hit, fake),
            f"{label}_false_positive_rate": ratio(wrong, genuine),
        }


def judge(model: EngagementModel, verdicts: Verdicts, into: Confusion) -> None:
    """Compare one detector's verdicts of the tick with the truth."""
    fake, judged = _truth(model, verdicts.target)
    into.add(int(fake[verdicts.ids].sum()) if len(verdicts.ids) else 0, len(verdicts.ids), int((fake & judged).sum()), int(judged.sum()))


def _truth(model: EngagementModel, target: Target) -> tuple[NDArray[Any], NDArray[Any]]:
    """(is fake, is judged) for log rows, accounts or posts."""
    world, log = model.world, model.world.log
    like = log.kind == Kind.LIKE
    if target is Target.LIKE:
        return (log.origin != Origin.ORGANIC) & like, like
    if target is Target.ACCOUNT:
        seen = np.zeros(world.accounts.n, bool)
        seen[log.account[like]] = True
        grade = world.accounts.grade
        return (grade != Grade.READER) & (grade != Grade.CREATOR), seen
    seen = np.zeros(world.posts.n, bool)
    seen[log.post[like]] = True
    return world.posts.likes_by_origin[:, 1:].sum(axis=1) >= BOUGHT_POST, seen
