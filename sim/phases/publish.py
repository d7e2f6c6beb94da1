"""Creators whose moment it is publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.names import Status
from sim.phases.rhythm import HOURS
from sim.world.build import SLOT_SPAN

if TYPE_CHECKING:
    from sim.model import EngagementModel


def publish(model: EngagementModel) -> None:
    """Let every creator due this tick make a post; the posts still alive are the young tail of the table."""
    world, clock = model.world, model.clock
    for row in _due(model):
        creator = model.creators[row]
        post = creator.publish(model.around)
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
    luck = model.luck.uniform("publish", clock.tick, entity)
    banned = model.world.accounts.status[creators.account] == Status.BANNED
    due = (luck < chance) & creators.present & (creators.limited_until < clock.tick) & ~banned
    return np.flatnonzero(due)


def _probe(model: EngagementModel, post: int) -> None:
    """Randomised trial: some posts of honest creators get a drawn number of likes, bought by the experimenter.

    Dose 0 is the control group. The draw is keyed by the post, so twins differ in nothing but the dose.
    """
    from sim.manipulation.actions import BuyLikes

    probes = model.scenario.probes
    key = int(model.world.posts.key[post])
    if model.luck.one("probe", 0, key) >= probes.share_posts:
        return
    dose = probes.doses[model.luck.pick("probe", 0, key, len(probes.doses), 1)]
    model.world.posts.dose[post] = dose
    if dose > 0:
        model.market.order(model, -1, post, BuyLikes(dose, probes.grade, "likes"))
