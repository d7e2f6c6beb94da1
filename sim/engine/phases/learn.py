"""The day's end: readers leave and return, creators look at their numbers, compare, quit and are replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.enums import Status
from sim.core.random_streams import stream_key
from sim.engine.phases.public import look_around
from sim.kernels.spread import end_day
from sim.world.build import add_creators

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel

JUDGED_AFTER_DAYS = 3  # when a creator takes a post's numbers for final (C7: 94-95 % within 72 h)


def learn(model: EngagementModel) -> None:
    """Everything that is revised once a day."""
    look_around(model)
    _judge_posts(model)
    day = model.clock.day
    columns = model.world.creators
    for row in np.flatnonzero(columns.present & ((day - columns.slot) % 7 == 0)).tolist():
        model.creators[row].revise(model.around)
    _readers_end_day(model)
    _replace_creators(model)


def _judge_posts(model: EngagementModel) -> None:
    """Creators look at the posts that were published `JUDGED_AFTER_DAYS` days ago."""
    posts, alive = model.world.posts, model.world.alive
    day = model.clock.day - JUDGED_AFTER_DAYS
    published = posts.published_s[alive] // 86_400
    lo, hi = np.searchsorted(published, [day, day + 1]) + alive.start
    owner = posts.creator[lo:hi].tolist()
    present = model.world.creators.present
    visible = (posts.likes[lo:hi] - posts.discounted[lo:hi]).tolist()
    reads = posts.reads[lo:hi].sum(axis=1).tolist()
    for i, row in enumerate(owner):
        if present[row]:
            model.creators[row].look_at_numbers(int(lo) + i, max(0, visible[i]), reads[i])


def _readers_end_day(model: EngagementModel) -> None:
    world, opts = model.world, model.scenario.readers
    one = 1 << 24
    leave = np.array([opts.leave_per_day * (1 - (t + 0.5) / 256) ** 4 * one for t in range(256)]).astype(np.int64)
    absent = ~world.creators.present
    end_day(
        world.readers.record,
        world.readers.follows,
        world.readers.follow_trust,
        np.uint64(stream_key(model.luck.seed, "end_day", model.clock.day)),
        leave,
        round(opts.return_per_day * one),
        round(opts.repair_per_day * 65536),
        round(opts.trust_start * 65535),
        absent,
        bool((absent & ~world.creators.replaced).any()),
    )
    n = len(world.readers)
    world.accounts.status[:n] = world.readers.record["status"]
    world.accounts.standing[:n] = world.readers.record["finished"]


def _replace_creators(model: EngagementModel) -> None:
    """Whoever quit or was banned today is replaced by a newcomer with luck of its own."""
    creators = model.world.creators
    banned = model.world.accounts.status[creators.account] == Status.BANNED
    for row in np.flatnonzero(creators.present & banned):
        model.creators[row].quit()
    gone = np.flatnonzero(~creators.present & ~creators.replaced)
    if len(gone) == 0:
        return
    creators.replaced[gone] = True
    creators.followers[gone] = 0
    added = add_creators(
        model.world, model.scenario, model.luck, creators.slot[gone], creators.generation[gone] + 1, model.clock.day + 1
    )
    for newcomer in range(added.start, added.stop):
        model.admit(newcomer)
