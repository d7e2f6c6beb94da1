"""The platform ranks: posts' public counters become the hot table and what search finds, for each reader cell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_S, HOUR_S
from sim.core.enums import N_TOPICS
from sim.core.views import PostsView
from sim.engine.cast import Actors
from sim.engine.phases.evergreen import draw_evergreen
from sim.engine.phases.feeds import build_best_feeds, build_even_feeds, build_feeds, cell_keys, weigh
from sim.engine.phases.yardstick import update_yardstick
from sim.plugins.calls import score_posts
from sim.state import State
from sim.world.observables import view_posts

STREAM = "hot table"


def rank(state: State, actors: Actors) -> None:
    """Fill the hot table of every cell by the policy in force, or as a control world asks; once a day, search's."""
    young = _young_posts(state)
    by_policy = state.scenario.controls.feed == "ranked"
    feeds = _ranked_feeds(state, young) if by_policy else _control_feeds(state, young)
    first = young.start - state.world.alive.start
    state.public.feeds = np.where(feeds < 0, feeds, feeds + np.int32(first))
    clock = state.clock
    since_s = clock.start_s % DAY_S - state.scenario.surfaces.evergreen_hour * HOUR_S
    if -clock.tick_s < since_s <= 0:  # the tick that reaches the hour
        state.platform.evergreen = draw_evergreen(state)
    entries = state.platform.evergreen - np.int32(state.world.alive.start)
    state.public.evergreen = np.maximum(entries, np.int32(-1))


def _young_posts(state: State) -> slice:
    """Ids of the posts young enough to be recommended."""
    world, clock = state.world, state.clock
    oldest_s = clock.start_s - state.scenario.surfaces.hot_max_age_h * HOUR_S
    alive = world.alive
    first = int(np.searchsorted(world.posts.published_s[alive], oldest_s, side="right"))
    return slice(alive.start + first, alive.stop)


def _ranked_feeds(state: State, young: slice) -> NDArray[np.int32]:
    """The hot table of the policy in force: entries among the posts `young`; posts that pass the threshold are hot."""
    policy, columns, slots = state.policy, state.world.posts, state.scenario.surfaces.feed_slots
    if young.start == young.stop:
        return np.full((N_TOPICS, slots), -1, np.int32)
    posts = _as_ranked(state, view_posts(state.world, state.clock, at=young), young)
    scores = np.maximum(score_posts(policy.ranking, posts, N_TOPICS, state.clock), 0.0)
    yardstick = update_yardstick(state, posts, scores)
    listed = ~(columns.hidden[young] | columns.unlisted[young])
    shown = columns.visibility[young] * listed
    hot = scores.max(axis=0) >= policy.hot_threshold * yardstick
    tick = columns.hot_tick[young]  # a view: written through
    tick[hot & (tick < 0)] = state.clock.tick
    weight = weigh(scores, posts, shown, policy, yardstick)
    keys = cell_keys(state.rng, STREAM, state.clock)
    return build_feeds(weight, posts, policy, slots=slots, listed=listed, keys=keys)


def _as_ranked(state: State, posts: PostsView, young: slice) -> PostsView:
    """The posts with the likes that they are ranked by: another's where likes are swapped, less votes against."""
    world = state.world
    if world.likes_swapped:
        given = world.posts.likes[world.displayed_posts(young)]
        posts = replace(posts, likes=given, visible_likes=world.displayed_likes(young))
    if state.policy.down_votes:
        left = np.maximum(0, posts.visible_likes - world.posts.down_votes[young])
        posts = replace(posts, visible_likes=left)
    return posts


def _control_feeds(state: State, young: slice) -> NDArray[np.int32]:
    """Random tables, or those of an oracle that knows the quality of every post young enough to be recommended."""
    columns, slots = state.world.posts, state.scenario.surfaces.feed_slots
    keys = cell_keys(state.rng, STREAM, state.clock)
    listed = np.flatnonzero(~(columns.hidden[young] | columns.unlisted[young]))
    if state.scenario.controls.feed == "oracle":
        feeds = build_best_feeds(columns.quality[young][listed].astype(np.float64), slots, keys)
    else:
        feeds = build_even_feeds(len(listed), slots, keys)
    return np.where(feeds < 0, feeds, listed[feeds]).astype(np.int32) if len(listed) else feeds
