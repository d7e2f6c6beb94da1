"""What a sanction gets (a case) and what it returns (an enforcement action, one of a closed set)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.typing import NDArray

from sim.core.enums import Target

FOR_EVER = -1  # `until_tick` of what does not end
LAST_TICK = 2**31 - 1  # the last that a column of ticks can hold


@dataclass(frozen=True)
class Case:
    """A case before the ladder: whose likes, under which posts, by which creators; arrays of one length.

    On the ladder for likes (`target` LIKE) an entry is one flagged like of the tick: the account that liked,
    the post, and the creator whose own account that is (-1 for others). On the ladder for creators (`target`
    POST) an entry is a post, with its creator and the creator's own account. `strikes` are those held against
    the entry's account or creator; `causes` number the tick's detectors.

    A sanction is given accounts, posts and creators by token, a number that says nothing by itself: that of an account
    or a post is the one that detectors see, and creators have their own. The case of its action is put into rows again
    before the platform carries it out.
    """

    target: Target
    accounts: NDArray[Any]
    posts: NDArray[Any]
    creators: NDArray[Any]
    strikes: NDArray[Any]
    causes: NDArray[Any]

    def __len__(self) -> int:
        return len(self.strikes)

    def only(self, chosen: NDArray[Any]) -> Case:
        """The entries chosen (a mask, or rows)."""
        columns = (self.accounts, self.posts, self.creators, self.strikes, self.causes)
        return Case(self.target, *(column[chosen] for column in columns))


@dataclass(frozen=True)
class EnforcementAction:
    """What a sanction wants done about the entries of `case`, not yet performed. Use one of its seven subclasses.

    `quiet` says that nobody is told of it, unless the rung of the ladder says otherwise; `on_posts` that it changes
    posts, or the likes under them, and no account.
    """

    case: Case
    quiet: ClassVar[bool] = False
    on_posts: ClassVar[bool] = False

    def __len__(self) -> int:
        return len(self.case)


@dataclass(frozen=True)
class Remove(EnforcementAction):
    """Likes leave the visible count: those of the case, and what their accounts gave in the last `past_days` days.

    On the ladder for creators, where no single like is accused: a `share` of all likes of each post so far (only
    likes of the last `past_days` days, where they are given).
    """

    quiet: ClassVar[bool] = True
    on_posts: ClassVar[bool] = True
    share: float = 1.0
    past_days: int = 0


@dataclass(frozen=True)
class Restore(EnforcementAction):
    """What was done to the accounts (or posts) of the case is undone, and the likes taken with it count again.

    `of` is the action that is undone and no other; None undoes all that was done. Likes of accounts that stay closed
    stay out of the count.
    """

    of: EnforcementAction | None = None


@dataclass(frozen=True)
class Limit(EnforcementAction):
    """The accounts may not like, comment, forward or publish until `until_tick`."""

    until_tick: int = FOR_EVER


@dataclass(frozen=True)
class Block(EnforcementAction):
    """The accounts are closed for good, and all their likes leave the count."""


@dataclass(frozen=True)
class Demote(EnforcementAction):
    """The posts' ranking scores are multiplied by `factor`.

    With `moments`, friends' forwards of the creator's posts are delivered with that share until `until_tick` instead.
    """

    on_posts: ClassVar[bool] = True
    factor: float = 1.0
    until_tick: int = FOR_EVER
    moments: bool = False


@dataclass(frozen=True)
class Hide(EnforcementAction):
    """Nobody is shown the posts any more."""

    on_posts: ClassVar[bool] = True


@dataclass(frozen=True)
class Gate(EnforcementAction):
    """The accounts may do nothing but read until their holders have passed a check, such as that of a phone number."""


ACTIONS: tuple[type[EnforcementAction], ...] = (Remove, Restore, Limit, Block, Demote, Hide, Gate)
