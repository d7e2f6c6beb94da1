"""People come online; what everybody did is put in order when the tick's acts are complete."""

from __future__ import annotations

import numpy as np

from sim.core.enums import Kind
from sim.engine.cast import Actors
from sim.state import State
from sim.world.shared_addresses import find_addresses

LIKE_COLUMNS = ("post", "account", "time_s", "dwell_s", "since_s", "origin", "order")


def read(state: State, actors: Actors) -> None:
    """Send the readers into the tick, on other cores where there are some.

    Readers and manipulators both act on what stood there when the tick began, so they may act at once.
    """
    actors.readers.start(state)


def collect(state: State, actors: Actors) -> None:
    """Wait for the readers and let fans act; then the log is put in order, and its likes go to the table of likes.

    Arranged reads are counted after theirs, and not while readers may still be at work on another core.
    """
    arranged = slice(0, state.world.log.n)
    actors.readers.finish(state)
    state.world.count_arranged_reads(arranged)
    actors.fans.act(actors.readers.wants_reads(state))
    state.world.likes.first_of_tick = state.world.likes.n
    if state.world.log.n:
        _close_log(state)


def _close_log(state: State) -> None:
    """Addresses, order, and one like for each account and post.

    The order is that of time, and of tokens within a second: nothing of who wrote a row shows in where it stands.
    """
    world = state.world
    log, likes = world.log, world.likes
    log.address[:] = find_addresses(world, state.scenario, state.rng.seed, state.clock, log.account, log.time_s)
    order = log.time_order(world.tokens["account"].tokens_of(log.account))
    like = order[log.kind.take(order) == int(Kind.LIKE)]
    again = like[~likes.first_of_pairs(log.account.take(like), log.post.take(like))]
    if len(again):
        kept = np.ones(log.n, bool)
        kept[again] = False
        order = order[kept[order]]
    log.keep(order)
    like = log.rows_of(Kind.LIKE)
    likes.first_of_tick = likes.n
    likes.add(len(like), alive=True, cause=0, **{name: getattr(log, name).take(like) for name in LIKE_COLUMNS})
    world.features.add(log, state.clock.day)
