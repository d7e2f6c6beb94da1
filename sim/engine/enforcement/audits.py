"""A sample of accounts is looked at every day, whatever follows from it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_S
from sim.core.enums import ReviewReason, Target
from sim.engine.enforcement.review import review_case
from sim.plugins.sanctions.actions import Case
from sim.scenario.size import count_per_creators
from sim.state import State


def audit(state: State) -> None:
    """Have accounts that liked today looked at: some that were flagged, and others at random."""
    policy, likes = state.policy, state.world.likes
    audits = count_per_creators(policy.audits_per_1000_creators, state.scenario.creators.n)
    if audits == 0:
        return
    today = np.unique(likes.account[int(np.searchsorted(likes.time_s, state.clock.day * DAY_S)) :]).astype(np.int64)
    flagged = np.intersect1d(today, np.unique(np.concatenate([*state.platform.flagged_today, today[:0]])))
    wanted = round(audits * policy.audits_flagged_share)
    chosen = _draw(state, "audit of flagged", flagged, wanted)
    others = np.setdiff1d(today, chosen)
    sample = np.sort(np.concatenate([chosen, _draw(state, "audit", others, audits - len(chosen))]))
    if len(sample) == 0:
        return
    none = np.full(len(sample), -1, np.int64)
    case = Case(Target.LIKE, sample, none, none, np.zeros(len(sample)), none)
    review_case(state, case, policy.audits_by, ReviewReason.AUDIT)


def _draw(state: State, stream: str, accounts: NDArray[Any], count: int) -> NDArray[np.int64]:
    """At most `count` of the accounts, by keyed random numbers."""
    u = state.rng.uniform_array(stream, state.clock.day, state.world.accounts.entity[accounts])
    drawn: NDArray[np.int64] = accounts[np.argsort(u, kind="stable")[:count]]
    return drawn
