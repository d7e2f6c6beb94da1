"""Flags and enforcement actions as rows of the result tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Target
from sim.plugins.detectors.flags import Flags
from sim.plugins.sanctions.actions import Demote, EnforcementAction, Remove, Restore

if TYPE_CHECKING:
    from sim.engine.enforcement.pending import Decision
    from sim.state import State


def write_verdicts(state: State, found: Flags) -> None:
    """One row for every post or account that a detector flagged this tick; flagged likes are summed by post."""
    if len(found.ids) == 0:
        return
    ids, score, count = found.ids, found.scores, np.ones(len(found.ids), np.int64)
    if found.target is Target.LIKE:
        ids, back = np.unique(state.world.log.post[found.ids], return_inverse=True)
        score = np.full(len(ids), -np.inf)
        np.maximum.at(score, back, found.scores)
        count = np.bincount(back, minlength=len(ids))
    nobody = np.full(len(ids), -1, np.int64)
    on_accounts = found.target is Target.ACCOUNT
    state.tables.extend(
        "verdicts",
        tick=state.clock.tick,
        day=state.clock.day,
        detector=found.detector,
        target=found.target,
        post=nobody if on_accounts else np.asarray(ids, np.int64),
        account=np.asarray(ids, np.int64) if on_accounts else nobody,
        score=np.asarray(score, np.float64),
        n=count,
    )


def write_action(state: State, decision: Decision, changed: NDArray[np.bool_], detector: str = "") -> None:
    """One row for each account or post hit; likes removed one by one are summed by post.

    `detector` stands in the place of the detectors that the causes of the case name.
    """
    action, case = decision.action, decision.action.case.only(changed)
    account, post, creator = case.accounts, case.posts, case.creators
    strikes, causes = case.strikes, case.causes
    if case.target is Target.POST:
        arranged = state.guilt.creators.arranged_share(np.maximum(creator, 0))
    else:
        arranged = state.guilt.accounts.arranged_share(account)
    if action.on_posts:
        post, first, back = np.unique(post, return_index=True, return_inverse=True)
        arranged = np.bincount(back, arranged) / np.bincount(back)
        strikes, causes = strikes[first], causes[first]
        account, creator = np.full(len(post), -1, np.int64), state.world.posts.creator[post]
    known = decision.detectors
    names = [known[c] if not detector and 0 <= c < len(known) else detector for c in causes.astype(np.int64).tolist()]
    state.tables.extend(
        "actions",
        tick=state.clock.tick,
        day=state.clock.day,
        sanction="restore" if isinstance(action, Restore) else decision.sanction,
        action=type(action).__name__.lower(),
        target=_hit(action, case.target),
        account=account.astype(np.int64),
        post=post.astype(np.int64),
        creator=creator.astype(np.int64),
        detector=names,
        flagged_day=decision.day,
        strikes=strikes.astype(np.int64),
        until_tick=getattr(action, "until_tick", -1),
        notice="nobody" if decision.is_silent else "everybody" if decision.rung.notice == "everybody" else "those_hit",
        arranged_share=arranged,
    )


def _hit(action: EnforcementAction, target: Target) -> str:
    if isinstance(action, Remove):
        return "like" if target is Target.LIKE else "post"
    if isinstance(action, Demote) and action.moments:
        return "account"
    return "post" if action.on_posts else "account"
