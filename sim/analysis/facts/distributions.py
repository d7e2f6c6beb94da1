"""The distributions of a run that facts are about, short enough to be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.facts.measures.audience import visits_by_reads
from sim.analysis.facts.measures.cascades import cascades
from sim.analysis.facts.sample import NotMeasurable, Sample
from sim.core.table_schema import FORWARD_AGES_H

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

TIMES = np.geomspace(0.01, 1000, 101)  # the mean, at which reads are counted
PEOPLE_SHARES = np.geomspace(1e-4, 1, 81)
MOST_READS = 40  # of a day that are drawn one by one
SECONDS = np.unique(np.rint(np.geomspace(1, 3600, 81)))  # up to an hour


def distributions_of(sample: Sample) -> dict[str, pd.DataFrame]:
    """Each distribution of one run by name, as columns x and y; those that the run cannot show are left out."""
    import pandas as pd

    found = {}
    for name, of in DISTRIBUTIONS.items():
        try:
            x, y = of(sample)
        except NotMeasurable:
            continue
        found[name] = pd.DataFrame({"x": np.asarray(x, float), "y": np.asarray(y, float)})
    return found


def _reads_of_posts(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Share of posts with more than x times the mean reads."""
    return _above(sample.posts["reads"].to_numpy(float))


def _reads_of_creators(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Share of creators whose mean reads of a post are more than x times the mean creator's."""
    reads, posts = sample.reads_by_creator
    return _above(reads / posts)


def _above(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not values.any():
        raise NotMeasurable
    return _survivors(values / values.mean(), TIMES)


def _survivors(values: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of the values above each point; up to the first above which there is none."""
    share = 1 - np.searchsorted(np.sort(values), at, side="right") / len(values)
    kept = share > 0
    return at[kept], share[kept]


def _reading(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Share of those who read anything on a day who read x posts."""
    people = sample.days("reading").groupby("reads")["people"].sum()
    people = people[people.index > 0]
    if not people.sum():
        raise NotMeasurable
    n = np.arange(1, MOST_READS + 1)
    return n, people.reindex(n, fill_value=0).to_numpy() / people.sum()


def _reads_of_visits(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Share of the visits in which anything was read in which x posts were."""
    reads, visits = visits_by_reads(sample)
    return reads, visits / visits.sum()


def _reading_times(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Share of readings that took less than x seconds."""
    table = sample.tables["reading_times"]
    return _shares_below(table["seconds"], table["reads"], table["reads"].sum())


def _view_gaps(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Share of the times between two views of a visit that are shorter than x seconds."""
    table = sample.tables["view_gaps"]
    return _shares_below(table["seconds"], table["gaps"], table["gaps"].sum())


def _like_delays(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Share of people's own likes given less than x seconds after the reading began."""
    table = sample.tables["like_delays"]
    opened = table[table["seconds"] >= 0]
    return _shares_below(opened["seconds"], opened["likes"], table["likes"].sum())


def _shares_below(seconds: pd.Series, counts: pd.Series, total: float) -> tuple[np.ndarray, np.ndarray]:
    """Share of `total` that is counted below each of `SECONDS`; `seconds` rise."""
    if not total:
        raise NotMeasurable
    grown = np.append(0, np.cumsum(counts.to_numpy(float)))
    return SECONDS, grown[np.searchsorted(seconds.to_numpy(), SECONDS)] / total


def _rhythm(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Share of reads by the hour of the day."""
    table = sample.tables["rhythm"]
    if not table["reads"].sum():
        raise NotMeasurable
    return table["hour"].to_numpy(), table["reads"].to_numpy() / table["reads"].sum()


def _life(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Share of a cascade's forwards made by the age of x hours, the mean over cascades."""
    found = cascades(sample)
    ages = [f"forwards_{age}h" for age in FORWARD_AGES_H]
    shares = found[ages].to_numpy(float) / found[["forwards"]].to_numpy(float)
    if not shares.any():
        raise NotMeasurable
    return np.array([0, *FORWARD_AGES_H]), np.array([0.0, *shares.mean(axis=0)])


def _cascade_sizes(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Share of posts that more than x of all people forwarded."""
    return _survivors(sample.posts["forwards"].to_numpy(float) / sample.people, PEOPLE_SHARES / 10)


def _liking(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Share of likes that the x people with most likes give, x as a share of all."""
    table = sample.tables["liking"].sort_values("likes", ascending=False)
    people = np.cumsum(table["accounts"].to_numpy(float))
    likes = np.cumsum((table["likes"] * table["accounts"]).to_numpy(float))
    if not len(likes) or not likes[-1]:
        raise NotMeasurable
    return PEOPLE_SHARES, np.interp(PEOPLE_SHARES * people[-1], np.append(0, people), np.append(0, likes)) / likes[-1]


DISTRIBUTIONS: dict[str, Callable[[Sample], tuple[np.ndarray, np.ndarray]]] = {
    "reads_of_posts": _reads_of_posts,
    "reads_of_creators": _reads_of_creators,
    "reading": _reading,
    "visits": _reads_of_visits,
    "reading_times": _reading_times,
    "view_gaps": _view_gaps,
    "like_delays": _like_delays,
    "rhythm": _rhythm,
    "life": _life,
    "cascades": _cascade_sizes,
    "liking": _liking,
}
