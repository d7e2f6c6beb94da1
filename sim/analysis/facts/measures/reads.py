"""How reads and likes lie over posts and creators (C1-C6, D18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.analysis.facts.measures.ranges import MeasuredShare, Share, Times
from sim.analysis.facts.sample import NotMeasurable, Sample

if TYPE_CHECKING:
    import pandas as pd

NO_READS = "no post of the window was read"
NO_SURFACE = "no reads by {surface} in the tables"
NOT_DELIVERED = "the tables do not say to whom posts were delivered"
NOT_FORWARDED = "no post of the window was forwarded"
TOO_FEW_CREATORS = "fewer than {n} creators make a group of {share:.0%}"
FEWEST_CREATORS = 3  # in the top group: the mean of fewer says nothing


def likes_per_read(sample: Sample, *, likes: Literal["organic", "visible"]) -> float:
    """Likes per read: organic ones by people's reads, or those that count by all reads that the platform sees."""
    posts = sample.posts
    if likes == "organic":
        return _share(posts["likes_organic"].sum(), posts["reads"].sum())
    return _share((posts["likes"] - posts["discounted"]).sum(), (posts["reads"] + posts["bought_reads"]).sum())


def top_creators_reads(sample: Sample, *, share: Share) -> float:
    """Mean reads of a post by the creators with most reads, against the mean of all posts (times)."""
    reads, posts = sample.reads_by_creator
    n = round(share * sample.creators)
    if n < FEWEST_CREATORS:
        raise NotMeasurable(TOO_FEW_CREATORS.format(n=FEWEST_CREATORS, share=share))
    return _share(reads[:n].sum() / posts[:n].sum(), _mean(sample))


def posts_above(sample: Sample, *, times: Times) -> MeasuredShare:
    """Share of posts with more than so many times the mean reads."""
    return float((sample.posts["reads"] > times * _mean(sample)).mean())


def median_post(sample: Sample) -> float:
    """Median reads of a post against the mean."""
    return float(sample.posts["reads"].median()) / _mean(sample)


def creators_above_mean(sample: Sample) -> float:
    """Creators (newcomers too) with a post read more often than the mean post, for each creator of the first day."""
    above = sample.posts["reads"] > _mean(sample)
    return sample.posts.loc[above, "creator"].nunique() / sample.creators


def read_share(
    sample: Sample, *, surface: Literal["subscription", "moments", "hot", "chat", "outside", "search"]
) -> MeasuredShare:
    """Share of reads that come by one surface."""
    if f"read_{surface}" not in sample.posts:
        raise NotMeasurable(NO_SURFACE.format(surface=surface))
    return _share(sample.posts[f"read_{surface}"].sum(), sample.posts["reads"].sum())


def reads_per_delivery(sample: Sample) -> float:
    """Reads by subscription per person to whom a post was delivered (dormant followers included)."""
    delivered = sample.posts["deliveries"].sum()
    if not delivered:
        raise NotMeasurable(NOT_DELIVERED)
    return float(sample.posts["read_subscription"].sum() / delivered)


def forwarded_unread(sample: Sample) -> MeasuredShare:
    """Share of forwarded posts that nobody opened from a forward."""
    return float((_by_forward(sample) == 0).mean())


def forwarded_reads_top(sample: Sample, *, share: Share) -> MeasuredShare:
    """Share of the reads by forwards that the most read share of the forwarded posts takes."""
    reads = np.sort(_by_forward(sample).to_numpy())[::-1]
    return _share(reads[: max(1, round(share * len(reads)))].sum(), reads.sum())


def _by_forward(sample: Sample) -> pd.Series:
    """Reads by Moments and chat of each post that was forwarded."""
    posts = sample.posts[sample.posts["forwards"] > 0]
    if posts.empty:
        raise NotMeasurable(NOT_FORWARDED)
    return posts["read_moments"] + posts["read_chat"]


def _mean(sample: Sample) -> float:
    mean = float(sample.posts["reads"].mean())
    if mean == 0:
        raise NotMeasurable(NO_READS)
    return mean


def _share(part: float, whole: float) -> float:
    if not whole:
        raise NotMeasurable(NO_READS)
    return float(part) / float(whole)
