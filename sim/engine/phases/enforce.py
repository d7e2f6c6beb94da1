"""Flags become actions by the ladders of the policy in force."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Grade, Kind, Target
from sim.engine.cast import Actors
from sim.engine.enforcement.evidence import firsts, flagged_likes, flagged_posts
from sim.engine.enforcement.ladder import climb_ladder
from sim.engine.enforcement.perform import lift_expired, perform
from sim.engine.enforcement.records import write_action, write_verdicts
from sim.plugins.sanctions.actions import Case, EnforcementAction
from sim.state import State


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
    log, records = state.world.log, state.platform
    account, post = log.account[rows].astype(np.int64), log.post[rows].astype(np.int64)
    records.flagged_likes.add(post, state.world.posts.n)
    distinct, back = np.unique(account, return_inverse=True)
    strikes = records.account_strikes.add(distinct, state.clock.day, state.policy.strike_half_life_days)
    creators = creator_of(state.world.creators.account, distinct)
    case = Case(Target.LIKE, account, post, creators[back], strikes[back], causes)
    _carry_out(state, climb_ladder(state.policy.like_ladder, case, state.clock))


def creator_of(own: NDArray[Any], accounts: NDArray[Any]) -> NDArray[np.int64]:
    """The creator whose own account each is, -1 for others; `own` holds the creators' accounts, ascending."""
    if len(own) == 0:
        return np.full(len(accounts), -1, np.int64)
    at = np.minimum(np.searchsorted(own, accounts), len(own) - 1)
    return np.where(own[at] == accounts, at, -1)


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
    flagged, total = state.platform.flagged_likes.count[touched], world.posts.likes[touched] + new
    bad = (flagged >= policy.strike_min_likes) & (flagged >= policy.strike_like_share * total)
    return firsts(np.concatenate([posts, touched[bad]]), np.concatenate([because, first[bad]]))


def _against_creators(state: State, posts: NDArray[Any], causes: NDArray[Any]) -> None:
    world, policy = state.world, state.policy
    creator = world.posts.creator[posts].astype(np.int64)
    distinct, back = np.unique(creator, return_inverse=True)
    strikes = state.platform.creator_strikes.add(distinct, state.clock.day, policy.strike_half_life_days)
    world.creators.strikes[distinct] = np.floor(strikes)
    account = world.creators.account[creator].astype(np.int64)
    case = Case(Target.POST, account, posts, creator, strikes[back], causes)
    _carry_out(state, climb_ladder(policy.creator_ladder, case, state.clock))


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
            cost += policy.review_cost_cny + policy.mistake_cost_cny * _innocent(state, action, changed)
            _count_punished(state, action.creators[changed & (action.creators >= 0)])
        state.today.enforcement_cny += float(cost.sum())
        write_action(state, action, changed, cost, detectors)


def _count_punished(state: State, creators: NDArray[Any]) -> None:
    if len(creators) == 0:
        return
    hit = np.unique(creators)
    state.world.creators.punished_week[hit] += 1
    state.world.creators.punished_total[hit] += 1
    state.today.punished.append(hit)


def _innocent(state: State, action: EnforcementAction, changed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Who of those hit did nothing wrong and will complain; the platform pays for it, and does not know in advance."""
    world = state.world
    creator, account = action.creators[changed], action.accounts[changed]
    honest = ~world.creators.ever_manipulated[creator] & (creator >= 0)
    innocent: NDArray[np.bool_] = honest | (world.accounts.grade[account] == Grade.READER)
    return innocent
