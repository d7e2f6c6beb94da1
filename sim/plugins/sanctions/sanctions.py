"""The sanctions that ship, from mild to hard (article, S5: less visibility, limited functions, a ban)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sim.core.enums import Target
from sim.plugins.parameters import parameter
from sim.plugins.sanctions.actions import Case, Effect, EnforcementAction

if TYPE_CHECKING:
    from sim.core.clock import Clock


class Sanction(ABC):
    """Turns a case into an enforcement action, which the platform carries out; None when there is nothing to do."""

    effect: ClassVar[Effect] = Effect.NOTHING

    @abstractmethod
    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """The action for a case."""

    def _action(
        self, case: Case, until_tick: int = -1, factor: float = 1.0, effect: Effect | None = None
    ) -> EnforcementAction | None:
        if len(case) == 0:
            return None
        return EnforcementAction(
            effect or self.effect,
            case.accounts,
            case.posts,
            case.creators,
            until_tick,
            factor,
            case.strikes,
            case.causes,
        )


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
    """The flagged likes leave the visible count and the ranking; nobody is told.

    On the ladder for creators, where no single like is accused, a share of the post's likes so far goes.
    """

    effect: ClassVar[Effect] = Effect.DISCOUNT
    post_share: float = parameter(0.5, "share of an accused post's likes that is taken out", ge=0.0, le=1.0)

    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """Discount every like of the case, or a share of the likes of its posts."""
        if case.target is Target.POST:
            return self._action(case, factor=self.post_share, effect=Effect.DISCOUNT_SHARE)
        return self._action(case)


@dataclass(frozen=True)
class ThrottlePost(Sanction):
    """The post's ranking score is cut (article, S12: anomalies are throttled)."""

    effect: ClassVar[Effect] = Effect.THROTTLE
    factor: float = parameter(0.1, "what is left of the ranking score", ge=0.0, le=1.0)

    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """Throttle the posts of the case."""
        return self._action(case, factor=self.factor)


@dataclass(frozen=True)
class ReduceMoments(Sanction):
    """Friends see less of the creator's posts in Moments for a while (article, S5)."""

    effect: ClassVar[Effect] = Effect.MOMENTS
    factor: float = parameter(0.2, "share of forwards still delivered", ge=0.0, le=1.0)
    days: float = parameter(7.0, "how long", unit="days", ge=0.0, le=3650.0)

    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """Reduce the creators of the case."""
        return self._action(case, clock.tick + ticks(self.days, clock), self.factor)


@dataclass(frozen=True)
class LimitFunctions(Sanction):
    """The account may not like, comment, forward or publish for a while (article, S5)."""

    effect: ClassVar[Effect] = Effect.LIMIT
    days: float = parameter(7.0, "how long", unit="days", ge=0.0, le=3650.0)

    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """Limit the accounts of the case."""
        return self._action(case, clock.tick + ticks(self.days, clock))


@dataclass(frozen=True)
class Ban(Sanction):
    """The account is closed for good (article, S5)."""

    effect: ClassVar[Effect] = Effect.BAN

    def apply(self, case: Case, clock: Clock) -> EnforcementAction | None:
        """Ban the accounts of the case."""
        return self._action(case)
