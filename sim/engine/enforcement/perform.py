"""Carries out enforcement actions; nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_S
from sim.core.enums import ENFORCED, Removal, Status, Target
from sim.core.sorted_lookup import find_sorted
from sim.kernels.scales import ONE_16, WORD_BITS
from sim.plugins.sanctions.actions import (
    FOR_EVER,
    LAST_TICK,
    Block,
    Case,
    Demote,
    EnforcementAction,
    Gate,
    Hide,
    Limit,
    Remove,
    Restore,
)

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.world import LikeTable, World

Changed = NDArray[np.bool_]


def perform(
    action: EnforcementAction, world: World, clock: Clock, trust_loss: float = 0.0, silent: bool = False
) -> Changed:
    """Carry out an action; return which entries changed anything (a block of the blocked does not).

    `trust_loss` is the share of its trust in the platform that a seat loses when a person there is told that it is
    limited, gated or blocked. Where it is done `silent`, accounts keep their status, and their likes do not count.
    """
    if len(action) == 0:
        return np.zeros(0, bool)
    if isinstance(action, Limit | Gate | Block):
        changed = _act_on_accounts(action, world, silent)
        if not silent:
            _lose_trust(world, action.case.accounts[changed], trust_loss)
        return changed
    return _PERFORM[type(action)](action, world, clock)


def _first_of_each(ids: NDArray[Any]) -> Changed:
    first = np.zeros(len(ids), bool)
    first[np.unique(ids, return_index=True)[1]] = True
    return first & (ids >= 0)


# -- likes ----------------------------------------------------------------------------------------------------


def _remove(action: Remove, world: World, clock: Clock) -> Changed:
    if action.case.target is Target.POST:
        return _remove_share(action, world, clock)
    new = _remove_flagged(action, world)
    if action.past_days:
        new |= _remove_past(action, world, clock)
    return new


def _remove_flagged(action: Remove, world: World) -> Changed:
    """Take the likes of the entries out of the count; which of them counted until now."""
    likes, case = world.likes, action.case
    row = _find_rows(likes, np.arange(likes.first_of_tick, likes.n), case)
    if (row < 0).any():  # decided in an earlier tick
        row = _find_rows(likes, likes.rows_of_accounts(case.accounts, world.accounts.n), case)
    new = _first_of_each(row)
    new[new] = likes.alive[row[new]]
    world.remove_likes(row[new], Removal.FLAGGED)
    return new


def _find_rows(likes: LikeTable, among: NDArray[Any], case: Case) -> NDArray[np.int64]:
    """The row, among some of the table's, of the like of each entry's account under its post; -1 for none."""
    pair = _pairs(likes.account[among], likes.post[among])
    order = np.argsort(pair)
    at, found = find_sorted(pair[order], _pairs(case.accounts, case.posts))
    row = np.full(len(case), -1)
    row[found] = among[order[at[found]]]
    return row


def _remove_past(action: Remove, world: World, clock: Clock) -> Changed:
    """Take what the accounts gave in the last days out of the count; which accounts lost any like."""
    likes, accounts = world.likes, action.case.accounts
    rows = likes.rows_of_accounts(accounts, world.accounts.n)
    rows = rows[likes.time_s[rows] >= (clock.day + 1 - action.past_days) * DAY_S]
    gone = world.remove_likes(rows, Removal.PURGED)
    return _first_of_each(accounts) & np.isin(accounts, likes.account[gone])


def _pairs(account: NDArray[Any], post: NDArray[Any]) -> NDArray[np.int64]:
    """Account and post in one number."""
    pair: NDArray[np.int64] = (post.astype(np.int64) << WORD_BITS) | account
    return pair


def _remove_share(action: Remove, world: World, clock: Clock) -> Changed:
    """Take out likes of each post until a share of those counted so far is gone, in the order of accounts' tokens.

    No like in particular is accused, so which ones go has nothing to do with who gave them.
    """
    posts, likes, on = world.posts, world.likes, action.case.posts
    least = np.floor(posts.likes[on] * action.share).astype(np.int64)
    new = _first_of_each(on) & (posts.discounted[on] < least)
    wanted = np.zeros(posts.n, np.int64)
    wanted[on[new]] = least[new] - posts.discounted[on[new]]
    rows = likes.rows_of_posts(on[new], posts.n)
    rows = rows[likes.alive[rows] & (rows < likes.first_of_tick)]
    if action.past_days:
        rows = rows[likes.time_s[rows] >= (clock.day + 1 - action.past_days) * DAY_S]
    order = np.lexsort((world.tokens["account"].tokens_of(likes.account[rows]), likes.post[rows]))
    post = likes.post[rows[order]]
    place = np.arange(len(post)) - np.searchsorted(post, post)
    gone = world.remove_likes(rows[order][place < wanted[post]], Removal.PURGED)
    return new & np.isin(on, likes.post[gone])


# -- accounts -------------------------------------------------------------------------------------------------


def _act_on_accounts(action: EnforcementAction, world: World, silent: bool) -> Changed:
    columns, ids = world.accounts, action.case.accounts
    until = action.until_tick if isinstance(action, Limit) else FOR_EVER
    until = LAST_TICK if until == FOR_EVER else until
    open_still = (columns.status[ids] != Status.BANNED) & (columns.status[ids] != Status.CLOSED)
    if silent:
        new = _first_of_each(ids) & open_still & (columns.shadowbanned_until[ids] < until)
        columns.shadowbanned_until[ids[new]] = until
    else:
        new = _first_of_each(ids) & _able(action, world, until)
        columns.status[ids[new]] = _STATUS[type(action)]
        if isinstance(action, Limit):
            columns.limited_until[ids[new]] = until
    if isinstance(action, Block):
        world.remove_likes(world.likes.rows_of_accounts(ids[new], columns.n), Removal.BANNED)
    return new


_STATUS = {Limit: Status.LIMITED, Gate: Status.GATED, Block: Status.BANNED}


def _able(action: EnforcementAction, world: World, until: int) -> Changed:
    """Which accounts the action changes: a limit may grow, and a gate or a block replaces what is milder."""
    status, ids = world.accounts.status, action.case.accounts
    now = status[ids]
    able: Changed = now == Status.ACTIVE
    if isinstance(action, Limit):
        able |= (now == Status.LIMITED) & (world.accounts.limited_until[ids] < until)
    elif isinstance(action, Gate):
        able |= now == Status.LIMITED
    else:  # whoever is here: an account that was given up stays so
        able = (now != Status.BANNED) & (now != Status.CLOSED)
    return able


def _lose_trust(world: World, accounts: NDArray[Any], trust_loss: float) -> None:
    seats = world.accounts.seat[accounts]
    seats = seats[seats >= 0]
    if len(seats) == 0:
        return
    # of the people of a seat each stands for a part of what it believes
    hit, people = np.unique(seats, return_counts=True)
    kept = 1.0 - trust_loss * people / world.readers.people[hit]
    record = world.readers.record
    record["trust_platform"][hit] = (
        record["trust_platform"][hit].astype(np.int64) * np.rint(ONE_16 * kept).astype(np.int64) // ONE_16
    )


# -- posts ----------------------------------------------------------------------------------------------------


def _demote(action: Demote, world: World, clock: Clock) -> Changed:
    if not action.moments:
        return _lower(world.posts.visibility, action.case.posts, action.factor)
    creators, until = action.case.creators, world.creators.moments_until
    new = _lower(world.creators.moments_visibility, creators, action.factor)
    held = creators[creators >= 0]
    until[held] = np.maximum(until[held], LAST_TICK if action.until_tick == FOR_EVER else action.until_tick)
    return new


def _lower(column: NDArray[Any], ids: NDArray[Any], factor: float) -> Changed:
    """Lower the entries of `ids` to `factor`; which of them were higher (each id once)."""
    new = _first_of_each(ids) & (column[ids] > np.asarray(factor, column.dtype))
    column[ids[new]] = factor
    return new


def _hide(action: Hide, world: World, clock: Clock) -> Changed:
    posts = action.case.posts
    new = _first_of_each(posts) & ~world.posts.hidden[posts]
    world.posts.hidden[posts[new]] = True
    world.chat_post[np.isin(world.chat_post, posts[new] + 1)] = 0  # nor the link to it in a chat
    return new


# -- back to how it was ---------------------------------------------------------------------------------------


def _restore(action: Restore, world: World, clock: Clock) -> Changed:
    """Undo one action, or all that was done to accounts and, on the ladder for creators, to posts and in Moments."""
    case = action.case
    new = _restore_accounts(action, world)
    if case.target is Target.POST or isinstance(action.of, Demote | Hide):
        new |= _restore_posts(action, world)
    likes = world.likes
    rows = likes.rows_of_accounts(case.accounts, world.accounts.n)
    rows = rows[np.isin(likes.cause[rows], _taken_by(action.of))]
    if case.target is Target.POST and (action.of is None or isinstance(action.of, Remove)):
        under = likes.rows_of_posts(case.posts, world.posts.n)
        rows = np.union1d(rows, under[likes.cause[under] == Removal.PURGED])
    giver = likes.account[rows]
    out = (world.accounts.status[giver] == Status.BANNED) | (world.accounts.shadowbanned_until[giver] >= 0)
    back = world.restore_likes(rows[~out])
    return new | np.isin(case.accounts, likes.account[back]) | np.isin(case.posts, likes.post[back])


def _taken_by(of: EnforcementAction | None) -> list[Removal]:
    """For which causes likes come back with an action undone: who is cleared has not given them for nothing, either."""
    if of is None:
        return list(ENFORCED)
    if isinstance(of, Remove):
        return [Removal.FLAGGED, Removal.PURGED]
    return [Removal.FLAGGED, Removal.BANNED] if isinstance(of, Block) else [Removal.FLAGGED]


def _restore_accounts(action: Restore, world: World) -> Changed:
    columns, ids = world.accounts, action.case.accounts
    if action.of is None:
        held = np.isin(columns.status[ids], list(_STATUS.values()))
        shadowbanned = columns.shadowbanned_until[ids] >= 0
        columns.shadowbanned_until[ids[shadowbanned]] = columns.limited_until[ids] = -1
    else:
        status = _STATUS.get(type(action.of))  # None: it was not done to accounts
        held = columns.status[ids] == status if status is not None else np.zeros(len(ids), bool)
        shadowbanned = np.zeros(len(ids), bool)
        columns.limited_until[ids[held]] = -1
    columns.status[ids[held]] = Status.ACTIVE
    return _first_of_each(ids) & (held | shadowbanned)


def _restore_posts(action: Restore, world: World) -> Changed:
    posts, creators, of = action.case.posts, action.case.creators, action.of
    columns, moments = world.posts, world.creators.moments_visibility
    changed = np.zeros(len(posts), bool)
    if of is None or isinstance(of, Hide):
        changed |= columns.hidden[posts]
        columns.hidden[posts] = False
    if of is None or (isinstance(of, Demote) and not of.moments):
        changed |= columns.visibility[posts] < 1.0
        columns.visibility[posts] = 1.0
    if of is None or (isinstance(of, Demote) and of.moments):
        changed |= (creators >= 0) & (moments[creators] < 1.0)
        moments[creators[creators >= 0]] = 1.0
    return changed


_PERFORM: dict[type[EnforcementAction], Callable[..., Changed]] = {
    Remove: _remove,
    Restore: _restore,
    Demote: _demote,
    Hide: _hide,
}


def lift_expired(world: World, tick: int) -> None:
    """End limits, silent ones too, and reductions whose time is over."""
    accounts, creators = world.accounts, world.creators
    limited = np.flatnonzero(accounts.status == Status.LIMITED)
    accounts.status[limited[accounts.limited_until[limited] <= tick]] = Status.ACTIVE
    # whoever has passed a check in between is limited still
    held = np.flatnonzero(accounts.limited_until > tick)
    accounts.status[held[accounts.status[held] == Status.ACTIVE]] = Status.LIMITED
    shadowbanned = np.flatnonzero(accounts.shadowbanned_until >= 0)
    over = shadowbanned[accounts.shadowbanned_until[shadowbanned] <= tick]
    accounts.shadowbanned_until[over] = -1
    done = (creators.moments_visibility < 1.0) & (creators.moments_until <= tick)
    creators.moments_visibility[done] = 1.0


def remove_shadowbanned_likes(world: World) -> None:
    """Take the tick's likes of accounts that were limited or closed in silence (shadow bans) out of the count."""
    likes = world.likes
    rows = np.arange(likes.first_of_tick, likes.n)
    world.remove_likes(rows[world.accounts.shadowbanned_until[likes.account[rows]] >= 0], Removal.FLAGGED)
