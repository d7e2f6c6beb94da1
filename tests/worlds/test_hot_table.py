"""The hot table, its yardstick, and what search finds, in a world."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import EngagementModel, Scenario
from sim.core.clock import DAY_S, HOUR_S, Clock
from sim.core.enums import N_TOPICS, Origin, Removal
from sim.engine.phases.evergreen import draw_evergreen
from sim.engine.phases.rank import rank
from sim.world import World

SMALL = {"readers.n": 300, "creators.n": 20, "run.days": 40, "manipulation.enabled": False}


def quiet(day: int, ages_h: list[float], likes: list[int], **changes: Any) -> EngagementModel:
    """A world at the start of a day with posts of these ages (oldest first) and likes, in which nobody has acted."""
    model = EngagementModel(Scenario().with_changes(SMALL | changes), seed=1)
    state = model.state
    state.clock = Clock(day * 24, HOUR_S)
    now = state.clock.start_s
    at = np.array([now - round(age * HOUR_S) for age in ages_h])
    state.world.posts.add(
        len(at), published_s=at, published_tick=at // HOUR_S, likes=np.array(likes), key=np.arange(len(at)), topic=1
    )
    state.world.alive = slice(0, len(at))
    return model


def yardstick(model: EngagementModel) -> float:
    rank(model.state, model.actors)
    held = model.state.platform.yardstick
    assert held is not None
    return held.value


def run_on(model: EngagementModel, day: int) -> float:
    """V on the first tick of a later day, posts as old as they were."""
    state = model.state
    passed = day * DAY_S - state.clock.start_s
    state.clock = Clock(day * 24, HOUR_S)
    state.world.posts.published_s[:] += passed
    return yardstick(model)


FRESH = {"platform.hot_quantile": 1.0}


def test_the_yardstick_is_a_quantile_of_fresh_posts_that_moves_by_its_pace() -> None:
    model = quiet(9, [60, 20, 2], [500, 40, 3], **FRESH)
    assert yardstick(model) == 40.0  # the post of 60 hours is not fresh
    model.state.world.posts.likes[1] = 140
    assert run_on(model, 10) == pytest.approx(40 + 0.3 * 100)
    assert run_on(model, 11) == pytest.approx(70 + 0.3 * 70)


def test_it_stays_as_it_is_within_the_day() -> None:
    model = quiet(9, [20, 2], [40, 3], **FRESH)
    assert yardstick(model) == 40.0
    model.state.clock = Clock(9 * 24 + 5, HOUR_S)
    model.state.world.posts.likes[0] = 999
    assert yardstick(model) == 40.0


def test_a_slow_yardstick_goes_a_few_per_cent_a_week_once_the_platform_is_established() -> None:
    slow = FRESH | {"platform.hot_yardstick": "slow"}
    model = quiet(9, [20, 2], [40, 3], **slow)
    yardstick(model)
    model.state.world.posts.likes[0] = 140
    assert run_on(model, 10) == pytest.approx(40 + 0.03 / 7 * 100)
    early = quiet(3, [20, 2], [40, 3], **slow)
    yardstick(early)
    early.state.world.posts.likes[0] = 140
    assert run_on(early, 4) == pytest.approx(70.0)


def test_a_yardstick_of_likes_is_never_less_than_one_like() -> None:
    assert yardstick(quiet(9, [20, 2], [0, 0])) == 1.0


def with_likes(model: EngagementModel, post: int, count: int, at_s: int) -> np.ndarray:
    """Give a post likes that are in the table; return their rows."""
    likes = model.state.world.likes
    given = likes.add(count, post=post, account=np.arange(count), time_s=at_s)
    model.state.world.posts.likes[post] += count
    return np.arange(given.start, given.stop)


def test_a_surviving_yardstick_knows_only_likes_that_outlived_the_last_purge() -> None:
    model = quiet(9, [90, 70, 20], [0, 0, 0], **FRESH, **{"platform.hot_yardstick": "surviving"})
    state, now = model.state, model.state.clock.start_s
    purge = now - 60 * HOUR_S  # when the posts were 30, 10 and -40 hours old
    with_likes(model, 0, 70, purge - 5 * HOUR_S)
    fake = with_likes(model, 1, 50, purge - 2 * HOUR_S)
    with_likes(model, 1, 9, purge - HOUR_S)
    with_likes(model, 1, 300, purge + HOUR_S)
    with_likes(model, 2, 250, now - HOUR_S)
    state.world.remove_likes(fake, Removal.PURGED)
    assert yardstick(model) == 250.0  # no purge yet: the likes of the moment under fresh posts
    state.platform.yardstick, state.platform.purged_s = None, purge
    assert yardstick(model) == 9.0
    visible = quiet(9, [20], [250], **FRESH)
    assert yardstick(visible) == 250.0


def test_another_ranking_policy_is_measured_afresh() -> None:
    entry = {"day": 10, "set": {"ranking": "chronological"}}
    model = quiet(9, [20, 2], [40, 3], **FRESH, calendar=[entry])
    assert yardstick(model) == 40.0
    model.state.policy = model.scenario.policy_on(10)
    assert run_on(model, 10) == pytest.approx(1 / 3)


def test_bought_likes_raise_a_visible_yardstick_and_no_surviving_one() -> None:
    """With 3 % of posts at 800 likes of a kind that is purged: the quantile of what is visible is theirs."""
    n = 100
    found = {}
    for kind in ("visible", "surviving"):
        model = quiet(9, [20.0 - i / 10 for i in range(n)], [0] * n, **{"platform.hot_yardstick": kind})
        now = model.state.clock.start_s
        for post in range(n):
            with_likes(model, post, 5, now - HOUR_S)
        fake = np.concatenate([with_likes(model, post, 800, now - HOUR_S) for post in (3, 40, 90)])
        if kind == "surviving":
            model.state.world.remove_likes(fake, Removal.PURGED)
            model.state.platform.purged_s = now
        found[kind] = yardstick(model)
    assert found["visible"] > 500 and found["surviving"] == 5.0


def test_a_post_is_hot_from_the_tick_on_at_which_it_passes_the_threshold() -> None:
    model = quiet(9, [20, 10, 2], [40, 60, 100], **FRESH, **{"platform.hot_threshold": 0.5})
    rank(model.state, model.actors)
    tick = 9 * 24
    assert model.state.world.posts.hot_tick.tolist() == [-1, tick, tick]
    model.state.world.posts.likes[0] = 50
    model.state.clock = Clock(tick + 1, HOUR_S)
    rank(model.state, model.actors)
    assert model.state.world.posts.hot_tick.tolist() == [tick + 1, tick, tick]


def test_unlisted_posts_turn_hot_and_are_never_recommended() -> None:
    for feed in ("ranked", "random", "oracle"):
        model = quiet(9, [20, 2], [40, 3], **{"controls.feed": feed})
        model.state.world.posts.unlisted[0] = True
        rank(model.state, model.actors)
        assert set(np.unique(model.state.public.feeds)) == {1}
        assert (model.state.world.posts.hot_tick[0] >= 0) == (feed == "ranked")


@pytest.mark.parametrize("feed", ["ranked", "random", "oracle"])
def test_tables_have_all_their_slots_or_none(feed: str) -> None:
    model = quiet(9, [100, 20, 2], [9, 40, 3], **{"controls.feed": feed})
    rank(model.state, model.actors)
    feeds = model.state.public.feeds
    assert feeds.shape == (N_TOPICS, 512) and feeds.dtype == np.int32
    assert set(np.unique(feeds)) == {1, 2}  # entries among the posts alive; the oldest is too old
    model.state.world.posts.hidden[:] = True
    rank(model.state, model.actors)
    assert (model.state.public.feeds == -1).all()


def test_search_finds_finished_posts_of_days_and_weeks() -> None:
    model = quiet(30, [27 * 24, 5 * 24, 4 * 24, 71, 2], [0] * 5)
    state, posts = model.state, model.state.world.posts
    posts.reads[:, 0] = 1000
    posts.finishes[:, 0] = 500, 900, 300, 900, 900
    found = draw_evergreen(state)
    assert found.shape == (N_TOPICS, 128) and set(np.unique(found)) == {0, 1, 2}
    age, share = np.array([27, 5, 4]), (np.array([500, 900, 300]) + 5.4) / 1012
    opts = state.scenario.surfaces  # all are read as often
    weight = share**opts.evergreen_finish_power * np.exp(-age / opts.evergreen_fade_days)
    counts = np.stack([np.bincount(row, minlength=3) for row in found])
    assert np.abs(counts - 128 * weight / weight.sum()).max() <= 1


def test_search_is_drawn_at_its_hour_and_loses_posts_that_are_gone() -> None:
    model = quiet(30, [27 * 24 + 20, 5 * 24], [0, 0], **{"surfaces.evergreen_hour": 3})
    state = model.state
    rank(state, model.actors)
    assert state.public.evergreen.shape == (N_TOPICS, 0)
    state.clock = Clock(30 * 24 + 3, HOUR_S)
    rank(state, model.actors)
    drawn = state.public.evergreen.copy()
    assert set(np.unique(drawn)) == {0, 1}
    state.clock = Clock(30 * 24 + 7, HOUR_S)
    state.world.alive = slice(1, 2)
    rank(state, model.actors)
    np.testing.assert_array_equal(state.public.evergreen, drawn - 1)


@pytest.mark.parametrize("minutes", [10, 480, 1440])
def test_search_is_drawn_once_a_day_whatever_the_length_of_a_tick(minutes: int) -> None:
    model = quiet(30, [5 * 24, 4 * 24], [0, 0], **{"surfaces.evergreen_hour": 12})
    state, drawn = model.state, []
    ticks = DAY_S // (60 * minutes)
    for tick in range(30 * ticks, 31 * ticks):
        state.clock = Clock(tick, 60 * minutes)
        before = state.platform.evergreen
        rank(state, model.actors)
        if state.platform.evergreen is not before:
            drawn.append(state.clock.start_s % DAY_S)
    assert len(drawn) == 1
    assert 0 <= 12 * HOUR_S - drawn[0] < 60 * minutes  # in the tick in which the hour lies


def test_strategies_that_work_otherwise_post_more_or_more_attractively() -> None:
    start = {"creators.manipulating_start": 0.0, "readers.n": 300, "creators.n": 100, "controls.frozen": True}

    def posts(**factors: float) -> Any:
        scenario = Scenario().with_changes(start | {"strategies": [{"name": "honest"} | factors]})
        model = EngagementModel(scenario, seed=3, threads=1)
        for _ in range(24):
            model.step()
        return model.state.world.posts

    plain, same, often = posts(), posts(rate_factor=1.0, appeal_factor=1.0), posts(rate_factor=3.0)
    assert plain.n == same.n and (plain.appeal == same.appeal).all()
    assert often.n > 2 * plain.n
    pulling = posts(appeal_factor=2.0)
    assert pulling.n == plain.n and pulling.appeal == pytest.approx(2 * plain.appeal)


def test_appeal_and_shareability_have_mean_1_and_deliveries_count_the_dormant() -> None:
    scenario = Scenario().with_changes({"readers.n": 300, "creators.n": 200, "creators.posts_per_day": 5.0})
    model = EngagementModel(scenario, seed=3, threads=1)
    for _ in range(48):
        model.step()
    posts, creators = model.state.world.posts, model.state.world.creators
    n = posts.n
    assert n > 1000
    for column, sigma in ((posts.appeal, 0.65), (posts.share, 0.7)):
        assert np.log(column).std() == pytest.approx(sigma, rel=0.08)
        assert column.mean() == pytest.approx(1.0, abs=5 * 0.85 / np.sqrt(n))
    assert abs(np.corrcoef(np.log(posts.appeal), np.log(posts.share))[0, 1]) < 5 / np.sqrt(n)
    late = np.arange(n - 50, n)
    now = creators.followers[posts.creator[late]]
    assert posts.deliveries[late] == pytest.approx(2 * now, rel=0.1, abs=20)


def lived_trial(**trial: Any) -> World:
    """Two days of a world in which every post of honest creators is in the trial, with no likes."""
    changes = SMALL | {"creators.n": 200, "probes.share_posts": 1.0, "probes.doses": [0]}
    changes |= {f"probes.{name}": value for name, value in trial.items()}
    model = EngagementModel(Scenario().with_changes(changes), seed=2, threads=1)
    for _ in range(48):
        model.step()
    return model.state.world


def test_a_share_of_the_trial_is_unlisted() -> None:
    posts = lived_trial(unlisted_share=0.4).posts
    assert posts.unlisted.mean() == pytest.approx(0.4, abs=5 * 0.5 / np.sqrt(posts.n))


def test_the_trial_begins_on_its_day() -> None:
    posts = lived_trial(from_day=1).posts
    first = posts.published_s[: posts.n] < DAY_S
    in_trial = posts.dose[: posts.n] == 0
    assert first.any() and not in_trial[first].any()
    assert in_trial[~first].mean() > 0.9


def test_heavy_buyers_have_all_of_their_posts_liked_and_nobody_else_has() -> None:
    """Every post of some creators gets 30 to 40 likes, none of the others'; the trial leaves theirs out."""
    world = lived_trial(heavy_buyers=0.2, heavy_likes_min=30, heavy_likes_max=40, grade="real_person")
    posts = world.posts
    old = posts.published_s < DAY_S  # so that the likes are there
    bought = posts.likes_by_origin[:, Origin.TRIAL]
    heavy = posts.dose < 0
    assert not bought[~heavy].any()
    assert bought[heavy & old].min() >= 30 and bought.max() <= 40 and len(np.unique(bought[heavy & old])) > 5
    of_them = np.unique(posts.creator[heavy])
    assert np.isin(posts.creator, of_them)[~heavy].sum() == 0
    assert len(of_them) / len(np.unique(posts.creator)) == pytest.approx(0.2, abs=0.1)


def test_heavy_buyers_may_be_there_without_a_trial() -> None:
    posts = lived_trial(heavy_buyers=0.2, share_posts=0.0).posts
    assert (posts.dose == -1).all()
    most = posts.likes_by_origin[:, Origin.TRIAL].max()
    assert 500 < most <= 1000


@pytest.mark.parametrize("grade", ["machine", "raised", "real_person"])
def test_the_supplier_of_the_experimenter_has_as_many_accounts_as_it_asks_likes(grade: str) -> None:
    posts = lived_trial(heavy_buyers=0.3, share_posts=0.0, grade=grade, heavy_likes_min=200, heavy_likes_max=250).posts
    old = (posts.published_s < DAY_S // 2) & (posts.likes_by_origin[:, Origin.TRIAL] > 0)
    assert posts.likes_by_origin[old, Origin.TRIAL].min() >= 200
