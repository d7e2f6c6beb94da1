"""Flags become decisions by the ladders of the policy in force, and decisions become actions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Kind, ReviewReason, Target
from sim.core.sorted_lookup import find_sorted, is_among
from sim.engine.cast import Actors
from sim.engine.enforcement.appeals import appeal_or_complain, are_innocent, decide_appeals
from sim.engine.enforcement.audits import audit
from sim.engine.enforcement.checks import pass_checks
from sim.engine.enforcement.evidence import firsts, flagged_likes, flagged_posts
from sim.engine.enforcement.held import charge_posts, hold_likes, note_punished
from sim.engine.enforcement.ladder import climb_ladder
from sim.engine.enforcement.pending import Decision, Pending, Step, first_step, hour_of
from sim.engine.enforcement.perform import lift_expired, perform, remove_shadowbanned_likes
from sim.engine.enforcement.records import write_action, write_verdicts
from sim.engine.enforcement.review import Tier, review_case
from sim.plugins.detectors.detector import TICK
from sim.plugins.sanctions.actions import FOR_EVER, Block, Case, Remove, Restore
from sim.scenario.schema.platform import Rung
from sim.state import State
from sim.world import is_arranged

APPEAL = "appeal"  # stands for a detector in the record of what an appeal brought back


def enforce(state: State, actors: Actors) -> None:
    """Do what is due, decide on the tick's flags by the ladders, and write both down.

    An account gets a strike, at most one a day, for flagged likes that are a large share of those it has given so far
    (people like without reading now and then), or when a rule that looks back on a day or a week flags it itself. A
    creator gets a strike when a post is flagged itself, or when flagged likes are many and a large share under one
    post; a single flagged like proves nothing about the creator, since anybody can like anything.
    """
    state.platform.actions = []
    if state.clock.tick % state.clock.ticks_per_day == 0:
        _begin_day(state)
    _end_expired(state)
    if state.platform.has_shadowbans:
        remove_shadowbanned_likes(state.world)
    _advance_due(state)
    if state.policy.like_ladder:
        log = state.world.log
        state.platform.account_likes.add_given(log.account.take(log.rows_of(Kind.LIKE)))
    flags = state.platform.flags
    if any(len(found.ids) for found in flags):
        for found in flags:
            write_verdicts(state, found)
        likes, causes = flagged_likes(flags, state.world.log)
        if len(likes):
            _against_likes(state, likes, causes)
        posts, causes = _suspect_posts(state, likes, causes)
        if len(posts) and state.policy.creator_ladder:
            _against_creators(state, posts, causes)
    if state.clock.ends_day:
        audit(state)
        state.platform.flagged_today = []


def _begin_day(state: State) -> None:
    """People pass checks, strikes expire."""
    records, creators = state.platform, state.world.creators
    pass_checks(state)
    lift_expired(state.world, state.clock.tick)
    before = state.clock.day - state.policy.strike_memory_days
    records.account_likes.forget(records.account_strikes.expire(before))
    forgiven = np.unique(records.creator_strikes.expire(before))
    creators.strikes[forgiven] = records.creator_strikes.held(forgiven)


def _end_expired(state: State) -> None:
    """End limits and reductions whose tick has come."""
    records, tick = state.platform, state.clock.tick
    if any(0 <= each <= tick for each in records.releases):
        lift_expired(state.world, tick)
    records.releases = sorted({each for each in records.releases if each > tick})


# -- decisions ------------------------------------------------------------------------------------------------


def _against_likes(state: State, rows: NDArray[Any], causes: NDArray[Any]) -> None:
    log, records, creators = state.world.log, state.platform, state.world.accounts.creator
    account, post = log.account[rows].astype(np.int64), log.post[rows].astype(np.int64)
    distinct, back = np.unique(account, return_inverse=True)
    records.flagged_today.append(distinct)
    hold_likes(state, rows)
    if not state.policy.like_ladder:
        return  # the detectors are tried out: nobody is held to anything
    state.guilt.accounts.add(account, np.ones(len(rows), np.int64), is_arranged(log.origin[rows]))
    strikes = _strike_accounts(state, account, distinct).astype(np.float64)
    case = Case(Target.LIKE, account, post, creators[account].astype(np.int64), strikes[back], causes)
    _decide(state, state.policy.like_ladder, case)


def _strike_accounts(state: State, flagged: NDArray[np.int64], distinct: NDArray[np.int64]) -> NDArray[np.int64]:
    """Strikes that each `distinct` account of the `flagged` likes holds; 0 where these do not count against it."""
    records, policy = state.platform, state.policy
    records.account_likes.add_flagged(flagged)
    counts = records.account_likes.stand_out(distinct, policy.strike_account_likes, policy.strike_account_share)
    for found in records.flags:  # what a rule saw in a day or a week is evidence enough
        if found.target is Target.ACCOUNT and found.cadence != TICK:
            counts |= is_among(distinct, found.ids)
    strikes = np.zeros(len(distinct), np.int64)
    strikes[counts] = records.account_strikes.add(distinct[counts], state.clock.day)
    return strikes


def _suspect_posts(
    state: State, likes: NDArray[Any], causes: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
    """Posts that count against their creators: flagged themselves, or with enough likes flagged."""
    policy, world = state.policy, state.world
    posts, because = flagged_posts(state.platform.flags)
    if len(likes) == 0 or not policy.creator_ladder:
        return posts, because
    log = world.log
    touched, first = firsts(log.post[likes], causes)
    at, is_touched = find_sorted(touched, log.post.take(log.rows_of(Kind.LIKE)))
    new = np.bincount(at[is_touched], minlength=len(touched))
    flagged, total = state.guilt.posts.of(touched)[0], world.posts.likes[touched] + new
    bad = (flagged >= policy.strike_min_likes) & (flagged >= policy.strike_like_share * total)
    return firsts(np.concatenate([posts, touched[bad]]), np.concatenate([because, first[bad]]))


def _against_creators(state: State, posts: NDArray[Any], causes: NDArray[Any]) -> None:
    world = state.world
    creator = world.posts.creator[posts].astype(np.int64)
    distinct, back = np.unique(creator, return_inverse=True)
    charge_posts(state, posts, creator)
    strikes = state.platform.creator_strikes.add(distinct, state.clock.day)
    world.creators.strikes[distinct] = strikes
    account = world.creators.account[creator].astype(np.int64)
    case = Case(Target.POST, account, posts, creator, strikes[back].astype(np.float64), causes)
    _decide(state, state.policy.creator_ladder, case)


def _decide(state: State, ladder: tuple[Rung, ...], case: Case) -> None:
    """Climb the ladder; what needs no reviewer and has no delay is done at once."""
    detectors = tuple(found.detector for found in state.platform.flags)
    for rung, action in climb_ladder(ladder, case, state.world, state.clock):
        days = 0 if rung.review == "none" else Tier.of(state.scenario.review, rung.review).days
        pending = first_step(Decision(action, rung, state.clock.day, state.clock.tick, detectors), state.clock, days)
        if pending.due_tick <= state.clock.tick:
            _advance(state, pending)
        else:
            state.platform.pending.append(pending)


# -- what follows ---------------------------------------------------------------------------------------------


def _advance_due(state: State) -> None:
    """Take the next step of every decision that is due."""
    records, tick = state.platform, state.clock.tick
    due = [each for each in records.pending if each.due_tick <= tick]
    if not due:
        return
    records.pending = [each for each in records.pending if each.due_tick > tick]
    for each in due:
        _advance(state, each)


def _advance(state: State, pending: Pending) -> None:
    decision = pending.decision
    if pending.step is Step.APPEAL:
        won = decide_appeals(state, decision, pending.tier)
        if won is not None:
            _carry_out(state, won, APPEAL)
        return
    if pending.step is Step.REVIEW:
        fake = review_case(state, decision.action.case, decision.rung.review, ReviewReason.REVIEW)
        if not fake.any():
            return
        decision, due = decision.only(fake), hour_of(decision.rung, state.clock)
        if due > state.clock.tick:
            state.platform.pending.append(Pending(due, Step.PERFORM, decision))
            return
    _carry_out(state, decision)


def _carry_out(state: State, decision: Decision, because: str = "") -> None:
    """Perform, tell, and write down; `because` stands in the place of the detectors."""
    decision = decision.moved_to(state.clock)
    action, silent = decision.action, decision.is_silent
    changed = perform(action, state.world, state.clock, state.policy.punished_trust_loss, silent)
    if not changed.any():
        return
    records = state.platform
    records.has_shadowbans |= silent
    records.releases.append(getattr(action, "until_tick", FOR_EVER))
    records.actions.append(action)
    if (isinstance(action, Block) and not silent) or (isinstance(action, Remove) and action.past_days):
        records.purged_s = state.clock.start_s + state.clock.tick_s
    write_action(state, decision, changed, because)
    if isinstance(action, Restore) or (silent and isinstance(action, Remove)):
        return
    hit = decision.only(changed)
    innocent = are_innocent(state, hit.action.case)
    _count_punished(state, hit, innocent)
    if not silent:
        _note_punishment(state, hit)
        appeal_or_complain(state, hit, innocent)


def _note_punishment(state: State, decision: Decision) -> None:
    """Creators who were told know that they were punished; where it is announced, so do all others."""
    columns, creators = state.world.creators, decision.action.case.creators
    hit = np.unique(creators[creators >= 0])
    columns.punished_week[hit] += 1
    columns.exposed_week[hit] += decision.rung.notice == "everybody"
    columns.punished_total[hit] += 1


def _count_punished(state: State, decision: Decision, innocent: NDArray[np.bool_]) -> None:
    case, today = decision.action.case, state.today
    hit, first = np.unique(case.creators, return_index=True)
    hit, first = hit[hit >= 0], first[hit >= 0]
    if len(hit):
        today.creators.append((hit, innocent[first]))
        note_punished(state, decision, hit, first, innocent[first])
    if case.target is Target.LIKE:
        today.accounts.append((case.accounts, innocent))
