"""Which rungs of a ladder the strikes of a case reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.plugins.calls import apply_sanction
from sim.plugins.registry import name_of

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.plugins.sanctions.actions import Case, EnforcementAction
    from sim.scenario.schema.platform import Rung


def climb_ladder(ladder: Sequence[Rung], case: Case, clock: Clock) -> list[tuple[Rung, EnforcementAction]]:
    """Actions of the rungs that the case's strikes reach, mild ones first.

    Of several rungs with the same sanction the highest reached counts, so that a limit of seven days grows to thirty.
    """
    actions: list[tuple[Rung, EnforcementAction]] = []
    covered: dict[str, np.ndarray] = {}
    for rung in reversed(ladder):
        before = covered.setdefault(name_of(rung.sanction), np.zeros(len(case), bool))
        reached = (case.strikes >= rung.strikes) & ~before
        if not reached.any():
            continue
        before |= reached
        action = apply_sanction(rung.sanction, rung.strikes, case.only(reached), clock)
        if action is not None and len(action):
            actions.insert(0, (rung, action))
    return actions
