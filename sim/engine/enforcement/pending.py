"""Decisions on their way: with a reviewer, waiting for their hour, or under appeal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from sim.core.clock import HOUR_S
from sim.plugins.registry import name_of
from sim.plugins.sanctions.actions import FOR_EVER, LAST_TICK, EnforcementAction, Gate

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.scenario.schema.platform import Rung


class Step(StrEnum):
    """What happens to a decision when its time has come."""

    REVIEW = "review"  # the reviewer's answer is there
    PERFORM = "perform"
    APPEAL = "appeal"  # the appeal is decided


@dataclass(frozen=True)
class Decision:
    """An action that a rung of a ladder asks for, and the detectors whose flags led to it, by the numbers of causes."""

    action: EnforcementAction
    rung: Rung
    day: int  # of the flags
    tick: int  # from which what lasts for a time is counted
    detectors: tuple[str, ...]

    @property
    def sanction(self) -> str:
        """The sanction's name."""
        return name_of(self.rung.sanction)

    @property
    def is_silent(self) -> bool:
        """Whether those hit are not told."""
        notice = self.rung.notice
        if isinstance(self.action, Gate):
            return False  # whoever is not told of a check cannot pass it
        return notice == "nobody" or (notice == "as_usual" and self.action.quiet)

    def moved_to(self, clock: Clock) -> Decision:
        """The decision as it is carried out now: what lasts for a time begins now, and not when it was decided."""
        until = getattr(self.action, "until_tick", FOR_EVER)
        if until == FOR_EVER or self.tick == clock.tick:
            return self
        moved = min(until + clock.tick - self.tick, LAST_TICK)
        later = replace(self.action, until_tick=moved)  # type: ignore[call-arg]
        return replace(self, action=later, tick=clock.tick)

    def only(self, chosen: NDArray[Any]) -> Decision:
        """The decision about some of its entries (a mask, or rows)."""
        action = replace(self.action, case=self.action.case.only(chosen))
        return replace(self, action=action)


@dataclass(frozen=True)
class Pending:
    """A decision and when its next step is due."""

    due_tick: int
    step: Step
    decision: Decision
    tier: str = ""  # of reviewers who have been asked


def first_step(decision: Decision, clock: Clock, review_days: int) -> Pending:
    """What a decision waits for: a reviewer, or its hour."""
    if decision.rung.review != "none":
        return Pending(days_later(clock, review_days), Step.REVIEW, decision)
    return Pending(hour_of(decision.rung, clock), Step.PERFORM, decision)


def days_later(clock: Clock, days: int) -> int:
    """The tick as many days from now."""
    return clock.tick + days * clock.ticks_per_day


def hour_of(rung: Rung, clock: Clock) -> int:
    """The tick at which what is decided now is done: after the rung's delay, and together with others of its batch."""
    tick = clock.tick + round(rung.delay_h * HOUR_S / clock.tick_s)
    if rung.batch_days == 0:
        return tick
    span = rung.batch_days * clock.ticks_per_day
    return tick + (-(tick + 1)) % span
