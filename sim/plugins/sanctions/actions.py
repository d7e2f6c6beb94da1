"""What a sanction gets (a case) and what it returns (an enforcement action)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Target


class Effect(StrEnum):
    """What an action changes."""

    NOTHING = "nothing"
    DISCOUNT = "discount"  # the likes of the entries leave the visible count
    DISCOUNT_SHARE = "discount_share"  # `factor` of all likes of the post leave the visible count
    THROTTLE = "throttle"  # the post's ranking score is multiplied by `factor`
    MOMENTS = "moments"  # Moments deliver only `factor` of forwards of the creator's posts until `until`
    LIMIT = "limit"  # the account may not like, comment, forward or publish until `until`
    BAN = "ban"

    @property
    def is_quiet(self) -> bool:
        """Whether nobody is told, nobody reviews it, and nobody can complain."""
        return self in (Effect.NOTHING, Effect.DISCOUNT, Effect.DISCOUNT_SHARE)


def _none() -> NDArray[Any]:
    return np.zeros(0)


@dataclass(frozen=True)
class Case:
    """A case before the ladder: whose likes, under which posts, by which creators; arrays of one length.

    On the ladder for likes (`target` LIKE) an entry is one flagged like of the tick: the account that liked,
    the post, and the creator whose own account that is (-1 for others). On the ladder for creators (`target`
    POST) an entry is a post, with its creator and the creator's own account. `strikes` are those held against
    the entry's account or creator; `causes` number the tick's detectors.
    """

    target: Target
    accounts: NDArray[Any]
    posts: NDArray[Any]
    creators: NDArray[Any]
    strikes: NDArray[Any]
    causes: NDArray[Any]

    def __len__(self) -> int:
        return len(self.accounts)

    def only(self, chosen: NDArray[np.bool_]) -> Case:
        """The entries chosen."""
        columns = (self.accounts, self.posts, self.creators, self.strikes, self.causes)
        return Case(self.target, *(column[chosen] for column in columns))


@dataclass(frozen=True)
class EnforcementAction:
    """What a sanction wants done, not yet performed; the ladder writes into it whose it is and what it is about."""

    effect: Effect
    accounts: NDArray[Any]
    posts: NDArray[Any]
    creators: NDArray[Any]
    until_tick: int = -1
    factor: float = 1.0
    strikes: NDArray[Any] = field(default_factory=_none)
    causes: NDArray[Any] = field(default_factory=_none)
    sanction: str = ""
    target: Target = Target.LIKE

    def __len__(self) -> int:
        return len(self.accounts)
