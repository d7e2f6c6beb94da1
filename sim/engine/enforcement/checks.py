"""People held up by a check of their account pass it after a while."""

from __future__ import annotations

import numpy as np

from sim.core.enums import Grade, Status
from sim.state import State


def pass_checks(state: State) -> None:
    """Let some of the people whose accounts are gated pass; what farms do about theirs they decide themselves."""
    accounts = state.world.accounts
    gated = np.flatnonzero((accounts.status == Status.GATED) & (accounts.grade == Grade.PERSON))
    if len(gated) == 0:
        return
    u = state.rng.uniform_array("check", state.clock.day, accounts.entity[gated])
    accounts.status[gated[u < state.scenario.review.check_passed_per_day]] = Status.ACTIVE
