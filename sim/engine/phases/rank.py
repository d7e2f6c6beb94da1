"""The platform ranks: posts' public counters become a recommendation list for each reader cell."""

from __future__ import annotations

from sim.engine.cast import Actors
from sim.engine.phases.feeds import build_feeds
from sim.state import State
from sim.world.observables import view_posts


def rank(state: State, actors: Actors) -> None:
    """Build the recommendation list of every cell with the ranking policy in force."""
    world, policy, surfaces = state.world, state.policy, state.scenario.surfaces
    state.public.feeds = build_feeds(
        view_posts(world, state.clock),
        world.posts.visibility[world.alive],
        policy.ranking,
        state.clock,
        slots=surfaces.feed_slots,
        hot_threshold=policy.hot_threshold_likes,
        hot_visibility=policy.hot_visibility,
        exploration=policy.hot_exploration,
        fresh_h=policy.fresh_h,
        max_age_h=surfaces.hot_max_age_h,
        lottery=state.rng.bits_array("lottery", state.clock.tick, world.posts.key[world.alive]),
    )
