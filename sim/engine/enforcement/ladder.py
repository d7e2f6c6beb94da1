"""Which rungs of a ladder the strikes of a case reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.plugins.calls import apply_sanction
from sim.plugins.registry import name_of
from sim.world.observables import case_in_rows, view_case

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.plugins.sanctions.actions import Case, EnforcementAction
    from sim.scenario.schema.platform import Rung
    from sim.world import World


def climb_ladder(
    ladder: Sequence[Rung], case: Case, world: World, clock: Clock
) -> list[tuple[Rung, EnforcementAction]]:
    """Actions of the rungs that the case's strikes reach, mild ones first.

    Of several rungs with the same sanction the highest reached counts, so that a limit of seven days grows to thirty.
    The case is in rows of the world, and so are those of the actions.
    """
    actions: list[tuple[Rung, EnforcementAction]] = []
    covered: dict[str, np.ndarray] = {}
    for rung in reversed(ladder):
        before = covered.setdefault(name_of(rung.sanction), np.zeros(len(case), bool))
        reached = (case.strikes >= rung.strikes) & ~before
        if not reached.any():
            continue
        before |= reached
        action = _ask(rung, case.only(reached), world, clock)
        if action is not None and len(action):
            actions.insert(0, (rung, action))
    return actions


def _ask(rung: Rung, case: Case, world: World, clock: Clock) -> EnforcementAction | None:
    """What the rung's sanction wants done about a case, of which it sees tokens and no rows."""
    seen = view_case(world, case)
    action = apply_sanction(rung.sanction, rung.strikes, seen, clock)
    if action is None:
        return None
    return replace(action, case=case if action.case is seen else case_in_rows(world, action.case))
