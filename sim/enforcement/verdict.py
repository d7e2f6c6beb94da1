"""What detection hands to enforcement, and what enforcement hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.names import Target


@dataclass(frozen=True)
class Verdicts:
    """All verdicts of one detector in one tick: `ids` are log rows, accounts or posts by `target`."""

    detector: str
    target: Target
    ids: NDArray[Any]
    scores: NDArray[Any]
    judged: int


class Effect(StrEnum):
    """What an action changes."""

    NOTHING = "nothing"
    DISCOUNT = "discount"  # likes leave the visible count
    THROTTLE = "throttle"  # the post's ranking score is multiplied by `factor`
    MOMENTS = "moments"  # Moments deliver only `factor` of forwards of the creator's posts until `until`
    LIMIT = "limit"  # the account may not like, comment, forward or publish until `until`
    BAN = "ban"


@dataclass(frozen=True)
class Verdict:
    """A case before the ladder: whose likes (`accounts`), under which posts, by which creators; arrays of one length.

    For likes each entry is one like; for accounts `posts` and `creators` are -1; for creators `accounts` are
    their own. `strikes` are those held against each entry's account or creator.
    """

    accounts: NDArray[Any]
    posts: NDArray[Any]
    creators: NDArray[Any]
    strikes: NDArray[Any]


@dataclass(frozen=True)
class Action:
    """What a sanction wants done, not yet performed."""

    sanction: str
    effect: Effect
    accounts: NDArray[Any]
    posts: NDArray[Any]
    creators: NDArray[Any]
    until_tick: int = -1
    factor: float = 1.0
    strikes: NDArray[Any] = field(default_factory=lambda: np.zeros(0))

    def __len__(self) -> int:
        return len(self.accounts)
