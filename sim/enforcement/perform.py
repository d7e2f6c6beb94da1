"""Actions change the world: the only place where they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.enforcement.verdict import Action, Effect
from sim.names import Status

if TYPE_CHECKING:
    from sim.world import World


def perform(action: Action, world: World) -> NDArray[np.bool_]:
    """Carry out an action; return which entries changed anything (a ban of the banned does not)."""
    if action.effect is Effect.DISCOUNT:
        np.add.at(world.posts.discounted, action.posts, 1)
        return np.ones(len(action), bool)
    if action.effect is Effect.THROTTLE:
        new = _first_of_each(action.posts) & (world.posts.visibility[action.posts] > action.factor) & (action.posts >= 0)
        world.posts.visibility[action.posts[new]] = action.factor
        return new
    if action.effect is Effect.MOMENTS:
        new = _first_of_each(action.creators) & (action.creators >= 0)
        new &= world.creators.moments_visibility[action.creators] > action.factor
        world.creators.moments_visibility[action.creators[new]] = action.factor
        world.creators.moments_until[action.creators[new]] = action.until_tick
        return new
    if action.effect is Effect.LIMIT:
        return _set_status(action, world, Status.LIMITED)
    if action.effect is Effect.BAN:
        return _set_status(action, world, Status.BANNED)
    return np.zeros(len(action), bool)


def _first_of_each(ids: NDArray[Any]) -> NDArray[np.bool_]:
    first = np.zeros(len(ids), bool)
    first[np.unique(ids, return_index=True)[1]] = True
    return first


def _set_status(action: Action, world: World, status: Status) -> NDArray[np.bool_]:
    accounts, now = action.accounts, world.accounts.status
    new = _first_of_each(accounts) & (now[accounts] < status)
    hit = accounts[new]
    now[hit] = status
    if status is Status.LIMITED:
        world.accounts.limited_until[hit] = action.until_tick
        creators = action.creators[new]
        world.creators.limited_until[creators[creators >= 0]] = action.until_tick
    readers = hit[hit < len(world.readers)]
    world.readers.record["status"][readers] = status
    return new


def lift_expired(world: World, tick: int) -> None:
    """End limits and reductions whose time is over."""
    over = np.flatnonzero((world.accounts.status == Status.LIMITED) & (world.accounts.limited_until <= tick))
    world.accounts.status[over] = Status.ACTIVE
    world.readers.record["status"][over[over < len(world.readers)]] = Status.ACTIVE
    creators = world.creators
    done = (creators.moments_visibility < 1.0) & (creators.moments_until <= tick)
    creators.moments_visibility[done] = 1.0
