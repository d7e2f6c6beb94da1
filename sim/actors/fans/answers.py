"""Fans' answers to the posts of their stars, on the way into the log."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import CommentClass, Kind, Motive, Origin, Status, Surface
from sim.kernels.scales import PERCENT
from sim.state import State
from sim.world.columns import Columns, Spec


class Answers(Columns):
    """Likes that fans are going to give: by whom, under what, when, after what look, and what comes with them."""

    spec: ClassVar[Spec] = {
        "account": (np.int64, (), 0),
        "post": (np.int64, (), 0),
        "time_s": (np.int64, (), 0),
        "dwell_s": (np.int64, (), 0),
        "channel": (np.uint8, (), 0),
        "comments": (np.bool_, (), False),
        "forwards": (np.bool_, (), False),
    }


def give_answers(state: State, waiting: Answers, log_reads: bool) -> NDArray[np.int64]:
    """Write the answers that are due in this tick to the log, and forget them; return the posts liked, one a like.

    They are people's: each reads (in the log if `log_reads`) and likes from its own phone. Who may not like any more
    does not, and a post that is no longer shown is liked by nobody.
    """
    world, clock = state.world, state.clock
    due = waiting.time_s < clock.start_s + clock.tick_s
    able = due & (world.accounts.status[waiting.account] == Status.ACTIVE) & (waiting.post >= world.alive.start)
    given = {name: getattr(waiting, name)[able] for name in waiting.spec}
    waiting.keep(np.flatnonzero(~due))
    if len(given["post"]):
        _write(state, given, log_reads)
    return given["post"]


def _write(state: State, given: dict[str, NDArray[Any]], log_reads: bool) -> None:
    world, opts = state.world, state.scenario.crowds
    comments, forwards = given.pop("comments"), given.pop("forwards")
    dwell = given["dwell_s"]
    rows: dict[str, Any] = given | {
        "completion": np.minimum(PERCENT, PERCENT * dwell / state.scenario.readers.length_s).astype(np.int64),
        "device": world.accounts.device[given["account"]],
        "parent": world.find_senders(given["channel"], given["post"]),
    }
    looked = dwell > 0
    read = {name: column[looked] for name, column in rows.items()}
    world.count_visits(read["account"], read["post"], read["channel"], read["completion"], read["dwell_s"])
    if log_reads:
        read["time_s"] = read["time_s"] - read["dwell_s"]
        world.log.add(len(read["post"]), kind=Kind.READ, since_s=0, origin=Origin.ORGANIC, **read)
    rows["since_s"] = np.where(looked, dwell, -1)
    world.record(len(dwell), kind=Kind.LIKE, origin=Origin.ORGANIC, **rows)
    if comments.any():
        some = {name: column[comments] for name, column in rows.items()}
        entity = world.accounts.entity[some["account"]]
        u = state.rng.uniform_array("fans' comments", state.clock.tick, entity)
        words = np.where(u < opts.fan_stock_share, CommentClass.STOCK, CommentClass.OWN)
        world.record(len(u), kind=Kind.COMMENT, aux=1, comment=words, origin=Origin.ORGANIC, **some)
    if forwards.any():
        some = {name: column[forwards] for name, column in rows.items()}
        some |= {"channel": Surface.SUBSCRIPTION, "parent": -1}  # straight from the star's page
        count = int(forwards.sum())
        world.record(count, kind=Kind.FORWARD, aux=Motive.AGREEMENT, origin=Origin.ORGANIC, **some)
