"""What detection hands to enforcement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from sim.core.enums import Target
from sim.plugins.detectors.detector import TICK


@dataclass(frozen=True)
class Flags:
    """What one detector flagged in a tick: `ids` are log rows, accounts or posts by `target`.

    `cadence` is that of the detector: the time whose likes it judged ends with the tick.
    """

    detector: str
    target: Target
    ids: NDArray[Any]
    scores: NDArray[Any]
    judged: int
    cadence: str = TICK
