"""Creators publish."""

from __future__ import annotations

import math

import numpy as np

from sim.actors.creators.work import work_factors
from sim.core.clock import DAY_S
from sim.core.enums import Buyer, Status
from sim.core.random_streams import standard_normals
from sim.engine.cast import Actors
from sim.kernels.scales import ONE_32, POST_DRAWS, POST_DRAWS_USED
from sim.plugins.strategies.actions import BuyLikes
from sim.state import State
from sim.world.events import topics_of_events
from sim.world.rhythm import tick_share


def publish(state: State, actors: Actors) -> None:
    """Let every creator due this tick make a post; posts that are too old are no longer shown."""
    world, clock = state.world, state.clock
    rows = _due(state)
    if len(rows):
        written = write_posts(state, rows)
        authors = world.posts.creator[written]
        pushing = _pushing_strategies(state)[world.creators.strategy[authors]]
        has_trial = state.scenario.probes.is_on
        posts = range(written.start, written.stop)
        for post, row, pushes in zip(posts, authors.tolist(), pushing.tolist(), strict=True):
            if pushes:
                actors.creators[row].push(post)
            actors.fans.answer(row, post)
            if has_trial and world.creators.strategy[row] == 0:
                _experiment(state, actors, post)
    oldest_s = clock.start_s - state.scenario.surfaces.post_life_days * DAY_S
    start = world.alive.start
    start += int(np.searchsorted(world.posts.published_s[start:], oldest_s))
    world.alive = slice(start, world.posts.n)


def _due(state: State) -> np.ndarray:
    """Rows of the creators who publish this tick: posts per day spread over the day's rhythm."""
    creators, clock = state.world.creators, state.clock
    rows = np.flatnonzero(creators.present)
    share = tick_share(state.scenario.rhythm.hours, clock) / clock.ticks_per_day
    factor = work_factors(state, "rate_factor")[creators.strategy[rows]]
    chance = creators.posts_per_day[rows] * share * factor
    entity = creators.entities(rows)
    rows = rows[state.rng.uniform_array("publish", clock.tick, entity) < chance]
    status = state.world.accounts.status[creators.account[rows]]
    held = (status == int(Status.LIMITED)) | (status == int(Status.GATED)) | (status == int(Status.BANNED))
    return rows[~held]


def _pushing_strategies(state: State) -> np.ndarray:
    """Which strategies do something for a new post (bool)."""
    on = state.scenario.manipulation.enabled
    return np.array([on and strategy.channel != "none" for strategy in state.scenario.strategies], bool)


def write_posts(state: State, rows: np.ndarray) -> slice:
    """Make one post for each creator of `rows`, in order of time; return their ids.

    Quality is skill, as far as effort lets it show, plus noise; the random numbers of a post belong to its creator and
    its number among the creator's posts, whatever else happens in the world. Skill grows with effort towards talent
    and decays without (S10); effort costs.
    """
    opts, creators, clock = state.scenario.creators, state.world.creators, state.clock
    entity = creators.entities(rows)
    number = creators.n_posts[rows].astype(np.int64)
    draws = (POST_DRAWS * number + np.arange(POST_DRAWS_USED)[:, None]).ravel()
    u = state.rng.uniform_array("post", 0, np.tile(entity, POST_DRAWS_USED), draws).reshape(POST_DRAWS_USED, -1)
    order = np.argsort(u[4], kind="stable")
    rows, number, u = rows[order], number[order], u[:, order]
    topic, on_event = _topics(state, rows, entity[order])
    direction = np.where(2 * u[0] < 1, 1, -1)  # a fair coin
    effort = np.clip(creators.effort[rows].astype(np.float64) + direction * opts.effort_experiment, 0.0, 1.0)
    skill, talent = creators.skill[rows].astype(np.float64), creators.talent[rows].astype(np.float64)
    noise, appeal, share = (standard_normals(*pair) for pair in ((u[1], u[2]), (u[5], u[6]), (u[7], u[8])))
    quality = skill * (opts.quality_floor + (1.0 - opts.quality_floor) * effort) + opts.quality_noise * noise
    at = state.world.posts.add(
        len(rows),
        key=(u[3] * ONE_32).astype(np.uint32),
        creator=rows,
        topic=topic,
        published_tick=clock.tick,
        published_s=clock.start_s + (u[4] * clock.tick_s).astype(np.int64),
        quality=np.clip(quality, 0.0, 1.0),
        appeal=lognormals(opts.appeal_sigma, appeal) * work_factors(state, "appeal_factor")[creators.strategy[rows]],
        share=lognormals(opts.share_sigma, share),
        deliveries=np.rint(creators.followers[rows] / (1.0 - opts.dormant_share)).astype(np.int64),
        effort=effort,
        effort_trial=direction,
        strategy=creators.strategy[rows],
        event=on_event,
    )
    cost = opts.effort_cost_cny * effort * effort
    creators.effort_due[rows] += cost
    practice = opts.skill_gain * effort * np.maximum(0.0, talent - skill)
    creators.skill[rows] = skill + practice - opts.skill_rust * (1.0 - effort) * skill
    creators.n_posts[rows] = number + 1
    creators.latest_post[rows] = np.arange(at.start, at.stop)
    creators.latest_tick[rows] = clock.tick
    creators.spent_week[rows] += cost
    return at


def lognormals(sigma: float, z: np.ndarray) -> np.ndarray:
    """Lognormal numbers (float64) of mean 1, whose logarithms have the standard deviation `sigma`."""
    return np.array(list(map(math.exp, (sigma * z - sigma * sigma / 2).tolist())))


def _topics(state: State, rows: np.ndarray, entity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Topics of new posts by these creators, and whether each is about an event: some write of it, whatever else on."""
    opts, clock = state.scenario.crowds, state.clock
    topic = state.world.creators.topic[rows]
    events = topics_of_events(opts, state.rng, clock)
    if not events:
        return topic, np.zeros(len(rows), bool)
    about = state.rng.uniform_array("about event", clock.tick, entity) < opts.event_post_share
    which = state.rng.bits_array("about event", clock.tick, entity, 1) % np.uint64(len(events))
    topic = np.where(about, np.array(events, topic.dtype)[which.astype(np.int64)], topic)
    return topic, np.isin(topic, events)


def _experiment(state: State, actors: Actors, post: int) -> None:
    """The experimenter buys likes for all posts of heavy buyers, and for some posts of other honest creators."""
    probes = state.scenario.probes
    if state.clock.day < probes.from_day:
        return
    author = int(state.world.posts.creator[post])
    entity = actors.creators[author].entity
    if state.rng.uniform("heavy buyer", 0, entity) >= probes.heavy_buyers:
        _add_to_trial(state, actors, post)
        return
    key = int(state.world.posts.key[post])
    span = probes.heavy_likes_max - probes.heavy_likes_min + 1
    likes = probes.heavy_likes_min + state.rng.integer("heavy buyer", 0, key, span, 1)
    actors.market.order(Buyer.EXPERIMENTER, post, BuyLikes(likes, probes.grade, "likes"))


def _add_to_trial(state: State, actors: Actors, post: int) -> None:
    """Randomised trial: some posts of honest creators get a drawn number of likes, bought by the experimenter.

    Dose 0 is the control group. The draw is keyed by the post, so twins differ in nothing but the dose.
    """
    probes = state.scenario.probes
    key = int(state.world.posts.key[post])
    if state.rng.uniform("probe", 0, key) >= probes.share_posts:
        return
    state.world.posts.unlisted[post] = state.rng.uniform("probe", 0, key, 2) < probes.unlisted_share
    dose = probes.doses[state.rng.integer("probe", 0, key, len(probes.doses), 1)]
    state.world.posts.dose[post] = dose
    if dose > 0:
        actors.market.order(Buyer.EXPERIMENTER, post, BuyLikes(dose, probes.grade, "likes"))
