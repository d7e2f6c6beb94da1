"""Rules that look at what was read before a like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.plugins.detectors.detector import Detector, Scores
from sim.plugins.parameters import parameter

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView


@dataclass(frozen=True)
class NoReadLike(Detector):
    """Likes without reading (article, S4: fast likes with no reading record).

    The score is 1 at no dwell at all, a half at `dwell_s`, and falls on towards 0, so that a lower threshold reaches
    longer looks; people who skim trip it.
    """

    needs_posts: ClassVar[bool] = False
    needs_history: ClassVar[bool] = False
    dwell_s: float = parameter(4.0, "a look of this length scores one half", unit="s", ge=0.5, le=600.0)
    finished_percent: int = parameter(
        90, "who read this much of the post has read it, however fast", unit="%", ge=1, le=100
    )
    threshold: float = parameter(0.5, "score of a verdict", ge=0.0, le=1.0)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """One score a like."""
        rows = view.log.likes
        finished = view.log.completion[rows] >= self.finished_percent
        score = self.dwell_s / (self.dwell_s + view.log.dwell_s[rows])
        return Scores(rows, np.where(finished, 0.0, score))
