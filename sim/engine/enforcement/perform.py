"""Carries out enforcement actions; nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Status
from sim.kernels.scales import ONE_16
from sim.plugins.sanctions.actions import Effect, EnforcementAction

if TYPE_CHECKING:
    from sim.world import World


def perform(action: EnforcementAction, world: World, trust_loss: float = 0.0) -> NDArray[np.bool_]:
    """Carry out an action; return which entries changed anything (a ban of the banned does not).

    `trust_loss` is the share of its trust in the platform that an organic reader loses when it is limited
    or banned.
    """
    if len(action) == 0:
        return np.zeros(0, bool)
    if action.effect is Effect.DISCOUNT:
        np.add.at(world.posts.discounted, action.posts, 1)
        return np.ones(len(action), bool)
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


def _discount_share(action: EnforcementAction, world: World) -> NDArray[np.bool_]:
    """Take out at least `factor` of the likes counted so far."""
    posts = world.posts
    least = np.floor(posts.likes[action.posts] * action.factor).astype(np.int32)
    new: NDArray[np.bool_] = _first_of_each(action.posts) & (posts.discounted[action.posts] < least)
    posts.discounted[action.posts[new]] = least[new]
    return new


def _set_status(action: EnforcementAction, world: World, status: Status, trust_loss: float) -> NDArray[np.bool_]:
    accounts, now = action.accounts, world.accounts.status
    able = now[accounts] != Status.BANNED if status is Status.BANNED else now[accounts] == Status.ACTIVE
    new: NDArray[np.bool_] = _first_of_each(accounts) & able
    hit = accounts[new]
    now[hit] = status
    if status is Status.LIMITED:
        world.accounts.limited_until[hit] = action.until_tick
    readers = hit[hit < len(world.readers)]
    if len(readers):
        record = world.readers.record
        left = round(ONE_16 * (1.0 - trust_loss))
        record["trust_platform"][readers] = record["trust_platform"][readers].astype(np.int64) * left // ONE_16
    return new


def lift_expired(world: World, tick: int) -> None:
    """End limits and reductions whose time is over."""
    over = np.flatnonzero((world.accounts.status == Status.LIMITED) & (world.accounts.limited_until <= tick))
    world.accounts.status[over] = Status.ACTIVE
    creators = world.creators
    done = (creators.moments_visibility < 1.0) & (creators.moments_until <= tick)
    creators.moments_visibility[done] = 1.0
