"""Those who were hit appeal, or call support (S5)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import HOUR_S, MINUTE_S
from sim.core.enums import Grade, ReviewReason, Target
from sim.engine.enforcement.pending import Decision, Pending, Step, days_later
from sim.engine.enforcement.review import Tier, review_case
from sim.plugins.sanctions.actions import Case, Restore
from sim.state import State

Entries = NDArray[np.bool_]


def appeal_or_complain(state: State, decision: Decision, innocent: Entries) -> None:
    """Let people who were told of an action appeal, and call support; `innocent` says which know that they are.

    Who did what is known to whoever did it, so the chance may depend on it; nobody at the platform sees more than that
    somebody appealed or called.
    """
    opts, case = state.scenario.review, decision.action.case
    human = np.flatnonzero(_is_person(state, case))
    human = human[np.unique(case.accounts[human], return_index=True)[1]]  # who is hit for several acts, is hit once
    if len(human) == 0:
        return
    entity = state.world.accounts.entity[case.accounts[human]]
    u, v = (state.rng.uniform_array("appeal", state.clock.tick, entity, k) for k in (0, 1))
    clear = innocent[human]
    if decision.rung.appeal:
        appeals = human[u < np.where(clear, opts.appeal_share_innocent, opts.appeal_share_guilty)]
        if len(appeals):
            tier = Tier.of(opts, state.policy.appeals_to)
            due = days_later(state.clock, tier.days)
            theirs = np.isin(case.accounts, case.accounts[appeals])
            state.platform.pending.append(Pending(due, Step.APPEAL, decision.only(theirs), state.policy.appeals_to))
    calls = int((v < np.where(clear, opts.complaint_share_innocent, opts.complaint_share_guilty)).sum())
    hours = calls * opts.complaint_minutes * MINUTE_S / HOUR_S
    state.today.complaints += calls
    state.today.review_h += hours
    state.today.enforcement_cny += hours * opts.crowd_cny_per_h


def _is_person(state: State, case: Case) -> Entries:
    """Whether somebody lives by the account of an entry."""
    accounts = state.world.accounts
    person: Entries = (accounts.grade[case.accounts] == Grade.PERSON) & (case.accounts >= 0)
    return person


def decide_appeals(state: State, decision: Decision, tier: str) -> Decision | None:
    """Decide appeals that reviewers of a tier have looked at; return what is to be restored.

    Where no record is found, the action stands.
    """
    case = decision.action.case
    entity = state.world.accounts.entity[case.accounts]
    missing = state.scenario.review.evidence_missing
    found = state.rng.uniform_array("evidence", state.clock.tick, entity) >= missing
    clear = np.zeros(len(case), bool)
    if found.any():
        looked = case.only(found)
        clear[found] = ~review_case(state, looked, tier, ReviewReason.APPEAL)
    _write(state, decision, tier, found, clear)
    state.today.appeals += len(np.unique(case.accounts))
    state.today.overturned += len(np.unique(case.accounts[clear]))
    if not clear.any():
        return None
    won = decision.only(clear)
    _forgive(state, won)
    return replace(won, action=Restore(won.action.case, of=won.action))


def _forgive(state: State, won: Decision) -> None:
    """Strike out the strikes for which the appeals were won."""
    records, case = state.platform, won.action.case
    if case.target is Target.LIKE:
        records.account_strikes.take_back(case.accounts, won.day)
        records.account_likes.forget(case.accounts)
        return
    records.creator_strikes.take_back(case.creators, won.day)
    state.world.creators.strikes[case.creators] = records.creator_strikes.held(case.creators)


def _write(state: State, decision: Decision, tier: str, found: Entries, clear: Entries) -> None:
    case, guilt = decision.action.case, state.guilt
    by_account = case.target is Target.LIKE
    once = np.unique(case.accounts, return_index=True)[1]
    case, found, clear = case.only(once), found[once], clear[once]
    state.tables.extend(
        "appeals",
        day=state.clock.day,
        flagged_day=decision.day,
        sanction=decision.sanction,
        account=case.accounts.astype(np.int64),
        creator=case.creators.astype(np.int64),
        decided_by=tier,
        evidence=found,
        overturned=clear,
        arranged_share=(
            guilt.accounts.arranged_share(case.accounts) if by_account else guilt.creators.arranged_share(case.creators)
        ),
    )


def accounts_appealing(state: State) -> NDArray[np.int64]:
    """Accounts whose appeals are not decided yet."""
    waiting = [each.decision.action.case.accounts for each in state.platform.pending if each.step is Step.APPEAL]
    return np.concatenate([*waiting, np.zeros(0, np.int64)])


def are_innocent(state: State, case: Case) -> Entries:
    """Whether fewer than half of the acts that each entry is hit for were arranged (by the creator, for creators)."""
    if case.target is Target.POST:
        clear: Entries = state.guilt.creators.is_innocent(np.maximum(case.creators, 0)) & (case.creators >= 0)
        return clear
    return state.guilt.accounts.is_innocent(case.accounts)
