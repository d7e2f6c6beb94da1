"""How forwards spread: how fast, and through whom (C7, C8). A cascade is a post with many forwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.analysis.facts.measures.ranges import MeasuredShare
from sim.analysis.facts.sample import NotMeasurable, Sample
from sim.core.table_schema import FORWARD_AGES_H
from sim.scenario.size import expect_reads_per_post

if TYPE_CHECKING:
    import pandas as pd

CASCADE_READS = 0.5  # of those that a mean post is to have: as many forwards make a cascade
FEWEST_FORWARDS = 8  # of a cascade, in small worlds
NO_CASCADE = "no post of the window was forwarded by {n:,} people or more"
NO_AGES = "the tables do not say when posts were forwarded"


def forward_half_life(sample: Sample) -> float:
    """Hours after publication by which half of a cascade's forwards were made, the median over cascades."""
    found = _cascades_by_age(sample)
    ages = np.array([0, *FORWARD_AGES_H], float)
    half = found["forwards"].to_numpy(float) / 2
    grown = np.column_stack([np.zeros(len(found)), *(found[f"forwards_{age}h"] for age in FORWARD_AGES_H)])
    hours = [float(np.interp(h, *_rising(row, ages))) for h, row in zip(half, grown, strict=True)]
    return float(np.median(hours))


def forwards_within(sample: Sample, *, hours: Literal[1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 168]) -> MeasuredShare:
    """Share of a cascade's forwards made within so many hours of publication, the mean over cascades."""
    found = _cascades_by_age(sample)
    return float((found[f"forwards_{hours}h"] / found["forwards"]).mean())


def forwards_not_of_root(sample: Sample) -> MeasuredShare:
    """Share of a cascade's forwards by people who met the post through a forward, the median over cascades."""
    found = cascades(sample)
    return float((found["forwards_passed_on"] / found["forwards"]).median())


def forward_depth(sample: Sample) -> float:
    """Mean depth of a cascade's forwards (1: of the post itself), the median over cascades."""
    found = cascades(sample)
    return float((found["forward_depth"] / found["forwards"]).median())


def cascades(sample: Sample) -> pd.DataFrame:
    """Posts that enough people forwarded; NotMeasurable when there is none, or the tables tell nothing of forwards."""
    least = max(FEWEST_FORWARDS, int(np.ceil(CASCADE_READS * expect_reads_per_post(sample.scenario))))
    found = sample.posts[sample.posts["forwards"] >= least]
    if found.empty:
        raise NotMeasurable(NO_CASCADE.format(n=least))
    if not found["forward_depth"].any():
        raise NotMeasurable(NO_AGES)
    return found


def _cascades_by_age(sample: Sample) -> pd.DataFrame:
    found = cascades(sample)
    if not found[f"forwards_{FORWARD_AGES_H[-1]}h"].any():
        raise NotMeasurable(NO_AGES)
    return found


def _rising(counts: np.ndarray, ages: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The counts without those at which nothing was added, so that a count has one age: the last before it rose."""
    rises = np.append(np.diff(counts) > 0, True)
    return counts[rises], ages[rises]
