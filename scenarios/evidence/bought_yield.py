"""What a bought like brings the author of a post: follows, and reads of what the author publishes next."""

from __future__ import annotations

import gc
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from kept import load_kept

from sim import EngagementModel, Scenario

NEXT_DAYS, READ_DAYS = 14, 7  # days of next posts, and days that the last of them is given to be read
SHARE, DOSE = 0.02, 100


class Channel(NamedTuple):
    """How likes are come by: the grade that the trial buys (None: no trial), or the column of likes and a strategy."""

    grade: str | None
    likes: str
    strategy: str = ""


CHANNELS: dict[str, Channel] = {
    "machine": Channel("machine", "dose_counted"),
    "raised": Channel("raised", "dose_counted"),
    "real_person": Channel("real_person", "dose_counted"),
    "mutual_aid": Channel(None, "likes_mutual_aid", "mutual_aid"),
    "mcn": Channel(None, "likes_matrix", "mcn"),
}


def world_of_channel(channel: str, days: int, readers: int) -> Scenario:
    """The baseline; with the trial of a grade where there is one."""
    grade = CHANNELS[channel].grade
    trial = {"probes.share_posts": SHARE, "probes.doses": [0, DOSE], "probes.grade": grade} if grade else {}
    return Scenario.load("baseline", days=days, set={"readers.n": readers, **trial})


def load_yields(channel: str, scenario: Scenario, seed: int, keep: Path) -> dict[str, float]:
    """Figures of one run (`yields_of`), from its file in `keep`, or by running it."""
    posts = load_kept(keep, scenario, seed, ("posts",), lambda: {"posts": run_posts(scenario, seed)})["posts"]
    return yields_of(posts, CHANNELS[channel], scenario.run.days)


def run_posts(scenario: Scenario, seed: int) -> pd.DataFrame:
    """Run a world; its table of posts."""
    model = EngagementModel(scenario, seed=seed, threads=1)
    while model.running:
        model.step()
    model.finish()
    posts = model.tables.frame("posts")
    del model
    gc.collect()
    return posts


def yields_of(posts: pd.DataFrame, channel: Channel, days: int) -> dict[str, float]:
    """What a like brings: follows of the post, and reads of each post that the author publishes in `NEXT_DAYS` days.

    `posts` are pushed posts, `likes` how many a pushed post has more than others of its author; reads are of posts
    whose next ones all had `READ_DAYS` to be read in the run.
    """
    if channel.grade is not None:
        chosen = posts[posts.strategy == "honest"]
        likes = chosen.dose_counted.where(chosen.dose > 0, 0)
        pushed = chosen.dose > 0
    else:
        chosen = posts[posts.creator.isin(posts.creator[posts.strategy == channel.strategy].unique())]
        likes = chosen[channel.likes]
        pushed = likes > 0
    plain = posts[(posts.strategy == "honest") & (posts.dose <= 0)]
    following = reads_of_next(chosen, pushed)
    known = (chosen.published_day < days - NEXT_DAYS - READ_DAYS) & following.notna()
    extra = gap_within(chosen.creator, pushed, likes)
    return {
        "posts": float(pushed.sum()),
        "likes": extra,
        "follows": _ratio(gap_within(chosen.creator, pushed, chosen.follows), extra),
        "reads": _ratio(
            gap_within(chosen.creator[known], pushed[known], following[known]),
            gap_within(chosen.creator[known], pushed[known], likes[known]),
        ),
        "reads_of_a_post": float(plain.reads.mean()),
        "follows_by_honest_like": _ratio(plain.follows.sum(), plain.likes_organic.sum()),
    }


def reads_of_next(posts: pd.DataFrame, pushed: pd.Series) -> pd.Series:
    """Mean reads of the posts that the author published later, within `NEXT_DAYS` days of each post; NaN of none.

    Pushed posts are left out. They are read more, and come after others of their author but never after themselves.
    """
    found = pd.Series(math.nan, index=posts.index)
    reads, counted = posts.reads.where(~pushed, 0), (~pushed).astype(int)
    for _, own in posts.sort_values("post").groupby("creator"):
        day, rows = own.published_day.to_numpy(), own.index
        until = np.searchsorted(day, day + NEXT_DAYS, side="right")
        sums = [np.concatenate([[0], part[rows].to_numpy().cumsum()]) for part in (reads, counted)]
        total, n = (each[until] - each[1:] for each in sums)
        found.loc[rows] = np.where(n > 0, total / np.maximum(n, 1), math.nan)
    return found


def gap_within(author: pd.Series, pushed: pd.Series, value: pd.Series) -> float:
    """Mean of pushed posts less that of others of the same author; authors weigh by how much they tell.

    The weight, n m / (n + m) of n pushed and m other posts, is that of a regression with an effect for each author. NaN
    where no author has both kinds.
    """
    parts = value.groupby([author, pushed]).agg(["mean", "size"]).unstack()
    if not {True, False} <= set(pushed):
        return math.nan
    means, sizes = parts["mean"].dropna(), parts["size"]
    if len(means) == 0:
        return math.nan
    n, m = sizes.loc[means.index, True], sizes.loc[means.index, False]
    return float(np.average(means[True] - means[False], weights=n * m / (n + m)))


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else math.nan
