"""What people do: how much and how long they read, like and follow (C15, C17, C18, D13-D17, D21, D23-D25)."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.optimize import brentq

from sim.analysis.facts.measures.ranges import Count, Duration, MeasuredShare, Share
from sim.analysis.facts.sample import NotMeasurable, Sample
from sim.measures.formulas import gini

NOBODY_READ = "nobody read anything on the days that count"
ONE_A_VISIT = "nobody read two posts in one visit"
NO_FOLLOWERS = "no creator has a follower"
NO_LIKES = "people gave no like of their own in the days for which likes are kept"
NO_POST = "no post of the window has {likes} likes of people's own that are all kept one by one at the end of the run"
NO_ARRANGED = "no creator arranged any likes"
SAME_TIME = "readings took too nearly the same time for a law to be fitted"
SHAPES = (0.01, 100.0)  # of a Weibull law, between which one is looked for
UNREAD = -1  # seconds of a like given without opening the post


def reads_per_person(sample: Sample) -> float:
    """Reads of a day per person who read anything that day."""
    reads, people = _readers(sample)
    return float(reads @ people / people.sum())


def read_so_many(sample: Sample, *, reads: Count = 1) -> MeasuredShare:
    """Share of the people who read anything on a day who read so many posts."""
    n, people = _readers(sample)
    return float(people[n == reads].sum() / people.sum())


def follower_gini(sample: Sample) -> MeasuredShare:
    """Gini coefficient of followers over the creators present at the end."""
    creators = sample.tables["creators"]
    last = creators[(creators["day"] == creators["day"].max()) & creators["present"]]
    found = gini(last["followers"].to_numpy())
    if np.isnan(found):
        raise NotMeasurable(NO_FOLLOWERS)
    return found


def unfollowing(sample: Sample) -> MeasuredShare:
    """Share of followers lost in a day, the mean over days."""
    daily = sample.days("daily")
    if not daily["follow_links"].sum():
        raise NotMeasurable(NO_FOLLOWERS)
    return float(daily["unfollows"].sum() / daily["follow_links"].sum())


def readings_within(sample: Sample, *, seconds: Duration) -> MeasuredShare:
    """Share of people's readings that took less than so many seconds."""
    took, reads = _readings(sample)
    return float(reads[took < seconds].sum() / reads.sum())


def reading_time_shape(sample: Sample) -> float:
    """Shape of the Weibull law fitted to how long people's readings took (maximum likelihood)."""
    took, reads = _readings(sample)
    return weibull_shape(took + 0.5, reads)  # whole seconds, rounded down


def weibull_shape(values: np.ndarray, counts: np.ndarray) -> float:
    """Maximum-likelihood shape of a Weibull law for `values` > 0, each met `counts` times.

    Solves the usual equation of the shape (Cohen, Technometrics 1965), which has one root; NotMeasurable where the
    values hardly differ, so that the root lies beyond `SHAPES`.
    """
    logs = np.log(values / values.max())
    mean = np.average(logs, weights=counts)

    def excess(shape: float) -> float:
        return float(np.average(logs, weights=counts * np.exp(shape * logs)) - 1 / shape - mean)

    if excess(SHAPES[1]) < 0:
        raise NotMeasurable(SAME_TIME)
    return float(brentq(excess, *SHAPES))


def view_gaps_within(sample: Sample, *, seconds: Duration) -> MeasuredShare:
    """Share of the times from one view to the next in a visit that are shorter than so many seconds."""
    took, gaps = _view_gaps(sample)
    return float(gaps[took < seconds].sum() / gaps.sum())


def median_view_gap(sample: Sample) -> float:
    """Seconds from one view to the next in a visit, the median."""
    took, gaps = _view_gaps(sample)
    return weighted_median(took, gaps)


def view_gap_shape(sample: Sample) -> float:
    """Shape of the Weibull law fitted to the times from one view to the next in a visit (maximum likelihood)."""
    took, gaps = _view_gaps(sample)
    return weibull_shape(took + 0.5, gaps)  # whole seconds, rounded down


def visits_with_reads(sample: Sample, *, reads: Count) -> MeasuredShare:
    """Share of the visits in which people read anything in which they read so many posts."""
    n, visits = visits_by_reads(sample)
    return float(visits[n == reads].sum() / visits.sum())


def reads_per_visit(sample: Sample) -> float:
    """Posts read in a visit, the mean over the visits in which people read anything."""
    n, visits = visits_by_reads(sample)
    return float(n @ visits / visits.sum())


def like_share_of_top(sample: Sample, *, share: Share) -> MeasuredShare:
    """Share of people's own likes that the accounts with most likes give, of all accounts of people."""
    likes, accounts = _likers(sample)
    return top_share(likes, accounts, share)


def never_liked(sample: Sample) -> MeasuredShare:
    """Share of the accounts of people that gave no like in the days for which likes are kept."""
    likes, accounts = _likers(sample)
    return float(accounts[likes == 0].sum() / accounts.sum())


def likes_unread(sample: Sample) -> MeasuredShare:
    """Share of people's own likes given without opening the post."""
    seconds, likes = _delays(sample)
    return float(likes[seconds == UNREAD].sum() / likes.sum())


def likes_within(sample: Sample, *, seconds: Duration) -> MeasuredShare:
    """Share of people's own likes given within so many seconds after the reading began."""
    since, likes = _delays(sample)
    return float(likes[(since >= 0) & (since < seconds)].sum() / likes.sum())


def median_like_delay(sample: Sample) -> float:
    """Seconds from the beginning of the reading to the like, the median over likes given in a reading."""
    since, likes = _delays(sample)
    since, likes = since[since >= 0], likes[since >= 0]
    if not likes.sum():
        raise NotMeasurable(NO_LIKES)
    return weighted_median(since, likes)


def weighted_median(values: np.ndarray, counts: np.ndarray) -> float:
    """The median of `values`, each met `counts` times."""
    order = np.argsort(values, kind="stable")
    grown = np.cumsum(counts[order])
    return float(values[order][np.searchsorted(grown, grown[-1] / 2)])


def likes_at_once(sample: Sample, *, span: Literal["hour", "day"], likes: Count = 10) -> MeasuredShare:
    """Largest share of its own likes that a post got within an hour or a day, the median over posts with so many."""
    posts = sample.posts
    posts = posts[(posts["likes_organic"] >= likes) & (posts[f"likes_{span}"] >= 0)]
    if posts.empty:
        raise NotMeasurable(NO_POST.format(likes=likes))
    return float((posts[f"likes_{span}"] / posts["likes_organic"]).median())


def arranged_at_hour(sample: Sample, *, hour: Literal["lowest", "highest"]) -> MeasuredShare:
    """Share of the likes that creators arranged given in the hour of the day with the fewest, or the most, of them."""
    arranged = sample.tables["rhythm"]["arranged_likes"].to_numpy(float)
    if not arranged.sum():
        raise NotMeasurable(NO_ARRANGED)
    return float((arranged.min() if hour == "lowest" else arranged.max()) / arranged.sum())


def top_share(values: np.ndarray, counts: np.ndarray, share: float) -> float:
    """Share of the sum of `values`, each held by `counts` people, that the top `share` of the people hold."""
    order = np.argsort(-values, kind="stable")
    people = np.concatenate([[0.0], np.cumsum(counts[order], dtype=float)])
    held = np.concatenate([[0.0], np.cumsum((values * counts)[order], dtype=float)])
    return float(np.interp(share * people[-1], people, held) / held[-1])


def _readers(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Reads of a day, and person-days with so many, without those of nobody."""
    frame = sample.days("reading").groupby("reads")["people"].sum()
    frame = frame[frame.index > 0]
    if not frame.sum():
        raise NotMeasurable(NOBODY_READ)
    return frame.index.to_numpy(), frame.to_numpy()


def _readings(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Whole seconds, and how many readings took so long."""
    frame = sample.tables["reading_times"]
    if not frame["reads"].sum():
        raise NotMeasurable(NOBODY_READ)
    return frame["seconds"].to_numpy(), frame["reads"].to_numpy()


def _view_gaps(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Whole seconds, and how many times between two views of a visit are so long."""
    frame = sample.tables["view_gaps"]
    if not frame["gaps"].sum():
        raise NotMeasurable(ONE_A_VISIT)
    return frame["seconds"].to_numpy(), frame["gaps"].to_numpy()


def visits_by_reads(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Posts read in a visit, and visits with so many, without those with none."""
    frame = sample.tables["visits"]
    frame = frame[frame["reads"] > 0]
    if not frame["visits"].sum():
        raise NotMeasurable(NOBODY_READ)
    return frame["reads"].to_numpy(), frame["visits"].to_numpy()


def _likers(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    frame = sample.tables["liking"]
    likes, accounts = frame["likes"].to_numpy(), frame["accounts"].to_numpy()
    if not (likes * accounts).sum():
        raise NotMeasurable(NO_LIKES)
    return likes, accounts


def _delays(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    frame = sample.tables["like_delays"]
    if not frame["likes"].sum():
        raise NotMeasurable(NO_LIKES)
    return frame["seconds"].to_numpy(), frame["likes"].to_numpy()
