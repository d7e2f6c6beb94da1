"""Creators whose moment it is publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.enums import Status
from sim.core.random_streams import standard_normal
from sim.world.build import SLOT_SPAN
from sim.world.rhythm import HOURS

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel


def publish(model: EngagementModel) -> None:
    """Let every creator due this tick make a post; the posts still alive are the young tail of the table."""
    world, clock = model.world, model.clock
    rows = _due(model)
    if len(rows):
        for post, sign in write_posts(model, rows):
            row = int(world.posts.creator[post])
            model.creators[row].published(post, sign, model.around)
            if model.scenario.probes.share_posts > 0 and world.creators.strategy[row] == 0:
                _probe(model, post)
    oldest_s = clock.start_s - model.scenario.surfaces.post_life_days * 86_400
    start = world.alive.start
    published = world.posts.published_s
    while start < world.posts.n and published[start] < oldest_s:
        start += 1
    world.alive = slice(start, world.posts.n)


def _due(model: EngagementModel) -> np.ndarray:
    """Rows of the creators who publish this tick: posts per day spread over the day's rhythm."""
    creators, clock = model.world.creators, model.clock
    chance = creators.posts_per_day * (HOURS[clock.hour] / clock.ticks_per_day * 1.0)
    entity = creators.slot + creators.generation.astype(np.int64) * SLOT_SPAN
    luck = model.luck.uniform_array("publish", clock.tick, entity)
    banned = model.world.accounts.status[creators.account] == Status.BANNED
    due = (luck < chance) & creators.present & (creators.limited_until < clock.tick) & ~banned
    return np.flatnonzero(due)


def write_posts(model: EngagementModel, rows: np.ndarray) -> list[tuple[int, int]]:
    """Make one post for each creator of `rows`, in order of time; return (post id, sign of its try-out) of each.

    Quality is skill, as far as effort lets it show, plus noise; the luck of a post belongs to its creator and its
    number among the creator's posts, whatever else happens in the world. Skill grows with effort towards talent and
    rusts without (S10); effort costs.
    """
    opts, creators, clock = model.scenario.creators, model.world.creators, model.clock
    entity = creators.slot[rows] + creators.generation[rows].astype(np.int64) * SLOT_SPAN
    number = creators.n_posts[rows].astype(np.int64)
    draws = (8 * number + np.arange(6)[:, None]).ravel()
    luck = model.luck.uniform_array("post", 0, np.tile(entity, 6), draws).reshape(6, -1)
    order = np.argsort(luck[4], kind="stable")
    rows, number, luck = rows[order], number[order], luck[:, order]
    sign = np.where(luck[0] < 0.5, 1, -1)
    effort = np.clip(creators.effort[rows].astype(np.float64) + sign * opts.effort_experiment, 0.0, 1.0)
    skill, talent = creators.skill[rows].astype(np.float64), creators.talent[rows].astype(np.float64)
    noise = np.array([standard_normal(u, v) for u, v in zip(luck[1].tolist(), luck[2].tolist(), strict=True)])
    quality = skill * (opts.quality_floor + (1.0 - opts.quality_floor) * effort) + opts.quality_noise * noise
    at = model.world.posts.add(
        len(rows),
        key=(luck[3] * 2**32).astype(np.uint32),
        creator=rows,
        topic=creators.topic[rows],
        published_tick=clock.tick,
        published_s=clock.start_s + (luck[4] * clock.tick_s).astype(np.int64),
        quality=np.clip(quality, 0.0, 1.0),
        appeal=luck[5],
        effort=effort,
        strategy=creators.strategy[rows],
    )
    cost = opts.effort_cost_cny * effort * effort
    creators.effort_due[rows] += cost
    practice = opts.skill_gain * effort * np.maximum(0.0, talent - skill)
    creators.skill[rows] = skill + practice - opts.skill_rust * (1.0 - effort) * skill
    creators.n_posts[rows] = number + 1
    creators.latest_post[rows] = np.arange(at.start, at.stop)
    creators.latest_tick[rows] = clock.tick
    creators.spent_week[rows] += cost
    return list(zip(range(at.start, at.stop), sign.tolist(), strict=True))


def _probe(model: EngagementModel, post: int) -> None:
    """Randomised trial: some posts of honest creators get a drawn number of likes, bought by the experimenter.

    Dose 0 is the control group. The draw is keyed by the post, so twins differ in nothing but the dose.
    """
    from sim.plugins.strategies.actions import BuyLikes

    probes = model.scenario.probes
    key = int(model.world.posts.key[post])
    if model.luck.uniform("probe", 0, key) >= probes.share_posts:
        return
    dose = probes.doses[model.luck.integer("probe", 0, key, len(probes.doses), 1)]
    model.world.posts.dose[post] = dose
    if dose > 0:
        model.market.order(model, -1, post, BuyLikes(dose, probes.grade, "likes"))
