"""What bought and exchanged likes cost, how fast they come and how long they stay (C11-C13, C22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.analysis.facts.measures.ranges import Duration, MeasuredShare
from sim.analysis.facts.sample import NotMeasurable, Sample
from sim.core.clock import DAY_S, HOUR_S, MINUTE_S
from sim.core.table_schema import LIKE_GOALS, SURVIVAL_DAYS, SURVIVING

if TYPE_CHECKING:
    import pandas as pd

EXPERIMENTER = -1  # in orders.creator
NO_FARM = "no farm asks a price for {grade} likes on the days that count"
NO_ORDER = "no order was taken on the days that count, early enough to be delivered"
NO_OLD_ORDER = "no order is {days} days old at the end of the run"
NO_GROUP = "no mutual-aid group is alive on the days that count"
NOT_REACHED = "no post of the window reached {likes:,} likes with organic ones alone"
Grade = Literal["machine", "raised", "real"]


def price_per_1000(sample: Sample, *, grade: Grade) -> float:
    """Yuan that farms ask for 1000 likes, the median over days and open farms."""
    farms = sample.days("farms")
    price = farms.loc[farms["open"], f"price_{grade}_per_1000_cny"]
    if price.empty or not price.notna().any():
        raise NotMeasurable(NO_FARM.format(grade=grade))
    return float(price.median())


def price_ratio(sample: Sample, *, grade: Grade, against: Grade) -> float:
    """Price of 1000 likes of one grade against another."""
    return price_per_1000(sample, grade=grade) / price_per_1000(sample, grade=against)


def orders_within(sample: Sample, *, hours: Duration = 24) -> MeasuredShare:
    """Share of orders that are delivered to the last like within so many hours."""
    orders = _orders(sample)
    taken_s = orders["tick"] * sample.scenario.run.tick_minutes * MINUTE_S
    old = orders[taken_s + hours * HOUR_S <= sample.scenario.run.days * DAY_S]
    if old.empty:
        raise NotMeasurable(NO_ORDER)
    whole = (old["delivered"] >= old["n_likes"]) & (old["last_s"] - taken_s[old.index] <= hours * HOUR_S)
    return float(whole.mean())


def bought_survival(sample: Sample) -> MeasuredShare:
    """Share of the bought likes that still count four weeks later."""
    orders = _orders(sample)
    old = orders[orders[SURVIVING].notna() & (orders["delivered"] > 0)] if SURVIVING in orders else orders.iloc[:0]
    if old.empty:
        raise NotMeasurable(NO_OLD_ORDER.format(days=SURVIVAL_DAYS))
    return float(old[SURVIVING].sum() / old["delivered"].sum())


def group_members(sample: Sample) -> float:
    """Members on the roster of a mutual-aid group, the median over days and groups."""
    groups = sample.days("groups")
    members = groups.loc[groups["alive"], "members"]
    if members.empty:
        raise NotMeasurable(NO_GROUP)
    return float(members.median())


def days_to_likes(sample: Sample, *, likes: Literal[100, 1000]) -> float:
    """Days to so many likes, the median over posts that have organic likes alone."""
    column = next(name for name, goal in LIKE_GOALS.items() if goal == likes)
    posts = sample.posts[(sample.posts[column] >= 0) & (sample.posts["likes_organic"] == sample.posts["likes"])]
    if posts.empty:
        raise NotMeasurable(NOT_REACHED.format(likes=likes))
    return float(np.median(posts[column]) / DAY_S)


def _orders(sample: Sample) -> pd.DataFrame:
    """Orders of the days that count, but the experimenter's."""
    orders = sample.days("orders")
    return orders[orders["creator"] != EXPERIMENTER]
