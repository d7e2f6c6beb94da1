"""Fans turn out for the posts of their stars: the likes they are going to give, and how these get into the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import CommentClass, Kind, Motive, Origin, Surface
from sim.kernels.scales import PERCENT
from sim.state import State


@dataclass
class Turnout:
    """Likes that fans are going to give to a post, in order of time: by whom, when, after what look, what comes along.

    `columns` are arrays of one length: account, time_s, dwell_s, channel, comments, forwards (bool). The first `done`
    have had their turn.
    """

    post: int
    columns: dict[str, NDArray[Any]]
    done: int = 0

    def __post_init__(self) -> None:
        order = np.argsort(self.columns["time_s"], kind="stable")
        self.columns = {name: column[order] for name, column in self.columns.items()}

    @property
    def left(self) -> int:
        """Likes still to be given."""
        return len(self.columns["time_s"]) - self.done

    def take(self, before_s: int) -> dict[str, NDArray[Any]]:
        """The columns of the likes due before a second, which then have had their turn."""
        due = slice(self.done, int(np.searchsorted(self.columns["time_s"], before_s)))
        self.done = due.stop
        return {name: column[due] for name, column in self.columns.items()}


def give_likes(state: State, turnout: Turnout, log_reads: bool) -> int:
    """Write the likes to a post that are due in this tick to the log; return how many are given.

    They are people's: each reads (in the log if `log_reads`) and likes from its own phone. Who may not like any more
    does not, and a post that is no longer shown is liked by nobody.
    """
    world, clock = state.world, state.clock
    given = turnout.take(clock.start_s + clock.tick_s)
    if len(given["account"]) == 0 or turnout.post < world.alive.start or world.posts.hidden[turnout.post]:
        return 0
    able = world.may_act(given["account"])
    if not able.all():
        given = {name: column[able] for name, column in given.items()}
    if len(given["account"]):
        _write(state, turnout.post, given, log_reads)
    return len(given["account"])


def _write(state: State, post: int, given: dict[str, NDArray[Any]], log_reads: bool) -> None:
    world, opts = state.world, state.scenario.crowds
    comments, forwards = given.pop("comments"), given.pop("forwards")
    dwell = given["dwell_s"]
    rows: dict[str, Any] = given | {
        "completion": np.minimum(PERCENT, PERCENT * dwell / state.scenario.readers.length_s).astype(np.int64),
        "device": world.accounts.device[given["account"]],
        "parent": world.find_senders(given["channel"], post),
        "post": np.full(len(dwell), post),
    }
    looked = dwell > 0
    read = {name: column[looked] for name, column in rows.items()}
    world.count_visits(post, read["account"], read["channel"], read["completion"], read["dwell_s"])
    if log_reads:
        read["time_s"] = read["time_s"] - read["dwell_s"]
        world.log.add(len(read["account"]), kind=Kind.READ, since_s=0, origin=Origin.ORGANIC, **read)
    rows["since_s"] = np.where(looked, dwell, -1)
    world.record(len(dwell), kind=Kind.LIKE, origin=Origin.ORGANIC, **rows)
    if comments.any():
        some = {name: column[comments] for name, column in rows.items()}
        entity = world.accounts.entity[some["account"]]
        u = state.rng.uniform_array("fans' comments", int(world.posts.key[post]), entity)
        words = np.where(u < opts.fan_stock_share, CommentClass.STOCK, CommentClass.OWN)
        world.record(len(u), kind=Kind.COMMENT, aux=1, comment=words, origin=Origin.ORGANIC, **some)
    if forwards.any():
        some = {name: column[forwards] for name, column in rows.items()}
        some |= {"channel": Surface.SUBSCRIPTION, "parent": -1}  # straight from the star's page
        count = int(forwards.sum())
        world.record(count, kind=Kind.FORWARD, aux=Motive.AGREEMENT, origin=Origin.ORGANIC, **some)
