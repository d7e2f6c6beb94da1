"""The platform ranks: posts' public counters become a recommendation list for each reader cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import HOUR_S
from sim.engine.cast import Actors
from sim.engine.phases.feeds import build_control_feeds, build_feeds
from sim.state import State
from sim.world.observables import view_posts


def rank(state: State, actors: Actors) -> None:
    """Build the recommendation list of every cell with the ranking policy in force, or as a control world asks."""
    if state.scenario.controls.feed != "ranked":
        state.public.feeds = _control_feeds(state)
        return
    world, policy, surfaces = state.world, state.policy, state.scenario.surfaces
    entries = _shown_entries(state)
    posts = view_posts(world, state.clock)
    feeds = build_feeds(
        posts if len(entries) == len(posts) else posts.only(entries),
        world.posts.visibility[world.alive][entries],
        policy.ranking,
        state.clock,
        slots=surfaces.feed_slots,
        hot_threshold=policy.hot_threshold_likes,
        hot_visibility=policy.hot_visibility,
        exploration=policy.hot_exploration,
        fresh_h=policy.fresh_h,
        max_age_h=surfaces.hot_max_age_h,
        lottery=state.rng.bits_array("lottery", state.clock.tick, world.posts.key[world.alive][entries]),
    )
    state.public.feeds = entries[feeds].astype(np.int32) if len(entries) else feeds


def _shown_entries(state: State) -> NDArray[np.intp]:
    """Entries, among the posts alive, of those that are not hidden."""
    return np.flatnonzero(~state.world.posts.hidden[state.world.alive])


def _control_feeds(state: State) -> NDArray[np.int32]:
    """Random lists, or those of an oracle that knows the quality of every post young enough to be recommended."""
    world, surfaces = state.world, state.scenario.surfaces
    oldest_s = state.clock.start_s - surfaces.hot_max_age_h * HOUR_S
    alive = world.alive
    first = alive.start + int(np.searchsorted(world.posts.published_s[alive], oldest_s))
    young = np.arange(first, alive.stop)
    young = young[~world.posts.hidden[young]]
    if state.scenario.controls.feed == "oracle":
        scores = world.posts.quality[young].astype(np.float64)
    else:
        scores = state.rng.uniform_array("random feed", state.clock.tick, world.posts.key[young])
    feeds = build_control_feeds(scores, surfaces.feed_slots)
    return (young[feeds] - alive.start).astype(np.int32) if len(young) else feeds
