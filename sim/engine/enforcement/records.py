"""Flags and enforcement actions as rows of the result tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Target
from sim.plugins.detectors.flags import Flags
from sim.plugins.sanctions.actions import Effect, EnforcementAction

if TYPE_CHECKING:
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


def write_action(
    state: State,
    action: EnforcementAction,
    changed: NDArray[np.bool_],
    cost: NDArray[np.float64],
    detectors: Sequence[str],
) -> None:
    """One row for each account or post hit; discounts of single likes are summed by post."""
    account, post, creator = action.accounts[changed], action.posts[changed], action.creators[changed]
    strikes, causes = _filled(action.strikes, changed), _filled(action.causes, changed)
    if action.target is Target.POST:
        arranged = state.guilt.creators.arranged_share(np.maximum(creator, 0))
    else:
        arranged = state.guilt.accounts.arranged_share(account)
    if action.effect in (Effect.DISCOUNT, Effect.DISCOUNT_SHARE, Effect.THROTTLE):
        post, first, back = np.unique(post, return_index=True, return_inverse=True)
        arranged = np.bincount(back, arranged) / np.bincount(back)
        strikes, causes, cost = strikes[first], causes[first], cost[first]
        account, creator = np.full(len(post), -1, np.int64), state.world.posts.creator[post]
    elif action.effect is Effect.MOMENTS:
        account = np.full(len(post), -1, np.int64)
    names = [detectors[c] if 0 <= c < len(detectors) else "" for c in causes.astype(np.int64).tolist()]
    state.tables.extend(
        "actions",
        tick=state.clock.tick,
        day=state.clock.day,
        sanction=action.sanction,
        target=_hit(action.effect),
        account=account.astype(np.int64),
        post=post.astype(np.int64),
        creator=creator.astype(np.int64),
        detector=names,
        strikes=np.floor(strikes).astype(np.int64),
        until_tick=action.until_tick,
        cost_cny=cost,
        arranged_share=arranged,
    )


def _filled(column: NDArray[Any], changed: NDArray[np.bool_]) -> NDArray[Any]:
    """A column that a user's own sanction may have left out."""
    return column[changed] if len(column) == len(changed) else np.full(int(changed.sum()), -1)


def _hit(effect: Effect) -> str:
    if effect is Effect.DISCOUNT:
        return "like"
    return "post" if effect in (Effect.DISCOUNT_SHARE, Effect.THROTTLE) else "account"
