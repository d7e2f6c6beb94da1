"""Flags become actions by the ladders of the policy in force."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Kind, Target
from sim.engine.cast import Actors
from sim.engine.enforcement.evidence import firsts, flagged_likes, flagged_posts
from sim.engine.enforcement.ladder import climb_ladder
from sim.engine.enforcement.perform import lift_expired, perform
from sim.engine.enforcement.records import write_action, write_verdicts
from sim.plugins.sanctions.actions import Case, EnforcementAction
from sim.state import State
from sim.world import is_arranged, is_by_creator
from sim.world.strikes import ActCounts


def enforce(state: State, actors: Actors) -> None:
    """Turn the tick's flags into actions by the ladders, perform them, and write them down.

    Flagged likes bring a strike to the account that gave them, at most one a day. A creator gets a strike
    when a post is flagged itself, or when flagged likes are many and a large share under one post; a single
    flagged like proves nothing about the creator, since anybody can like anything.
    """
    state.platform.actions = []
    if state.clock.tick % state.clock.ticks_per_day == 0:
        lift_expired(state.world, state.clock.tick)
    flags = state.platform.flags
    if not any(len(found.ids) for found in flags):
        return
    for found in flags:
        write_verdicts(state, found)
    likes, causes = flagged_likes(flags, state.world.log)
    if len(likes):
        _against_likes(state, likes, causes)
    posts, causes = _suspect_posts(state, likes, causes)
    if len(posts):
        _against_creators(state, posts, causes)


def _against_likes(state: State, rows: NDArray[Any], causes: NDArray[Any]) -> None:
    log, records, creators = state.world.log, state.platform, state.world.accounts.creator
    account, post = log.account[rows].astype(np.int64), log.post[rows].astype(np.int64)
    ones = np.ones(len(rows), np.int64)
    state.guilt.accounts.add(account, ones, is_arranged(log.origin[rows]))
    state.guilt.posts.add(post, ones, is_by_creator(log.origin[rows]))
    distinct, back = np.unique(account, return_inverse=True)
    strikes = records.account_strikes.add(distinct, state.clock.day, state.policy.strike_half_life_days)
    case = Case(Target.LIKE, account, post, creators[account].astype(np.int64), strikes[back], causes)
    _carry_out(state, climb_ladder(state.policy.like_ladder, case, state.clock))


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
    new = np.bincount(log.post[log.kind == Kind.LIKE], minlength=world.posts.n)[touched]
    flagged, total = state.guilt.posts.of(touched)[0], world.posts.likes[touched] + new
    bad = (flagged >= policy.strike_min_likes) & (flagged >= policy.strike_like_share * total)
    return firsts(np.concatenate([posts, touched[bad]]), np.concatenate([because, first[bad]]))


def _against_creators(state: State, posts: NDArray[Any], causes: NDArray[Any]) -> None:
    world, policy = state.world, state.policy
    creator = world.posts.creator[posts].astype(np.int64)
    distinct, back = np.unique(creator, return_inverse=True)
    state.guilt.creators.add(creator, *_likes_of(state, posts))
    strikes = state.platform.creator_strikes.add(distinct, state.clock.day, policy.strike_half_life_days)
    world.creators.strikes[distinct] = np.floor(strikes)
    account = world.creators.account[creator].astype(np.int64)
    case = Case(Target.POST, account, posts, creator, strikes[back], causes)
    _carry_out(state, climb_ladder(policy.creator_ladder, case, state.clock))


def _likes_of(state: State, posts: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """What a post is held against its creator for: its flagged likes, or all when none was; and those it arranged."""
    acts, arranged = state.guilt.posts.of(posts)
    rows = state.world.likes.rows_of_posts(posts, state.world.posts.n)
    given, by_creator = ActCounts(), is_by_creator(state.world.likes.origin[rows])
    given.add(state.world.likes.post[rows], np.ones(len(rows), np.int64), by_creator)
    all_acts, all_arranged = given.of(posts)
    return np.where(acts > 0, acts, all_acts), np.where(acts > 0, arranged, all_arranged)


def _carry_out(state: State, actions: list[EnforcementAction]) -> None:
    """Perform, count, charge and write down."""
    policy = state.policy
    detectors = [found.detector for found in state.platform.flags]
    for action in actions:
        changed = perform(action, state.world, policy.punished_trust_loss)
        if not changed.any():
            continue
        state.platform.actions.append(action)
        cost = np.zeros(int(changed.sum()))
        if not action.effect.is_quiet:
            innocent = _are_innocent(state, action)[changed]
            # who did nothing wrong knows it, and complains
            cost += policy.review_cost_cny + policy.mistake_cost_cny * innocent
            _count_punished(state, action, changed, innocent)
        state.today.enforcement_cny += float(cost.sum())
        write_action(state, action, changed, cost, detectors)


def _are_innocent(state: State, action: EnforcementAction) -> NDArray[np.bool_]:
    """Whether fewer than half of the acts that each entry is hit for were arranged (by the creator, for creators)."""
    if action.target is Target.POST:
        return state.guilt.creators.is_innocent(np.maximum(action.creators, 0)) & (action.creators >= 0)
    return state.guilt.accounts.is_innocent(action.accounts)


def _count_punished(
    state: State, action: EnforcementAction, changed: NDArray[np.bool_], innocent: NDArray[np.bool_]
) -> None:
    creators, today = action.creators[changed], state.today
    hit, first = np.unique(creators, return_index=True)
    hit, first = hit[hit >= 0], first[hit >= 0]
    if len(hit):
        state.world.creators.punished_week[hit] += 1
        state.world.creators.punished_total[hit] += 1
        today.creators.append((hit, innocent[first]))
    if action.target is Target.LIKE:
        today.accounts.append((action.accounts[changed], innocent))
