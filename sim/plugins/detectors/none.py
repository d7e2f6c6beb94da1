"""No detector at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sim.plugins.detectors.detector import Detector, Scores
from sim.plugins.parameters import parameter

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView


@dataclass(frozen=True)
class NoDetector(Detector):
    """Flags nothing: the default that does nothing."""

    needs_posts: ClassVar[bool] = False
    needs_history: ClassVar[bool] = False
    threshold: float = parameter(1.0, "never reached", ge=0.0)

    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """Nothing."""
        return Scores.nothing()
