"""The interface of detectors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Target

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView


TICK, DAY, WEEK = CADENCES = ("tick", "day", "week")


@dataclass(frozen=True)
class Scores:
    """The scores of what a detector judged.

    `ids` (int64): log rows, or tokens of accounts or posts, each once; `values` (float64): the larger the worse.
    """

    ids: NDArray[Any]
    values: NDArray[Any]

    @classmethod
    def nothing(cls) -> Scores:
        """Nothing judged."""
        return cls(np.zeros(0, np.int64), np.zeros(0))


class Detector(ABC):
    """Scores what it sees; a score of at least `threshold` is a verdict.

    A detector gets the platform's view (no truth in it), keeps no state, and can be wrong. `target` says whether it
    judges single likes (rows of the tick's log), accounts or posts (tokens); `cadence` whether it looks every tick, or
    on the last tick of a day or of a week only ("tick", "day", "week"), and so at accounts and posts that were liked
    in that time. `needs_reads` asks for organic reads in the log; one that does not look at posts' counters, or at
    `view.history`, says so in `needs_posts` and `needs_history`.

    A detector that learns has a second method, `fit(view, clock)`. It is asked on the last tick of every week, after
    all detectors have inspected, and returns what it has learnt: anything that can be pickled, or None for nothing
    yet. The run keeps that, and hands it to `inspect(view, clock, fitted)` as a third argument, None until there is
    some.
    """

    target: ClassVar[Target] = Target.LIKE
    cadence: ClassVar[str] = TICK
    needs_reads: ClassVar[bool] = False
    needs_posts: ClassVar[bool] = True
    needs_history: ClassVar[bool] = True
    threshold: float

    @abstractmethod
    def inspect(self, view: PlatformView, clock: Clock) -> Scores:
        """Scores of the tick."""


def is_same(one: Any, other: Any) -> bool:
    """Whether two detectors are of one class with the same parameters; a user's own comparison is not asked."""
    if type(one) is not type(other) or one is None:
        return one is other
    return all(getattr(one, each.name) == getattr(other, each.name) for each in fields(one))


def cadence_of(detector: Any) -> str:
    """When a detector looks; one that says nothing of it looks every tick."""
    return str(getattr(detector, "cadence", TICK))


def has_fit(detector: Any) -> bool:
    """Whether a detector learns: its class has a method `fit`."""
    return callable(getattr(type(detector), "fit", None))


def needs_history(detector: Any) -> bool:
    """Whether a detector (None: switched off) wants the platform's memory; one that says nothing of it does."""
    return detector is not None and bool(getattr(detector, "needs_history", True))
