"""The payments of a day: advertising by reads, sales of merchants, sponsorship, and what enforcement cost."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.money import Purpose
from sim.engine.cast import Actors
from sim.kernels.scales import FULL_16
from sim.state import State
from sim.world.posts import total
from sim.world.reader_tables import like_levels


def pay(state: State, actors: Actors) -> None:
    """Pay creators for the day's reads; advertisers sponsor; the platform pays for the day's enforcement."""
    before = float(state.world.creators.income_week.sum())
    _pay_creators(state)
    actors.advertisers.pay()
    state.today.creators_paid_cny = float(state.world.creators.income_week.sum()) - before
    state.money.burn(state.money.platform, state.today.enforcement_cny, Purpose.REVIEW)


def _pay_creators(state: State) -> None:
    world, opts, money = state.world, state.scenario.creators, state.money
    posts, alive, creators = world.posts, world.alive, world.creators
    owner = posts.creator[alive]
    visible = world.shown_likes(alive)
    # creators see the platform's counters; goods are bought, and audits count, what people read
    new_reads = _new(posts.reads_paid, alive, total(posts.reads[alive]))
    seen_reads = _new(posts.reads_told, alive, posts.counted_reads(alive))
    new_likes = _new(posts.likes_told, alive, visible)
    new_finishes = _new(posts.finishes_told, alive, total(posts.finishes[alive]))
    n = creators.n
    creators.reads_week[:] += np.bincount(owner, seen_reads, n)
    creators.visible_week[:] += np.bincount(owner, new_likes, n)
    for average, new in (
        (creators.reads_ema, seen_reads),
        (creators.visible_ema, new_likes),
        (creators.finish_ema, new_finishes),
    ):
        average += (np.bincount(owner, new, n) - average) / state.scenario.counts.average_days

    worked = np.flatnonzero(creators.effort_due > 0)
    if len(worked):
        money.burn_many(creators.party[worked], creators.effort_due[worked], Purpose.EFFORT)
        creators.effort_due[worked] = 0.0
    ads = np.bincount(owner, _new(posts.ads_paid, alive, _reads_for_ads(state, alive)), n) * opts.ads_cny_per_read
    earning = np.flatnonzero(ads > 0)
    if len(earning):
        earned, kept = float(ads.sum()), state.policy.ads_share
        paid = earned / (1 - kept)
        state.today.ads_cny, state.today.platform_ads_cny = paid, paid * kept
        money.transfer(money.brands, money.platform, paid, Purpose.ADS)
        money.transfer_many(np.full(len(earning), money.platform), creators.party[earning], ads[earning], Purpose.ADS)
    # what a merchant sells grows with reads, with visible likes and with readers' trust in them (S8)
    trusting = world.trust_sums()
    trust = trusting[2] / max(1, trusting[0]) / FULL_16
    proof = opts.sale_floor + (1 - opts.sale_floor) * like_levels(visible, world.reference_likes) * trust
    sales = new_reads * creators.merchant[owner] * proof * trust * opts.sale_per_read * opts.sale_margin_cny
    sold = np.bincount(owner, sales, n)
    selling = np.flatnonzero(sold > 0)
    if len(selling):
        money.transfer_many(
            np.full(len(selling), money.consumers), creators.party[selling], sold[selling], Purpose.SALES
        )
    creators.income_week[:] += ads + sold


def _new(column: NDArray[Any], alive: slice, now: NDArray[Any]) -> NDArray[np.int64]:
    """What has been added since the day before, which `column` keeps."""
    new: NDArray[np.int64] = now.astype(np.int64) - column[alive]
    column[alive] = now
    return new


def _reads_for_ads(state: State, alive: slice) -> NDArray[np.int64]:
    """Reads that advertisers pay for: people's; where fraud is possible, any that last long enough."""
    posts = state.world.posts
    if not state.scenario.advertisers.ads_on_bought_reads:
        return total(posts.reads[alive])
    return posts.counted_reads(alive) - posts.short_reads[alive] - posts.bought_short_reads[alive]
