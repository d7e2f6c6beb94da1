"""Same seed, same bits: for any number of threads, again, after a checkpoint; and shared random numbers."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import EngagementModel, Scenario
from sim.actors.readers import workers

SMALL: dict[str, Any] = {"run.days": 4, "readers.n": 9000, "creators.n": 60, "creators.manipulating_start": 0.3}
RULES = {
    "platform.detectors": {"ip_burst": True, "no_read_like": True, "device": True, "like_read_mismatch": True},
    "platform.like_ladder": [
        {"strikes": 0, "sanction": "discount_likes"},
        {"strikes": 1, "sanction": "limit_functions"},
    ],
    "platform.creator_ladder": [{"strikes": 1, "sanction": "throttle_post"}, {"strikes": 2, "sanction": "ban"}],
}


def build(seed: int = 1, threads: int = 1, **changes: Any) -> EngagementModel:
    scenario = Scenario().with_changes({**SMALL, **RULES, **{k.replace("__", "."): v for k, v in changes.items()}})
    return EngagementModel(scenario, seed=seed, threads=threads)


def lived(model: EngagementModel) -> EngagementModel:
    while model.running:
        model.step()
    model.finish()
    return model


def assert_same(a: EngagementModel, b: EngagementModel) -> None:
    for name in ("record", "follows", "follow_trust", "inbox", "inbox_from", "ring", "persons"):
        np.testing.assert_array_equal(
            getattr(a.state.world.readers, name), getattr(b.state.world.readers, name), err_msg=name
        )
    for table in ("accounts", "creators", "posts", "devices", "addresses", "likes", "log"):
        for column in getattr(a.state.world, table).spec:
            left, right = getattr(getattr(a.state.world, table), column), getattr(getattr(b.state.world, table), column)
            np.testing.assert_array_equal(left, right, err_msg=f"{table}.{column}")
    for name in ("daily", "creators", "posts", "orders", "groups", "farms", "verdicts", "actions"):
        pd.testing.assert_frame_equal(a.tables.frame(name), b.tables.frame(name), check_exact=True)


@pytest.fixture(scope="module")
def once() -> EngagementModel:
    return lived(build())


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_any_number_of_threads_gives_the_same_bits(
    once: EngagementModel, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "WORTH_PARTS", 1)  # so that a few forwards or seats are divided between threads, too
    assert_same(once, lived(build(threads=threads)))


def test_another_seed_is_another_world(once: EngagementModel) -> None:
    other = lived(build(seed=2))
    assert (
        once.state.world.readers.record["trust_counts"] != other.state.world.readers.record["trust_counts"]
    ).mean() > 0.5


@pytest.mark.parametrize("ticks", [1, 30, 71])
def test_a_model_pickled_under_way_goes_on_as_if_nothing_had_happened(once: EngagementModel, ticks: int) -> None:
    model = build(threads=2)
    for _ in range(ticks):
        model.step()
    assert_same(once, lived(pickle.loads(pickle.dumps(model))))


def test_two_policies_share_the_random_numbers_of_whom_they_do_not_touch() -> None:
    likes, composite = build(), build(platform__ranking="composite", manipulation__enabled=False)
    for model in (likes, composite):
        for _ in range(24):
            model.step()
    for column in ("key", "creator", "quality", "appeal", "published_s"):
        np.testing.assert_array_equal(
            getattr(likes.state.world.posts, column), getattr(composite.state.world.posts, column)
        )
    # the same readers came online at the same hours
    np.testing.assert_array_equal(likes.state.world.readers.last_tick, composite.state.world.readers.last_tick)
    for column in ("address", "region", "registered_day", "seat"):
        theirs = (getattr(model.state.world.accounts, column)[:9000] for model in (likes, composite))
        np.testing.assert_array_equal(*theirs, err_msg=column)
    # new phones have other numbers where farms have bought some, but the same people share them
    crowds = [
        np.unique(model.state.world.accounts.device[:9000], return_inverse=True)[1] for model in (likes, composite)
    ]
    np.testing.assert_array_equal(crowds[0][:, None] == crowds[0][::9], crowds[1][:, None] == crowds[1][::9])


def test_one_more_creator_changes_no_other_creator() -> None:
    few, more = build(creators__n=60), build(creators__n=61)
    for column in ("talent", "topic", "skill", "effort", "integrity", "anxiety"):
        np.testing.assert_array_equal(
            getattr(few.state.world.creators, column), getattr(more.state.world.creators, column)[:60]
        )


def test_ten_minute_ticks_live_through_the_same_days() -> None:
    model = lived(build(run__tick_minutes=10, run__days=2))
    daily = model.tables.frame("daily")
    hourly = lived(build(run__days=2)).tables.frame("daily")
    assert len(daily) == 2
    assert daily.reads.sum() == pytest.approx(hourly.reads.sum(), rel=0.25)
