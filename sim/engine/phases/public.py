"""Updates public information once a day."""

from __future__ import annotations

import numpy as np

from sim.core.clock import HOUR_S
from sim.engine.cast import Actors
from sim.scenario.size import expect_reads_per_post
from sim.state import State


def update_public_information(state: State, actors: Actors) -> None:
    """Renew `state.public` at the end of a day, and the like count that looks like a hit."""
    _update_likes(state)
    state.public.prices = actors.market.price_list()
    state.public.survival = actors.market.survival()
    _update_ranking(state)
    _update_punished_share(state)


def _update_likes(state: State) -> None:
    public, world, clock = state.public, state.world, state.clock
    counts, opts = state.scenario.counts, state.scenario.creators
    posts, alive = world.posts, world.alive
    visible = world.shown_likes(alive)
    age_h = (clock.start_s - posts.published_s[alive]) / HOUR_S
    recent = visible[age_h < counts.recent_h]
    if len(recent) >= counts.recent_posts_min:
        public.peer_likes = float(np.quantile(recent, opts.peer_likes_quantile))
        least = max(1.0, counts.reference_per_read_min * expect_reads_per_post(state.scenario))
        high = max(least, float(np.quantile(recent, counts.reference_quantile)))
        world.reference_likes += counts.reference_pace * (high - world.reference_likes)
    listed = public.feeds[public.feeds >= 0]
    if len(np.unique(listed)) > 1:
        public.hot_guess = float(np.quantile(visible[listed], opts.hot_likes_quantile))


def _update_ranking(state: State) -> None:
    public, creators = state.public, state.world.creators
    present = np.flatnonzero(creators.present)
    public.ranking = present[np.argsort(-creators.followers[present], kind="stable")]
    public.place = np.full(creators.n, -1, np.intp)
    public.place[public.ranking] = np.arange(len(public.ranking))


def _update_punished_share(state: State) -> None:
    public, creators, n = state.public, state.world.creators, len(state.scenario.strategies)
    present = np.flatnonzero(creators.present)
    strategy = creators.strategy[present]
    on = np.bincount(strategy, minlength=n)
    # what is announced everybody knows, of the rest a share gets about
    known = np.where(creators.exposed_week[present] > 0, 1.0, state.scenario.creators.rumour_share)
    hit = np.bincount(strategy, known * (creators.punished_week[present] > 0), n)
    share = np.divide(hit, on, out=np.zeros(n), where=on > 0)
    before = public.punished_share if len(public.punished_share) == n else np.zeros(n)
    memory = state.scenario.creators.punished_memory
    public.punished_share = memory * before + (1 - memory) * share
