"""Every outcome against figures worked out by hand."""

import math
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.core.clock import HOUR_S, Clock
from sim.core.enums import Grade, Kind, Origin, Status, Target
from sim.engine.model import EngagementModel
from sim.measures import all_measures
from sim.measures.confusion import Confusion, judge
from sim.measures.day import DayMeasures
from sim.measures.formulas import DOT_SPAN, dot, gini, ratio, spearman, weighted_mean
from sim.plugins.detectors import TABLE
from sim.plugins.detectors.flags import Flags
from sim.scenario import Scenario
from sim.state import Today
from sim.world import World

MISSION = [
    "exposure_quality",
    "read_quality",
    "quality_reach_correlation",
    "share_manipulating_creators",
    "share_fake_likes",
    "honest_survival",
    "platform_trust",
    "active_reader_share",
    "reach_gini",
]


def test_weighted_mean():
    assert weighted_mean(np.array([0.2, 0.8]), np.array([3, 1])) == pytest.approx(0.35)
    assert math.isnan(weighted_mean(np.array([0.2]), np.array([0])))
    assert math.isnan(weighted_mean(np.zeros(0), np.zeros(0)))


def test_sums_of_many_products_are_the_same_on_any_number_of_cores():
    program = """
import numpy as np
from sim.measures.formulas import dot
rng = np.random.default_rng(1)
for n in (9_000, 20_000, 57_000):
    for _ in range(20):
        print(dot(rng.random(n), rng.integers(0, 100, n)).hex())
"""
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(found) == 1 and len(found.pop().split()) == 60


def test_a_sum_of_many_products_leaves_none_out():
    n = 3 * DOT_SPAN + 1
    assert dot(np.arange(n, dtype=np.float64), np.ones(n)) == n * (n - 1) / 2
    assert dot(np.zeros(0), np.zeros(0)) == 0.0


@given(
    arrays(np.float32, st.integers(1, 30), elements=st.floats(0, 1, width=32)),
    st.integers(0, 2**32 - 1),
)
def test_mean_quality_lies_between_the_worst_and_the_best(quality, seed):
    shown = np.random.default_rng(seed).integers(0, 10**6, len(quality))
    mean = weighted_mean(quality, shown)
    assert math.isnan(mean) == (shown.sum() == 0)
    assert math.isnan(mean) or quality.min() <= mean <= quality.max()


def test_gini():
    assert gini(np.array([5, 5, 5])) == pytest.approx(0)
    assert gini(np.array([0, 0, 0, 8])) == pytest.approx(0.75)  # one of four has all: 1 - 1/n
    assert gini(np.array([1, 3])) == pytest.approx(0.25)
    assert math.isnan(gini(np.zeros(3)))
    assert math.isnan(gini(np.zeros(0)))


@given(arrays(np.int64, st.integers(1, 40), elements=st.integers(0, 10**6)), st.integers(1, 100))
def test_gini_is_a_share_and_has_no_unit(values, factor):
    once = gini(values)
    assert math.isnan(once) == (values.sum() == 0)
    if not math.isnan(once):
        assert -1e-12 <= once < 1
        assert gini(values * factor) == pytest.approx(once)


def test_spearman():
    up = np.arange(12)
    assert spearman(up, up**3, 10) == pytest.approx(1)
    assert spearman(up, -up, 10) == pytest.approx(-1)
    ties = np.array([1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    assert spearman(ties, np.arange(10), 10) == pytest.approx(0.984732, abs=1e-6)  # as scipy.stats.spearmanr
    assert math.isnan(spearman(up, np.ones(12), 10))
    assert math.isnan(spearman(up[:9], up[:9], 10))


def test_ratio():
    assert ratio(1, 4) == 0.25
    assert math.isnan(ratio(0, 0))


# -- detectors against the truth


def judged_model(**measures):
    """Six likes, three of them fake: all of accounts 2 and 3, half of those of account 4; posts 1 and 2 are pushed.

    The grade of an account says nothing: account 2 is a person, account 5 a machine that did not like.
    """
    world = World()
    world.accounts.add(6, grade=[*[Grade.PERSON] * 3, Grade.MACHINE, Grade.MATRIX, Grade.MACHINE])
    world.posts.add(3)
    world.posts.likes_by_origin[:] = [[50, 9, 0, 0, 0, 0], [1, 4, 4, 2, 0, 0], [0, 0, 0, 0, 60, 39]]
    world.log.add(
        7,
        account=[0, 1, 2, 3, 4, 4, 1],
        post=[0, 0, 1, 1, 1, 0, 2],
        kind=[Kind.LIKE] * 6 + [Kind.COMMENT],
        origin=[0, 0, Origin.MUTUAL_AID, Origin.FARM, Origin.MATRIX, Origin.ORGANIC, Origin.ORGANIC],
    )
    return SimpleNamespace(scenario=Scenario(measures=measures), world=world, clock=Clock(0, HOUR_S))


@pytest.mark.parametrize(
    ("target", "ids", "precision", "recall", "false_positives"),
    [
        (Target.LIKE, [1, 3, 4], 2 / 3, 2 / 3, 1 / 3),
        (Target.LIKE, [], math.nan, 0.0, 0.0),
        (Target.ACCOUNT, [2, 3], 1.0, 2 / 3, 0.0),
        (Target.ACCOUNT, [3, 4], 1.0, 2 / 3, 0.0),
        (Target.ACCOUNT, [0, 4], 1 / 2, 1 / 3, 1 / 2),
        (Target.ACCOUNT, [1, 5], 0.0, 0.0, 1.0),
        (Target.POST, [0], 0.0, 0.0, 1.0),
        (Target.POST, [1], 1.0, 1.0, 0.0),
    ],
)
def test_confusion_by_hand(target, ids, precision, recall, false_positives):
    counts = Confusion()
    judge(judged_model(), Flags("d", target, np.array(ids, np.int64), np.ones(len(ids)), 6), counts)
    rates = counts.rates("d")
    expected = {"d_precision": precision, "d_recall": recall, "d_fpr": false_positives}
    assert rates == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(("pushed_likes", "fake"), [(9, 2), (10, 1), (11, 0)])
def test_a_post_is_fake_from_so_many_likes_on(pushed_likes, fake):
    counts = Confusion()
    flags = Flags("d", Target.POST, np.array([0, 1]), np.ones(2), 6)
    judge(judged_model(pushed_likes=pushed_likes), flags, counts)
    assert counts.counts.tolist() == [fake, 2 - fake, fake, 2 - fake]


def test_a_day_of_confusion_adds_up():
    counts = Confusion()
    counts.add(3, 4, 6, 16)
    counts.add(1, 4, 2, 12)
    assert counts.rates("d") == {"d_precision": 0.5, "d_recall": 0.5, "d_fpr": 0.2}


# -- the daily row


def test_definitions_are_complete_and_distinct():
    measures = all_measures(tuple(TABLE), ("honest", "mcn"))
    names = [m.name for m in measures]
    assert len(set(names)) == len(names)
    assert set(MISSION) <= set(names)
    assert {f"ip_burst_{x}" for x in ("precision", "recall", "fpr")} <= set(names)
    assert all(m.unit and m.formula and m.label for m in measures)
    truthful = {m.name for m in measures if m.truth}
    assert {"exposure_quality", "share_fake_likes", "ip_burst_precision"} <= truthful
    assert not {"impressions", "reads", "discounted_likes"} & truthful


@pytest.fixture(scope="module")
def model():
    scenario = Scenario.model_validate(
        {"run": {"days": 30}, "readers": {"n": 200, "people": 200}, "creators": {"n": 6}}
    )
    return EngagementModel(scenario, seed=2)


def close_day(book, model):
    actors = model.actors
    return book.close_day(model.state, actors.market, actors.groups, actors.advertisers)


def test_a_day_by_hand(model):
    """What is counted is the difference to the day before; a post still counts on the day it ages out."""
    world = model.state.world
    book = DayMeasures(model.scenario)
    world.posts.add(3, creator=[0, 0, 1], quality=[0.25, 0.75, 0.5])
    world.alive = slice(0, 3)
    world.posts.impressions[:, 2] = [100, 300, 0]
    world.posts.reads[:, 0] = [10, 0, 0]
    world.posts.likes_by_origin[:, 0] = [3, 0, 0]
    world.posts.likes_by_origin[:, 2] = [0, 9, 0]
    world.posts.discounted[:] = [0, 4, 0]
    world.likes.add(
        12,
        account=np.arange(12),
        post=[0] * 3 + [1] * 9,
        origin=[Origin.ORGANIC] * 3 + [Origin.FARM] * 9,
        alive=[True] * 8 + [False] * 4,
    )
    world.posts.bought_reads[:] = [0, 6, 0]
    first = close_day(book, model)
    assert first["exposure_quality"] == pytest.approx(0.625)
    assert first["read_quality"] == pytest.approx(0.25)
    assert first["share_fake_likes"] == pytest.approx(0.75)
    assert first["share_fake_visible_likes"] == pytest.approx(5 / 8)
    assert (first["reads"], first["bought_reads"]) == (10, 6)
    assert first["open_rate"] == pytest.approx(10 / 400)
    assert first["reach_gini"] == pytest.approx(5 / 6)  # one of six has it all
    assert first["published_quality"] == pytest.approx(0.5)
    assert (first["impressions"], first["discounted_likes"]) == (400, 4)

    world.posts.impressions[:, 2] += np.array([50, 0, 50], np.int32)
    world.posts.likes_by_origin[2, 0] += 1
    world.alive = slice(1, 3)  # post 0 aged out today
    second = close_day(book, model)
    assert second["exposure_quality"] == pytest.approx(0.375)
    assert (second["impressions"], second["reads"], second["discounted_likes"]) == (100, 0, 0)
    assert second["share_fake_likes"] == 0
    assert math.isnan(second["read_quality"])

    third = close_day(book, model)
    assert (third["impressions"], third["discounted_likes"]) == (0, 0)
    assert math.isnan(third["exposure_quality"])


def test_creators_and_readers_by_hand(model):
    book, creators, record = DayMeasures(model.scenario), model.state.world.creators, model.state.world.readers.record
    creators.present[:] = [True, True, True, True, False, False]
    creators.strategy[:] = [0, 0, 0, 2, 0, 1]
    creators.ever_manipulated[:] = [False, False, True, True, False, True]
    today = model.state.today
    # the last time counts: 0 and 3
    today.creators = [(np.array([0, 3]), np.array([True, False])), (np.array([3, 2]), np.array([True, False]))]
    today.accounts = [(np.array([20, 21]), np.array([True, True])), (np.array([20, 30]), np.array([False, True]))]
    model.state.guilt.accounts.add(np.arange(20, 32), np.full(12, 2), np.r_[np.full(3, 1), np.zeros(9, int)])
    status = model.state.world.accounts.status
    record["left"][:20], status[20:30], status[30:32] = True, Status.BANNED, Status.LIMITED
    record["trust_platform"] = 65535
    record["trust_platform"][100:185] = 0
    row = close_day(book, model)
    assert row["share_manipulating_creators"] == pytest.approx(1 / 4)
    assert row["honest_survival"] == pytest.approx(2 / 6)
    assert row["n_punished_creators"] == 3
    assert row["innocent_punished_share"] == pytest.approx(2 / 3)
    assert row["n_punished_accounts"] == 3
    assert row["innocent_account_share"] == pytest.approx(2 / 3)
    assert row["active_reader_share"] == pytest.approx(170 / 200)
    assert row["readers_sanctioned"] == 9  # of twelve, three were guilty of half of what they were hit for
    assert row["platform_trust"] == pytest.approx(0.5)
    model.state.today = Today()  # as the tick does on the next day
    again = close_day(book, model)
    assert again["n_punished_creators"] == 0
    assert math.isnan(again["innocent_punished_share"])


@pytest.mark.parametrize(("least", "expected"), [(10, -1), (11, math.nan)])
def test_correlation_of_the_posts_that_closed(model, least, expected):
    model.state.scenario = model.scenario.with_changes({"measures.correlation_posts_min": least})
    world = model.state.world
    start = world.posts.n
    world.alive = slice(start, start)
    book = DayMeasures(model.scenario)
    book.first = start
    world.posts.add(14, quality=np.linspace(0.1, 0.9, 14))
    world.posts.impressions[start:, 2] = np.r_[np.arange(10, 0, -1), 900, 900, 900, 900]
    world.alive = slice(start + 10, start + 14)
    assert close_day(book, model)["quality_reach_correlation"] == pytest.approx(expected, nan_ok=True)
