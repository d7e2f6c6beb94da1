"""The numbers of the scenario as the reader kernel takes them: chances and settings that stay the same."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import HOUR_S
from sim.core.enums import Surface
from sim.kernels.read_layout import SETTINGS
from sim.kernels.scales import BYTE, ONE_8, ONE_16
from sim.scenario.schema.readers import ReadersSection
from sim.state import State


def open_chances(opts: ReadersSection) -> NDArray[np.float64]:
    """Chance to open a post of average appeal on each surface; that of subscriptions for each step of trust."""
    open_on = np.zeros(len(Surface))
    open_on[Surface.SUBSCRIPTION] = opts.open_subscription / max(1, round(BYTE * opts.trust_start))
    open_on[Surface.MOMENTS] = opts.open_moments
    open_on[Surface.HOT] = opts.open_hot
    open_on[Surface.CHAT] = opts.open_chat
    open_on[Surface.OUTSIDE] = opts.open_outside
    open_on[Surface.SEARCH] = opts.open_search
    return open_on


def kernel_settings(state: State) -> NDArray[Any]:
    """The kernel's numbers that stay the same (dtype `SETTINGS`); those of the tick are put in beside them."""
    opts, tick_s = state.scenario.readers, state.clock.tick_s
    values = np.zeros(1, SETTINGS)
    step = opts.trust_gain * ONE_16 / BYTE * ONE_8  # for a surprise of one 255th, in the kernel's 2**24 units
    chosen = {
        "tick_s": tick_s,
        "burst_ticks": int(opts.burst_h * HOUR_S // tick_s),
        "follow_window": opts.follow_window,
        "feed_window": opts.feed_window,
        "burst": opts.burst,
        "outside_share": state.scenario.surfaces.outside_share,
        "search_share": state.scenario.surfaces.search_share,
        "tie": opts.tie,
        "social": opts.social,
        "reads_per_day": opts.reads_per_day,
        "chat_size": state.scenario.graph.chat_size,
        "chat_slots": state.world.chat_post.shape[1],
        "length_s": round(opts.length_s),
        "longest_s": opts.longest_reading_s,
        "pace_least": round(ONE_8 * (1 - opts.reading_time_spread)),
        "pace_range": round(ONE_8 * 2 * opts.reading_time_spread),
        "finish_least": round(ONE_8 * (1 - opts.finish_interest)),
        "finish_range": ONE_8 - round(ONE_8 * (1 - opts.finish_interest)),
        "remembered": opts.remembered_reads,
        "taste": round(BYTE * opts.taste_noise),
        "tolerance": round(BYTE * opts.tolerance),
        "gain": round(step),
        "loss": round(step * opts.loss_aversion),
        "expect_pace": round(ONE_16 * opts.expectation_pace),
        "creator_pace": round(ONE_8 * opts.creator_trust_pace),
        "platform_pace": round(ONE_8 * opts.platform_trust_pace),
        "unfollow_below": round(BYTE * opts.unfollow_below),
        "chat_share": round(ONE_8 * opts.forward_to_chat),
        "follow_start": round(BYTE * opts.trust_start),
        "finished_percent": state.scenario.counts.finished_percent,
        "glance_like": round(ONE_8 * opts.glance_like),
        "like_at_end": round(ONE_16 * opts.like_at_end_share),
        "unread": round(ONE_16 * opts.like_unread_share),
        "short_s": state.scenario.advertisers.ads_min_dwell_s,
        "blank": round(ONE_8 * state.scenario.surfaces.blank_referrer_share),
        "stock": round(ONE_8 * opts.stock_comment_share),
    }
    for name, value in chosen.items():
        values[name] = value
    return values
