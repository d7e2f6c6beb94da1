"""Thresholds by a budget: at most so many likes of long-registered accounts may be flagged.

Such accounts are taken for honest, though some that farms have raised are old too (D27); so the budget is spent on
those as well, and the real share of honest likes flagged stays below it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Target
from sim.plugins.detectors.detector import TICK, cadence_of, is_same
from sim.state import State
from sim.world.judged_likes import find_judged_likes
from sim.world.score_book import ScoreBook


def threshold_of(state: State, label: str, detector: Any) -> float:
    """What a detector's scores are held to: the threshold written in the scenario, or the one set by the budget."""
    written: float = detector.threshold
    if state.policy.false_positive_budget == 0:
        return written
    judged, threshold = state.platform.thresholds.get(label, (None, written))
    return threshold if is_same(judged, detector) else written  # another one under the same label has scores of its own


def note_scores(state: State, label: str, detector: Any, ids: NDArray[Any], values: NDArray[Any]) -> None:
    """Keep a detector's scores (of log rows, accounts or posts `ids`), weighed by likes of long-registered accounts."""
    if state.policy.false_positive_budget == 0:
        return
    target = Target(detector.target)
    likes, rows = find_judged_likes(state.world, state.clock, TICK if target is Target.LIKE else cadence_of(detector))
    account, post = likes.account[rows], likes.post[rows]
    old = _is_long_registered(state, account)
    if target is Target.LIKE:
        weights = _is_long_registered(state, state.world.log.account[ids]).astype(np.int64)
    else:
        named, n = (account, state.world.accounts.n) if target is Target.ACCOUNT else (post, state.world.posts.n)
        weights = np.bincount(named[old], minlength=n)[ids]
    state.platform.scored.setdefault(label, ScoreBook()).add(values, weights, int(old.sum()))


def _is_long_registered(state: State, account: NDArray[Any]) -> NDArray[np.bool_]:
    born = state.world.accounts.registered_day[account]
    old: NDArray[np.bool_] = born <= state.clock.day - state.policy.long_registered_days
    return old


def renew_thresholds(state: State) -> None:
    """At a week's end set every detector's threshold so that all together keep to the budget."""
    budget, records = state.policy.false_positive_budget, state.platform
    if budget == 0:
        records.thresholds, records.scored = {}, {}
        return
    if not state.clock.ends_week:
        return
    in_force = [label for label, detector in state.policy.detectors.items() if detector is not None]
    for label in in_force:
        book = records.scored.get(label)
        found = book.threshold_for(budget / len(in_force)) if book is not None else None
        if book is None or found is None:
            continue
        threshold, flagged = found
        records.thresholds[label] = state.policy.detectors[label], threshold
        state.tables.add(
            "thresholds",
            day=state.clock.day + 1,
            detector=label,
            threshold=threshold,
            likes=book.likes,
            flagged_share=flagged,
        )
    records.scored = {}
