"""The measures that facts are held against, by name: each is a function of a run's tables, with parameters."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import get_type_hints

from sim.analysis.facts.measures import audience, cascades, market, reads, trial
from sim.analysis.facts.measures.ranges import MeasuredShare
from sim.analysis.facts.sample import Sample

MEASURES: dict[str, Callable[..., float]] = {
    each.__name__: each
    for each in (
        reads.likes_per_read,
        reads.top_creators_reads,
        reads.posts_above,
        reads.median_post,
        reads.creators_above_mean,
        reads.read_share,
        reads.reads_per_delivery,
        reads.forwarded_unread,
        reads.forwarded_reads_top,
        cascades.forward_half_life,
        cascades.forwards_within,
        cascades.forwards_not_of_root,
        cascades.forward_depth,
        trial.trial_ratio,
        audience.reads_per_person,
        audience.read_so_many,
        audience.follower_gini,
        audience.unfollowing,
        audience.like_share_of_top,
        audience.never_liked,
        audience.likes_unread,
        audience.likes_within,
        audience.median_like_delay,
        audience.readings_within,
        audience.reading_time_shape,
        audience.view_gaps_within,
        audience.median_view_gap,
        audience.view_gap_shape,
        audience.visits_with_reads,
        audience.reads_per_visit,
        audience.likes_at_once,
        audience.arranged_at_hour,
        market.price_per_1000,
        market.price_ratio,
        market.orders_within,
        market.bought_survival,
        market.group_members,
        market.days_to_likes,
    )
}


def evaluate(name: str, sample: Sample, parameters: dict[str, object]) -> float:
    """The measure `name` of one run; NotMeasurable where the run cannot show it."""
    return float(MEASURES[name](sample, **parameters))


def largest_value(name: str) -> float:
    """The largest value that the measure `name` can have: 1 for a share."""
    given = get_type_hints(MEASURES[name], include_extras=True)["return"]
    return 1.0 if given == MeasuredShare else math.inf
