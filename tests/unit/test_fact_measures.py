"""Measures of facts on small tables whose answers are known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import Scenario
from sim.analysis.facts.distributions import distributions_of
from sim.analysis.facts.measures import MEASURES, evaluate
from sim.analysis.facts.measures.audience import top_share, weibull_shape
from sim.analysis.facts.sample import NotMeasurable, Sample
from sim.analysis.facts.schema import Window
from sim.core.table_schema import FORWARD_AGES_H, TABLES

WORLD = Scenario.model_validate({"run": {"days": 20}, "readers": {"n": 1000, "people": 1000}, "creators": {"n": 100}})


def table(name: str, rows: int, **columns: Any) -> pd.DataFrame:
    """A table of zeros as the run writes it, with some columns filled."""
    zero = {"bool": False, "str": "", "float64": 0.0}
    plain = {each.name: np.full(rows, zero.get(each.dtype, 0)) for each in TABLES[name].columns}
    return pd.DataFrame(plain | columns)


def sample(**tables: pd.DataFrame) -> Sample:
    return Sample({name: table(name, 0) for name in TABLES} | tables, WORLD, Window.model_validate({}))


def posts(reads: list[int], **columns: Any) -> pd.DataFrame:
    """Posts of day 8, each by another creator, outside the trial."""
    n = len(reads)
    own = {"creator": np.arange(n), "reads": np.array(reads), "dose": -1, "published_day": 8}
    return table("posts", n, **own | columns)


def test_only_posts_of_the_window_count_and_none_of_the_trial() -> None:
    frame = posts([10, 10, 10, 10, 10], published_day=[5, 6, 12, 13, 8], dose=[-1, -1, -1, -1, 0])
    made = sample(posts=frame)
    assert list(made.posts["published_day"]) == [6, 12]
    assert list(made.trial["published_day"]) == [8]
    short = Window.model_validate({"days": 3})
    assert list(made.with_window(short).posts["published_day"]) == [6]
    with pytest.raises(NotMeasurable, match="followed for 7 days"):
        _ = sample(posts=posts([1], published_day=[15])).posts


def test_likes_per_read() -> None:
    frame = posts([100, 100], likes=[4, 2], likes_organic=[1, 1], discounted=[1, 0], bought_reads=[50, 0])
    assert evaluate("likes_per_read", sample(posts=frame), {"likes": "organic"}) == pytest.approx(2 / 200)
    assert evaluate("likes_per_read", sample(posts=frame), {"likes": "visible"}) == pytest.approx(5 / 250)


def test_reads_over_posts_and_creators() -> None:
    """100 creators, of whom 3 have two posts of 100 reads and the others one of 1."""
    made = sample(posts=posts([100] * 6 + [1] * 97, creator=[0, 0, 1, 1, 2, 2, *range(3, 100)]))
    mean = (600 + 97) / 103
    assert evaluate("top_creators_reads", made, {"share": 0.03}) == pytest.approx(100 / mean)
    assert evaluate("posts_above", made, {"times": 10}) == pytest.approx(6 / 103)
    assert evaluate("posts_above", made, {"times": 100 / mean}) == 0
    assert evaluate("median_post", made, {}) == pytest.approx(1 / mean)
    assert evaluate("creators_above_mean", made, {}) == pytest.approx(0.03)
    with pytest.raises(NotMeasurable, match="fewer than 3 creators"):
        evaluate("top_creators_reads", made, {"share": 0.01})


def test_reads_by_surface_and_delivery() -> None:
    frame = posts([60, 40], read_subscription=[30, 20], deliveries=[1000, 4000])
    assert evaluate("read_share", sample(posts=frame), {"surface": "subscription"}) == pytest.approx(0.5)
    assert evaluate("reads_per_delivery", sample(posts=frame), {}) == pytest.approx(50 / 5000)
    with pytest.raises(NotMeasurable, match="no reads by search"):
        evaluate("read_share", sample(posts=frame.drop(columns="read_search", errors="ignore")), {"surface": "search"})
    with pytest.raises(NotMeasurable, match="delivered"):
        evaluate("reads_per_delivery", sample(posts=posts([3])), {})


def test_reads_of_forwarded_posts() -> None:
    frame = posts([9] * 4, forwards=[1, 1, 1, 0], read_moments=[0, 6, 1, 9], read_chat=[0, 2, 1, 9])
    assert evaluate("forwarded_unread", sample(posts=frame), {}) == pytest.approx(1 / 3)
    assert evaluate("forwarded_reads_top", sample(posts=frame), {"share": 1 / 3}) == pytest.approx(0.8)


def cascades(**columns: Any) -> Sample:
    """Three posts where a mean one has 33.5 reads: of 100 forwards, of 20, and one of 16 that is no cascade."""
    ages = {f"forwards_{age}h": [100, 20, 16] for age in FORWARD_AGES_H}
    own = {"forwards": [100, 20, 16], "forwards_passed_on": [40, 4, 2], "forward_depth": [180, 26, 4]}
    frame = posts([500, 50, 5], **own | ages | columns)
    return sample(posts=frame)


def test_cascades_are_half_made_between_the_ages_that_are_counted() -> None:
    early = {
        "forwards_1h": [20, 0, 0],
        "forwards_2h": [40, 10, 0],
        "forwards_3h": [60, 10, 0],
        "forwards_4h": [80, 10, 0],
    }
    made = cascades(**early)
    # the first has 50 after 2.5 h; the second has 10 of 20 from 2 h on, and no more before 6 h
    assert evaluate("forward_half_life", made, {}) == pytest.approx((2.5 + 4) / 2)
    assert evaluate("forwards_within", made, {"hours": 3}) == pytest.approx((0.6 + 0.5) / 2)
    assert evaluate("forwards_not_of_root", made, {}) == pytest.approx((0.4 + 0.2) / 2)
    assert evaluate("forward_depth", made, {}) == pytest.approx((1.8 + 1.3) / 2)
    life = distributions_of(made)["life"]
    assert list(life["x"]) == [0, *FORWARD_AGES_H] and life["y"].iloc[3] == pytest.approx(0.55)


def test_a_world_without_cascades_is_not_measured() -> None:
    with pytest.raises(NotMeasurable, match="17 people or more"):
        evaluate("forward_depth", sample(posts=posts([5], forwards=[16], forward_depth=[20])), {})
    few = WORLD.with_changes({"readers.n": 100, "readers.people": 100})  # 3.35 reads a post
    made = Sample(sample(posts=posts([5], forwards=[7], forward_depth=[9])).tables, few, Window.model_validate({}))
    with pytest.raises(NotMeasurable, match="8 people or more"):
        evaluate("forward_depth", made, {})


def test_the_trial_compares_doses_before_the_first_organic_like() -> None:
    frame = posts(
        [9] * 3, dose=[0, 1, -1], unliked_hot_impressions=[1000, 2000, 5], unliked_hot_reads=[10, 30, 5],
        unliked_reads=[100, 100, 5], unliked_likes=[2, 3, 5],
    )  # fmt: skip
    made = sample(posts=frame)
    assert evaluate("trial_ratio", made, {"of": "hot_opens", "dose": 1}) == pytest.approx(1.5)
    assert evaluate("trial_ratio", made, {"of": "likes", "dose": 1, "against": 0}) == pytest.approx(1.5)
    with pytest.raises(NotMeasurable, match="60 bought likes"):
        evaluate("trial_ratio", made, {"of": "likes", "dose": 60})


def test_reads_of_people_who_read_that_day() -> None:
    frame = table("reading", 5, day=[5, 6, 6, 7, 7], reads=[9, 0, 1, 1, 3], people=[99, 50, 2, 1, 2])
    made = sample(reading=frame)
    assert evaluate("reads_per_person", made, {}) == pytest.approx((2 + 1 + 6) / 5)
    assert evaluate("read_so_many", made, {}) == pytest.approx(3 / 5)
    assert evaluate("read_so_many", made, {"reads": 3}) == pytest.approx(2 / 5)
    with pytest.raises(NotMeasurable, match="nobody read"):
        evaluate("reads_per_person", sample(reading=table("reading", 1, day=8, people=5)), {})


def test_likes_of_the_keenest() -> None:
    assert top_share(np.array([0, 1, 10]), np.array([88, 10, 2]), 0.02) == pytest.approx(20 / 30)
    assert top_share(np.array([0, 1, 10]), np.array([88, 10, 2]), 0.01) == pytest.approx(10 / 30)
    assert top_share(np.array([0, 1, 10]), np.array([88, 10, 2]), 0.07) == pytest.approx(25 / 30)
    made = sample(liking=table("liking", 3, likes=[0, 1, 10], accounts=[88, 10, 2]))
    assert evaluate("like_share_of_top", made, {"share": 0.02}) == pytest.approx(20 / 30)
    assert evaluate("never_liked", made, {}) == pytest.approx(0.88)
    liking = distributions_of(made)["liking"]
    assert liking["y"].iloc[-1] == pytest.approx(1) and liking["y"].is_monotonic_increasing


def test_delays_of_likes() -> None:
    made = sample(like_delays=table("like_delays", 4, seconds=[-1, 4, 5, 80], likes=[10, 20, 30, 40]))
    assert evaluate("likes_unread", made, {}) == pytest.approx(0.1)
    assert evaluate("likes_within", made, {"seconds": 5}) == pytest.approx(0.2)
    assert evaluate("median_like_delay", made, {}) == 5
    drawn = distributions_of(made)["like_delays"].set_index("x")["y"]
    assert drawn.loc[4.0] == 0 and drawn.loc[5.0] == pytest.approx(0.2) and drawn.iloc[-1] == pytest.approx(0.9)


def test_times_of_readings() -> None:
    made = sample(reading_times=table("reading_times", 3, seconds=[4, 14, 15], reads=[10, 20, 30]))
    assert evaluate("readings_within", made, {"seconds": 15}) == pytest.approx(0.5)
    assert evaluate("reading_time_shape", made, {}) > 1
    drawn = distributions_of(made)["reading_times"].set_index("x")["y"]
    assert drawn.loc[4.0] == 0 and drawn.loc[5.0] == pytest.approx(1 / 6) and drawn.iloc[-1] == 1
    for seconds, reads in (([9], [5]), ([100, 101], [1, 1]), ([4, 3600], [1, 10_000])):
        alike = sample(reading_times=table("reading_times", len(seconds), seconds=seconds, reads=reads))
        with pytest.raises(NotMeasurable, match="nearly the same time"):
            evaluate("reading_time_shape", alike, {})
    with pytest.raises(NotMeasurable, match="nobody read"):
        evaluate("readings_within", sample(reading_times=table("reading_times", 0)), {"seconds": 15})


def test_times_between_views() -> None:
    made = sample(view_gaps=table("view_gaps", 4, seconds=[0, 4, 5, 40], gaps=[10, 20, 30, 40]))
    assert evaluate("view_gaps_within", made, {"seconds": 5}) == pytest.approx(0.3)
    assert evaluate("view_gaps_within", made, {"seconds": 10}) == pytest.approx(0.6)
    assert evaluate("median_view_gap", made, {}) == 5
    assert 0.5 < evaluate("view_gap_shape", made, {}) < 1.5
    drawn = distributions_of(made)["view_gaps"].set_index("x")["y"]
    assert drawn.loc[5.0] == pytest.approx(0.3) and drawn.iloc[-1] == 1
    with pytest.raises(NotMeasurable, match="nobody read two posts in one visit"):
        evaluate("median_view_gap", sample(view_gaps=table("view_gaps", 0)), {})


def test_reads_of_a_visit() -> None:
    made = sample(visits=table("visits", 4, reads=[0, 1, 2, 4], visits=[500, 10, 20, 30]))
    assert evaluate("visits_with_reads", made, {"reads": 1}) == pytest.approx(1 / 6)
    assert evaluate("reads_per_visit", made, {}) == pytest.approx((10 + 40 + 120) / 60)
    drawn = distributions_of(made)["visits"]
    assert drawn["x"].tolist() == [1, 2, 4] and drawn["y"].tolist() == pytest.approx([1 / 6, 1 / 3, 1 / 2])
    nothing = sample(visits=table("visits", 1, reads=[0], visits=[500]))
    with pytest.raises(NotMeasurable, match="nobody read"):
        evaluate("reads_per_visit", nothing, {})


@pytest.mark.parametrize("shape", [0.3, 0.77, 1.0, 2.5])
def test_the_shape_of_a_weibull_law_is_found(shape: float) -> None:
    drawn = 60 * np.random.default_rng(1).weibull(shape, 20_000)
    assert weibull_shape(drawn, np.ones(len(drawn))) == pytest.approx(shape, rel=0.03)
    assert weibull_shape(drawn / 1000, np.full(len(drawn), 7)) == pytest.approx(
        weibull_shape(drawn, np.ones(len(drawn)))
    )


def test_likes_that_come_at_once() -> None:
    columns = {"likes_organic": [9, 10, 20, 40], "likes_hour": [9, 5, 6, 4], "likes_day": [9, 10, 16, 20]}
    made = sample(posts=posts([1, 1, 1, 1], **columns))
    assert evaluate("likes_at_once", made, {"span": "hour"}) == pytest.approx(0.3)  # of 0.5, 0.3 and 0.1
    assert evaluate("likes_at_once", made, {"span": "day", "likes": 9}) == pytest.approx(0.9)  # 1, 1, 0.8, 0.5
    gone = sample(posts=posts([1, 1], likes_organic=[10, 30], likes_hour=[5, -1], likes_day=[9, -1]))
    assert evaluate("likes_at_once", gone, {"span": "hour"}) == pytest.approx(0.5)  # the other's are not all kept
    with pytest.raises(NotMeasurable, match="50 likes"):
        evaluate("likes_at_once", made, {"span": "day", "likes": 50})


def test_hours_of_arranged_likes() -> None:
    hours = table("rhythm", 4, hour=range(4), likes=[1, 1, 1, 1], arranged_likes=[4, 1, 2, 3])
    assert evaluate("arranged_at_hour", sample(rhythm=hours), {"hour": "lowest"}) == pytest.approx(0.1)
    assert evaluate("arranged_at_hour", sample(rhythm=hours), {"hour": "highest"}) == pytest.approx(0.4)
    with pytest.raises(NotMeasurable, match="arranged"):
        evaluate("arranged_at_hour", sample(rhythm=table("rhythm", 4)), {"hour": "lowest"})


def test_followers() -> None:
    creators = table("creators", 4, day=[6, 19, 19, 19], present=[True, True, True, False], followers=[7, 1, 3, 90])
    assert evaluate("follower_gini", sample(creators=creators), {}) == pytest.approx(0.25)
    daily = pd.DataFrame({"day": [5, 6, 7], "unfollows": [50.0, 1.0, 2.0], "follow_links": [100.0, 1000.0, 2000.0]})
    assert evaluate("unfollowing", sample(daily=daily), {}) == pytest.approx(0.001)


def test_prices_orders_and_what_is_left_of_them() -> None:
    farms = table(
        "farms", 3, day=[6, 7, 7], open=[True, True, False], price_machine_per_1000_cny=[5.0, 7.0, 99.0],
        price_real_per_1000_cny=[25.0, 35.0, 99.0],
    )  # fmt: skip
    assert evaluate("price_per_1000", sample(farms=farms), {"grade": "machine"}) == pytest.approx(6)
    assert evaluate("price_ratio", sample(farms=farms), {"grade": "real", "against": "machine"}) == pytest.approx(5)
    day = 86_400
    orders = table(
        "orders", 5, day=[6, 6, 6, 19, 6], tick=[144, 144, 144, 460, 144], creator=[1, 2, 3, 4, -1], n_likes=10,
        delivered=[10, 10, 9, 10, 10], last_s=[6 * day + 60, 8 * day, 6 * day + 60, 20 * day, 9 * day],
        surviving_28d=[9.0, 1.0, math.nan, math.nan, 0.0],
    )  # fmt: skip
    assert evaluate("orders_within", sample(orders=orders), {"hours": 24}) == pytest.approx(1 / 3)
    assert evaluate("bought_survival", sample(orders=orders), {}) == pytest.approx(0.5)


def test_groups_and_time_to_likes() -> None:
    groups = table("groups", 3, day=[6, 6, 7], alive=[True, True, False], members=[60, 80, 5])
    assert evaluate("group_members", sample(groups=groups), {}) == 70
    frame = posts([9] * 3, likes=[1200, 1200, 20], likes_organic=[1200, 900, 20], s_to_1000=[2 * 86_400, 60, -1])
    assert evaluate("days_to_likes", sample(posts=frame), {"likes": 1000}) == pytest.approx(2)


def test_distributions_have_their_known_shape() -> None:
    found = distributions_of(sample(posts=posts([1, 1, 1, 97])))
    reads = found["reads_of_posts"]
    assert reads["y"].iloc[0] == 1 and reads[reads["x"].between(0.05, 3.5)]["y"].unique() == pytest.approx([0.25])
    assert reads["x"].max() < 97 / 25 and "reading" not in found and "life" not in found


def test_every_measure_has_a_sentence_and_only_named_parameters() -> None:
    for function in MEASURES.values():
        assert (function.__doc__ or "").strip().endswith(".")
        assert function.__code__.co_argcount == 1
