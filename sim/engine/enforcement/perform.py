"""Carries out enforcement actions; nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Removal, Status
from sim.core.sorted_lookup import find_sorted
from sim.kernels.scales import ONE_16, WORD_BITS
from sim.plugins.sanctions.actions import Effect, EnforcementAction

if TYPE_CHECKING:
    from sim.world import World


def perform(action: EnforcementAction, world: World, trust_loss: float = 0.0) -> NDArray[np.bool_]:
    """Carry out an action; return which entries changed anything (a ban of the banned does not).

    `trust_loss` is the share of its trust in the platform that a seat loses when a person there is limited or banned.
    A ban takes all likes of the account out of the count, those of past days too.
    """
    if len(action) == 0:
        return np.zeros(0, bool)
    if action.effect is Effect.DISCOUNT:
        return _discount(action, world)
    if action.effect is Effect.DISCOUNT_SHARE:
        return _discount_share(action, world)
    if action.effect is Effect.THROTTLE:
        return _lower(world.posts.visibility, action.posts, action.factor)
    if action.effect is Effect.MOMENTS:
        new = _lower(world.creators.moments_visibility, action.creators, action.factor)
        held = action.creators[action.creators >= 0]
        until = world.creators.moments_until
        until[held] = np.maximum(until[held], action.until_tick)
        return new
    if action.effect is Effect.LIMIT:
        return _set_status(action, world, Status.LIMITED, trust_loss)
    if action.effect is Effect.BAN:
        return _set_status(action, world, Status.BANNED, trust_loss)
    return np.zeros(len(action), bool)


def _first_of_each(ids: NDArray[Any]) -> NDArray[np.bool_]:
    first = np.zeros(len(ids), bool)
    first[np.unique(ids, return_index=True)[1]] = True
    return first & (ids >= 0)


def _lower(column: NDArray[Any], ids: NDArray[Any], factor: float) -> NDArray[np.bool_]:
    """Lower the entries of `ids` to `factor`; which of them were higher (each id once)."""
    new: NDArray[np.bool_] = _first_of_each(ids) & (column[ids] > np.asarray(factor, column.dtype))
    column[ids[new]] = factor
    return new


def _discount(action: EnforcementAction, world: World) -> NDArray[np.bool_]:
    """Take the likes of the entries, given in this tick, out of the count; which of them counted until now."""
    likes = world.likes
    rows = np.arange(likes.first_of_tick, likes.n)
    pair = _pairs(likes.account[rows], likes.post[rows])
    order = np.argsort(pair)
    at, found = find_sorted(pair[order], _pairs(action.accounts, action.posts))
    row = np.full(len(action), -1)
    row[found] = rows[order[at[found]]]
    new: NDArray[np.bool_] = _first_of_each(row)
    new[new] = likes.alive[row[new]]
    world.remove_likes(row[new], Removal.FLAGGED)
    return new


def _pairs(account: NDArray[Any], post: NDArray[Any]) -> NDArray[np.int64]:
    """Account and post in one number."""
    pair: NDArray[np.int64] = (post.astype(np.int64) << WORD_BITS) | account
    return pair


def _discount_share(action: EnforcementAction, world: World) -> NDArray[np.bool_]:
    """Take out likes of each post until `factor` of those counted so far are gone, in the order of accounts' tokens.

    No like in particular is accused, so which ones go has nothing to do with who gave them.
    """
    posts, likes = world.posts, world.likes
    least = np.floor(posts.likes[action.posts] * action.factor).astype(np.int64)
    new: NDArray[np.bool_] = _first_of_each(action.posts) & (posts.discounted[action.posts] < least)
    wanted = np.zeros(posts.n, np.int64)
    wanted[action.posts[new]] = least[new] - posts.discounted[action.posts[new]]
    rows = likes.rows_of_posts(action.posts[new], posts.n)
    rows = rows[likes.alive[rows] & (rows < likes.first_of_tick)]
    order = np.lexsort((world.tokens["account"].tokens_of(likes.account[rows]), likes.post[rows]))
    post = likes.post[rows[order]]
    place = np.arange(len(post)) - np.searchsorted(post, post)
    gone = world.remove_likes(rows[order][place < wanted[post]], Removal.PURGED)
    return new & np.isin(action.posts, likes.post[gone])


def _set_status(action: EnforcementAction, world: World, status: Status, trust_loss: float) -> NDArray[np.bool_]:
    accounts, now = action.accounts, world.accounts.status
    able = now[accounts] == Status.ACTIVE
    if status is Status.BANNED:  # whoever is here: an account that was given up stays so
        able = (now[accounts] != Status.BANNED) & (now[accounts] != Status.CLOSED)
    new: NDArray[np.bool_] = _first_of_each(accounts) & able
    hit = accounts[new]
    now[hit] = status
    if status is Status.LIMITED:
        world.accounts.limited_until[hit] = action.until_tick
    if status is Status.BANNED:
        world.remove_likes(world.likes.rows_of_accounts(hit, world.accounts.n), Removal.BANNED)
    seats = world.accounts.seat[hit]
    seats = seats[seats >= 0]
    if len(seats):
        record = world.readers.record
        left = round(ONE_16 * (1.0 - trust_loss))
        record["trust_platform"][seats] = record["trust_platform"][seats].astype(np.int64) * left // ONE_16
    return new


def lift_expired(world: World, tick: int) -> None:
    """End limits and reductions whose time is over."""
    over = np.flatnonzero((world.accounts.status == Status.LIMITED) & (world.accounts.limited_until <= tick))
    world.accounts.status[over] = Status.ACTIVE
    creators = world.creators
    done = (creators.moments_visibility < 1.0) & (creators.moments_until <= tick)
    creators.moments_visibility[done] = 1.0
