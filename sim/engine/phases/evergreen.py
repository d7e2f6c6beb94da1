"""What search and collections find for weeks: older posts that were read to the end (S17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_S
from sim.core.enums import N_TOPICS
from sim.engine.phases.feeds import cell_keys
from sim.kernels.feeds import fill_table, weigh_finished
from sim.world.posts import total

if TYPE_CHECKING:
    from sim.state import State

STREAM = "evergreen"


def draw_evergreen(state: State) -> NDArray[np.int32]:
    """Posts that search finds from now on: (cells, slots) of ids, in random order; of no slots when there is none.

    A post's weight is smoothed share finished^evergreen_finish_power x (reads + 1)^evergreen_reads_power x
    exp(-age / evergreen_fade_days) x its visibility, times `platform.hot_topic_boost` in the cell of its topic: what
    the platform sees, arranged reads among it.
    """
    world, opts, now_s = state.world, state.scenario.surfaces, state.clock.start_s
    posts, first = world.posts, world.alive.start
    last_s = now_s - opts.evergreen_min_days * DAY_S
    stop = first + int(np.searchsorted(posts.published_s[world.alive], last_s, side="right"))
    old = slice(first, stop)
    shown = posts.visibility[old] * ~posts.hidden[old]
    if not shown.any():
        return np.zeros((N_TOPICS, 0), np.int32)
    weight = np.empty((1, stop - first))
    weigh_finished(
        total(posts.finishes[old]) + posts.bought_finishes[old],
        posts.counted_reads(old),
        (now_s - posts.published_s[old]) / DAY_S,
        shown.astype(np.float64),
        opts.evergreen_prior_finished,
        opts.evergreen_prior_reads,
        opts.evergreen_finish_power,
        opts.evergreen_reads_power,
        opts.evergreen_fade_days,
        weight,
    )
    found = np.empty((N_TOPICS, opts.evergreen_slots), np.int32)
    boost, nobody = float(state.policy.hot_topic_boost), np.zeros(0, np.int64)
    topic = np.ascontiguousarray(posts.topic[old])
    fill_table(weight, topic, boost, nobody, 0, cell_keys(state.rng, STREAM, state.clock), found)
    return np.where(found < 0, found, found + np.int32(first))
