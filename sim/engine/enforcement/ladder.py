"""Which rungs of a ladder the strikes of a case reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.plugins.calls import apply_sanction
from sim.plugins.registry import name_of

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.plugins.sanctions.actions import Case, EnforcementAction
    from sim.scenario.schema.platform import Rung


def climb_ladder(ladder: Sequence[Rung], case: Case, clock: Clock) -> list[EnforcementAction]:
    """Actions of every rung that the case's strikes reach, mild ones first."""
    actions = []
    for rung in ladder:
        reached = case.strikes >= rung.strikes
        if not reached.any():
            continue
        action = apply_sanction(rung.sanction, rung.strikes, case.only(reached), clock)
        if action is not None:
            actions.append(replace(action, sanction=name_of(rung.sanction), target=case.target))
    return actions
