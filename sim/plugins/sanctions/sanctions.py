"""The sanctions that ship, from mild to hard (article, S5: less visibility, limited functions, a ban)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.core.enums import Target
from sim.plugins.parameters import parameter
from sim.plugins.sanctions.actions import Block, Case, Demote, EnforcementAction, Gate, Hide, Limit, Remove

if TYPE_CHECKING:
    from sim.core.clock import Clock


class Sanction(ABC):
    """Turns a case into an enforcement action, which the platform carries out; None when there is nothing to do.

    When it is carried out, whether those hit are told, whether all are, and whether they can appeal is said by the
    rung of the ladder.
    """

    @abstractmethod
    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """The action for a case."""


def ticks(days: float, clock: Clock) -> int:
    """Days in ticks."""
    return round(days * clock.ticks_per_day)


@dataclass(frozen=True)
class NoSanction(Sanction):
    """Does nothing: the default."""

    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """Nothing."""
        return None


@dataclass(frozen=True)
class DiscountLikes(Sanction):
    """The flagged likes leave the visible count and the ranking.

    On the ladder for creators, where no single like is accused, a share of the post's likes so far goes.
    """

    post_share: float = parameter(0.5, "share of an accused post's likes that is taken out", ge=0.0, le=1.0)

    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """Remove every like of the case, or a share of the likes of its posts."""
        return Remove(case, self.post_share if case.target is Target.POST else 1.0)


@dataclass(frozen=True)
class PurgeLikes(Sanction):
    """The flagged likes leave the count, and with them what the same accounts gave before.

    On the ladder for creators all likes of the post of these days go. Buyers notice when counts of old posts fall.
    """

    days: int = parameter(28, "days that the purge reaches back", unit="days", ge=1, le=3650, source="D42, D43")

    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """Remove the likes of the case and the past ones of its accounts."""
        return Remove(case, past_days=self.days)


@dataclass(frozen=True)
class ThrottlePost(Sanction):
    """The post's ranking score is cut (article, S12: anomalies are throttled)."""

    factor: float = parameter(0.1, "what is left of the ranking score", ge=0.0, le=1.0)

    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """Demote the posts of the case."""
        return Demote(case, self.factor)


@dataclass(frozen=True)
class ReduceMoments(Sanction):
    """Friends see less of the creator's posts in Moments for a while (article, S5)."""

    factor: float = parameter(0.2, "share of forwards still delivered", ge=0.0, le=1.0)
    days: float = parameter(7.0, "how long", unit="days", ge=0.0, le=3650.0)

    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """Demote the creators of the case in Moments."""
        return Demote(case, self.factor, clock.tick + ticks(self.days, clock), moments=True)


@dataclass(frozen=True)
class HidePost(Sanction):
    """The post is taken down: nobody is shown it any more (D44: most pushed posts are gone in the end)."""

    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """Hide the posts of the case."""
        return Hide(case)


@dataclass(frozen=True)
class CheckAccount(Sanction):
    """The account must pass a check before it may like, comment, forward or publish again (D37, D53)."""

    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """Gate the accounts of the case."""
        return Gate(case)


@dataclass(frozen=True)
class LimitFunctions(Sanction):
    """The account may not like, comment, forward or publish for a while (article, S5)."""

    days: float = parameter(7.0, "how long", unit="days", ge=0.0, le=3650.0, source="D47")

    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """Limit the accounts of the case."""
        return Limit(case, clock.tick + ticks(self.days, clock))


@dataclass(frozen=True)
class Ban(Sanction):
    """The account is closed for good (article, S5)."""

    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """Block the accounts of the case."""
        return Block(case)
