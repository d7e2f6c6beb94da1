"""Switching off one channel, one detector or one rule of decision changes the outcome the way it should."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import EngagementModel, Scenario
from sim.core.enums import Origin

SMALL: dict[str, Any] = {
    "run.days": 14,
    "run.tick_minutes": 120,
    "readers.n": 3000,
    "creators.n": 90,
    "creators.manipulating_start": 0.3,
    "mutual_aid.members_start": 0.3,
    "farms.machine_accounts": 400,
    "platform.hot_threshold": 15,
}


@cache
def _lived(changes: tuple[tuple[str, Any], ...]) -> EngagementModel:
    model = EngagementModel(Scenario().with_changes({**SMALL, **dict(changes)}), seed=5, threads=1)
    while model.running:
        model.step()
    model.finish()
    return model


def world(**changes: Any) -> EngagementModel:
    return _lived(tuple((key.replace("__", "."), value) for key, value in sorted(changes.items())))


def daily(model: EngagementModel) -> pd.DataFrame:
    return model.tables.frame("daily")


CHANNELS = [
    ("farms__enabled", "likes_farm"),
    ("mutual_aid__enabled", "likes_mutual_aid"),
    ("mcn__enabled", "likes_matrix"),
]


@pytest.mark.parametrize(("switch", "likes"), CHANNELS)
def test_a_channel_that_is_off_gives_no_likes_and_leaves_fewer_fakes(switch: str, likes: str) -> None:
    on, off = daily(world()), daily(world(**{switch: False}))
    assert on[likes].sum() > 0
    assert off[likes].sum() == 0
    fakes = [f"likes_{name}" for name in ("farm", "mutual_aid", "matrix")]
    assert off[fakes].to_numpy().sum() < on[fakes].to_numpy().sum()


def test_without_manipulation_no_like_is_fake_and_nobody_has_cheated() -> None:
    off = world(manipulation__enabled=False)
    assert daily(off).share_fake_likes.fillna(0).max() == 0
    assert daily(off).honest_survival.min() == 1 - (~off.state.world.creators.present[: SMALL["creators.n"]]).mean()
    assert not off.state.world.creators.ever_manipulated.any()


def test_manipulation_lowers_the_quality_shown() -> None:
    assert (
        daily(world()).exposure_quality.tail(7).mean()
        < daily(world(manipulation__enabled=False)).exposure_quality.tail(7).mean()
    )


def test_without_detectors_nothing_is_discounted() -> None:
    model = EngagementModel(
        Scenario().with_changes({**SMALL, "platform.detectors": {}, "readers.unlike_share": 0.0}), seed=5, threads=1
    )
    while model.running:
        model.step()
    assert daily(model).discounted_likes.sum() == 0
    assert (model.state.world.posts.discounted == 0).all()


@pytest.mark.parametrize("name", ["ip_burst", "device", "no_read_like", "like_read_mismatch"])
def test_each_detector_alone_catches_fakes_and_takes_them_out_of_the_count(name: str) -> None:
    scenario = Scenario().with_changes(
        {
            **SMALL,
            "platform.detectors": {name: True},
            "platform.creator_ladder": [{"strikes": 1, "sanction": "discount_likes"}],
        }
    )
    model = EngagementModel(scenario, seed=5, threads=1)
    while model.running:
        model.step()
    table = daily(model)
    assert table.discounted_likes.sum() > 0
    assert table[f"{name}_recall"].mean() > 0
    assert table[f"{name}_precision"].mean() > 0.5
    # what is taken out was counted before
    assert (model.state.world.posts.discounted <= model.state.world.posts.likes).all()


def test_nobody_changes_strategy_when_nobody_compares() -> None:
    still = world(creators__revise_per_week=0.0)
    moving = world()
    shares = [c for c in daily(still) if c.startswith("share_strategy_")]
    # members can still be expelled from groups and agencies can let go, so only the farms' customers are fixed
    bought = [c for c in shares if "buy" in c]
    assert daily(still)[bought].nunique().max() == 1
    assert daily(moving)[bought].nunique().max() > 1


def _moments(model: EngagementModel) -> tuple[float, float]:
    """Moments impressions per organic forward, for posts with many fake likes and for posts with none."""
    posts = model.state.world.posts
    fake = posts.likes_by_origin[:, 1:].sum(axis=1)
    forwards = np.maximum(1, posts.forwards)
    per = posts.impressions[:, 1] / forwards
    some = posts.forwards > 0
    return float(per[some & (fake > 30)].mean()), float(per[some & (fake == 0)].mean())


def test_likes_lift_a_post_in_moments_only_while_the_platform_lets_them() -> None:
    lifted, plain = _moments(world(platform__moments_by_likes=1.0))
    assert lifted > 1.5 * plain
    lifted, plain = _moments(world(platform__moments_by_likes=0.0))
    assert lifted < 1.5 * plain


def test_readers_who_do_not_look_at_counts_are_not_disappointed_by_them() -> None:
    """With nothing expected of counts beyond their own experience, hollow posts cost less trust."""
    naive, wary = world(readers__trust_start=0.7), world(readers__loss_aversion=1.0)
    assert daily(naive).count_trust.iloc[-1] < daily(wary).count_trust.iloc[-1]


def test_chronological_ranking_pays_no_likes() -> None:
    """Where likes neither rank nor persuade, a bought like wins nothing: reach is the same in trial and control."""
    changes = {
        **SMALL,
        "run.days": 21,
        "manipulation.enabled": False,
        "platform.ranking": "chronological",
        "platform.moments_by_likes": 0.0,
        "readers.click_first": 0.0,
        "readers.click_more": 0.0,
        "probes.share_posts": 0.6,
        "probes.doses": [0, 200],
    }
    model = EngagementModel(Scenario().with_changes(changes), seed=5, threads=1)
    while model.running:
        model.step()
    posts = model.state.world.posts
    reach = np.log1p(posts.impressions.sum(axis=1))
    control, treated = reach[posts.dose == 0], reach[posts.dose == 200]
    error = np.sqrt(control.var() / len(control) + treated.var() / len(treated))
    assert abs(control.mean() - treated.mean()) < 3 * error
    assert (posts.likes_by_origin[posts.dose == 200, Origin.TRIAL] > 100).mean() > 0.8


def test_likes_only_ranking_pays_likes() -> None:
    changes = {
        **SMALL,
        "run.days": 21,
        "manipulation.enabled": False,
        "surfaces.feed_slots": 16,
        "platform.detectors": {},
        "probes.share_posts": 0.1,
        "probes.doses": [0, 200],
    }
    model = EngagementModel(Scenario().with_changes(changes), seed=5, threads=1)
    while model.running:
        model.step()
    posts = model.state.world.posts
    reach = posts.impressions.sum(axis=1)
    assert reach[posts.dose == 200].mean() > 3 * reach[posts.dose == 0].mean()


def test_a_bought_like_is_hollow() -> None:
    """Farm accounts neither follow nor have friends to forward to (S9)."""
    model = world(mutual_aid__enabled=False, mcn__enabled=False)
    farm = model.state.world.accounts.grade >= 2
    assert farm.any()
    posts = model.state.world.posts
    bought = posts.likes_by_origin[:, 2] >= 50
    likes, reads = posts.likes[bought].sum(), posts.reads[bought].sum()
    honest = posts.likes_by_origin[:, 1:].sum(axis=1) == 0
    assert likes / reads > 5 * posts.likes[honest].sum() / posts.reads[honest].sum()


def test_money_adds_up() -> None:
    assert world().state.money.total_micro() == 0
