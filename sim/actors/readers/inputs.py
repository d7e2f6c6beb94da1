"""What readers meet in a tick: posts alive, the newest of each creator, links elsewhere; and how often they come."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_S
from sim.core.random_streams import stream_key
from sim.kernels.links import sum_link_weights
from sim.kernels.read import begin_day
from sim.state import State
from sim.world.events import topics_of_events
from sim.world.reader_tables import boost_posts, post_table
from sim.world.rhythm import day_moods


def draw_moods(state: State) -> None:
    """Draw how often each reader visits today; called again, it does the same."""
    key = np.uint64(stream_key(state.reader_rng.seed, "mood", state.clock.day))
    readers = state.world.readers
    begin_day(readers.record, readers.rate, key, day_moods(state.scenario.readers.day_sigma))


def posts_of_tick(state: State) -> tuple[NDArray[Any], NDArray[np.int32], float]:
    """Posts alive (dtype `POST`), the entry of each creator's newest (-1 for none), visits a day at average activity.

    Events of the tick make posts about them likelier to be opened, and visits more frequent.
    """
    world, opts, clock, crowds = state.world, state.scenario.readers, state.clock, state.scenario.crowds
    table = post_table(world, opts, clock)
    topics = topics_of_events(crowds, state.rng, clock)
    if topics:
        about_one = np.flatnonzero(world.posts.event[world.alive])
        on_topic = np.isin(world.posts.topic[world.alive][about_one], topics)
        boost_posts(table, about_one[on_topic], crowds.event_factor)
    visits = opts.sessions_per_day * (crowds.event_visits if topics else 1)
    latest = world.creators.latest_post - world.alive.start
    shown = world.creators.present & (latest >= 0) & ~world.posts.hidden[world.creators.latest_post]
    return table, np.where(shown, latest, -1).astype(np.int32), visits


def outside_links(state: State, n_posts: int) -> NDArray[np.int32]:
    """Posts that people link to elsewhere: drawn in proportion to 1 + forwards so far, and the rarer the older."""
    posts = state.world.posts
    alive = state.world.alive
    fade_s = float(state.scenario.surfaces.outside_fade_days * DAY_S)
    weight = np.empty(alive.stop - alive.start, np.int64)
    sum_link_weights(
        posts.published_s[alive], posts.forwards[alive], posts.hidden[alive], state.clock.start_s, fade_s, weight
    )
    if weight[-1] == 0:
        return np.zeros(0, np.int32)
    bits = state.rng.bits_array(
        "outside", state.clock.tick, np.arange(min(state.scenario.surfaces.outside_links, n_posts))
    )
    return np.searchsorted(weight, (bits % np.uint64(weight[-1])).astype(np.int64), side="right").astype(np.int32)
