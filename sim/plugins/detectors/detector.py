"""The interface of detectors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Target

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView


@dataclass(frozen=True)
class Scores:
    """The scores of what a detector judged.

    `ids` (int64): log rows, account ids or post ids, each once; `values` (float64): the larger the worse.
    """

    ids: NDArray[Any]
    values: NDArray[Any]

    @classmethod
    def nothing(cls) -> Scores:
        """Nothing judged."""
        return cls(np.zeros(0, np.int64), np.zeros(0))


class Detector(ABC):
    """Scores what it sees; a score of at least `threshold` is a verdict.

    A detector gets the platform's view (no truth in it), keeps no state, and can be wrong. `target` says
    whether it judges single likes (rows of the tick's log), accounts or posts; `needs_reads` asks for organic
    reads in the log; one that does not look at posts' counters says so in `needs_posts`.
    """

    target: ClassVar[Target] = Target.LIKE
    needs_reads: ClassVar[bool] = False
    needs_posts: ClassVar[bool] = True
    threshold: float

    @abstractmethod
    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """Scores of the tick."""
