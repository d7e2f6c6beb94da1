"""What every ranking policy must keep, and the answers that are known."""

from __future__ import annotations

import copy
import types
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.clock import Clock
from sim.core.enums import N_TOPICS
from sim.core.random_streams import RandomStreams
from sim.core.views import POST_COLUMNS, PostsView
from sim.engine.phases.feeds import build_feeds, cell_keys, weigh
from sim.plugins.ranking import TABLE
from sim.plugins.ranking.policy import score_cells
from sim.plugins.registry import as_mapping, build
from sim.scenario.schema.platform import PlatformSection
from sim.world.observables import view_posts
from sim.world.tokens import TokenKey
from tests.helpers.seen import LIVED, change_truth, lived, move_people

CLOCK = Clock(100, 3600)


def posts_view(n: int, seed: int = 0, **columns: Any) -> PostsView:
    rng = np.random.default_rng(seed)
    reads = rng.integers(0, 400, n)
    likes = rng.integers(0, 60, n)
    values = {
        "token": some_tokens("post", n, seed),
        "creator": TokenKey(seed, "account").tokens_of(rng.integers(0, 50, n)),
        "topic": rng.integers(0, N_TOPICS, n),
        "age_h": np.sort(rng.uniform(0, 160, n))[::-1],
        "impressions": reads * 20,
        "reads": reads,
        "finishes": reads // 2,
        "dwell_s": reads * 60,
        "likes": likes,
        "visible_likes": likes,
        "comments": likes // 5,
        "comment_depth": likes // 2,
        "stock_comments": likes // 9,
        "forwards": reads // 30,
        "forward_standing": reads * 3,
        "follows": reads // 100,
        "followers": rng.integers(0, 9000, n),
        "reports": reads // 500,
    }
    return PostsView(**(values | columns))


def some_tokens(kind: str, n: int, seed: int) -> np.ndarray:
    """Tokens as a run of this seed has them."""
    return TokenKey(seed, kind).tokens_of(np.arange(n))


@pytest.fixture(params=list(TABLE))
def policy(request):
    return TABLE[request.param]()


def test_all_cells_at_once_are_the_cells_one_by_one(policy):
    posts = posts_view(40)
    for own in (policy, halved(policy), types.SimpleNamespace(score=policy.score)):
        one_by_one = [own.score(posts, cell, CLOCK) for cell in range(N_TOPICS)]
        scores = score_cells(own, posts, N_TOPICS, CLOCK)
        assert len(scores) in (1, N_TOPICS)
        np.testing.assert_array_equal(np.broadcast_to(scores, (N_TOPICS, 40)), one_by_one)


def halved(policy):
    """A user's policy made out of one that ships."""

    class Halved(type(policy)):
        def score(self, posts, cell, clock):
            return super().score(posts, cell, clock) / 2

    return Halved()


def test_one_finite_score_a_post(policy):
    for n in (0, 1, 40):
        for cell in (-1, 0, 7):
            score = policy.score(posts_view(n), cell, CLOCK)
            assert score.shape == (n,) and score.dtype == np.float64
            assert np.isfinite(score).all()


def test_same_question_same_answer_and_inputs_untouched(policy):
    posts = posts_view(30)
    before = copy.deepcopy({f.name: getattr(posts, f.name) for f in fields(posts)})
    first = policy.score(posts, 3, CLOCK)
    assert (policy.score(posts, 3, CLOCK) == first).all()
    for name, value in before.items():
        np.testing.assert_array_equal(getattr(posts, name), value)


@given(st.integers(1, 40), st.integers(0, 100))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_scores_follow_the_posts_when_rows_are_shuffled(policy, n, seed):
    posts = posts_view(n, seed)
    order = np.random.default_rng(seed + 1).permutation(n)
    turned = PostsView(**{name: getattr(posts, name)[order] for name in POST_COLUMNS})
    for cell in (-1, 2):
        np.testing.assert_array_equal(policy.score(turned, cell, CLOCK), policy.score(posts, cell, CLOCK)[order])
    of_cells = score_cells(policy, posts, N_TOPICS, CLOCK)
    np.testing.assert_array_equal(score_cells(policy, turned, N_TOPICS, CLOCK), of_cells[:, order])


@given(st.integers(1, 40), st.integers(0, 100))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_scores_are_the_same_under_other_tokens(policy, n, seed):
    """Another name of the post, of its author, or both: one name for one author, as before."""
    posts, other = posts_view(n, seed), TokenKey(seed + 1, "account")
    token = some_tokens("post", n, seed + 1)
    creator = other.tokens_of(TokenKey(seed, "account").rows_of(posts.creator))
    assert (token != posts.token).any() and (creator != posts.creator).any()
    scores = score_cells(policy, posts, N_TOPICS, CLOCK)
    for changed in ({"token": token}, {"creator": creator}, {"token": token, "creator": creator}):
        relabelled = replace(posts, **changed)
        np.testing.assert_array_equal(score_cells(policy, relabelled, N_TOPICS, CLOCK), scores)
        np.testing.assert_array_equal(policy.score(relabelled, 3, CLOCK), policy.score(posts, 3, CLOCK))


@pytest.mark.parametrize("change", [move_people, change_truth], ids=["seats", "truth"])
def test_no_score_hangs_on_seats_or_truth(policy, change):
    """Asked of the posts of a lived world, through the view that the engine hands out."""
    world = lived()
    before = score_cells(policy, view_posts(world, LIVED), N_TOPICS, LIVED)
    assert len(np.unique(before)) > 20
    change(world)
    np.testing.assert_array_equal(score_cells(policy, view_posts(world, LIVED), N_TOPICS, LIVED), before)


def test_it_says_itself_and_comes_back(policy):
    again = build("ranking", as_mapping(policy))
    assert again == policy and repr(again) == repr(policy)
    assert eval(repr(policy), vars(__import__("sim.plugins.ranking", fromlist=["x"]))) == policy


@pytest.mark.parametrize("name", list(TABLE))
def test_parameters_state_unit_range_and_source(name):
    for parameter in fields(TABLE[name]):
        assert parameter.metadata["help"] and parameter.metadata["unit"] and parameter.metadata["source"]
        assert parameter.metadata["ge"] <= parameter.default <= parameter.metadata["le"]


def twins(**columns: Any) -> PostsView:
    """Posts that differ only in the columns given."""
    n = len(next(iter(columns.values())))
    plain = {
        "token": 9,
        "creator": 0,
        "topic": 1,
        "age_h": 10.0,
        "impressions": 4000,
        "reads": 200,
        "finishes": 100,
        "dwell_s": 12_000,
        "likes": 2,
        "visible_likes": 2,
        "comments": 1,
        "comment_depth": 2,
        "stock_comments": 0,
        "forwards": 4,
        "forward_standing": 400,
        "follows": 1,
        "followers": 100,
        "reports": 0,
    }
    return PostsView(**({k: np.full(n, v) for k, v in plain.items()} | columns))


def test_likes_only_pays_every_like():
    likes = np.array([0, 1, 50, 5000])
    score = TABLE["likes_only"]().score(twins(likes=likes, visible_likes=likes), 0, CLOCK)
    assert (np.diff(score) > 0).all()


def test_chronological_knows_only_age():
    posts = twins(
        age_h=np.array([5.0, 1.0, 90.0]), likes=np.array([0, 0, 10**6]), visible_likes=np.array([0, 0, 10**6])
    )
    assert np.argsort(-TABLE["chronological"]().score(posts, 0, CLOCK)).tolist() == [1, 0, 2]


def test_composite_turns_down_when_likes_outrun_reads():
    likes = np.array([2, 10, 13, 14, 16, 100, 400, 1600])
    score = TABLE["composite"]().score(twins(likes=likes, visible_likes=likes), 0, CLOCK)
    natural = 5 + 4 * 0.01 * 200  # slack times rate times reads, plus five
    below, above = likes <= natural, likes > natural
    assert (np.diff(score[below]) > 0).all()
    assert (np.diff(score[likes >= 13][:3]) < 0).all()
    assert (np.diff(score[above]) <= 0).all() and (score >= 0).all()
    assert score[-1] == 0 < score[0]  # no more than a post that nobody has read


def test_composite_gives_nothing_to_what_nobody_has_read():
    none = dict.fromkeys(("reads", "finishes", "dwell_s", "likes", "visible_likes", "comment_depth"), np.zeros(1, int))
    score = TABLE["composite"]().score(twins(forward_standing=np.zeros(1, int), **none), 0, CLOCK)
    assert score == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("column", ["finishes", "dwell_s", "comment_depth", "forward_standing"])
def test_composite_rewards_what_readers_do(column):
    values = np.array([0, 50, 150])
    score = TABLE["composite"]().score(twins(**{column: values * (100 if column == "dwell_s" else 1)}), 0, CLOCK)
    assert (np.diff(score) >= 0).all() and score[-1] > score[0]


def policy_of(**changes: Any) -> PlatformSection:
    return PlatformSection.model_validate(changes)


def hot_table(posts: PostsView, scores: np.ndarray, slots: int = 512, seed: int = 1, **changes: Any) -> np.ndarray:
    """The hot table of posts that are all listed, as the engine fills it."""
    visibility, yardstick = changes.pop("visibility", np.ones(len(posts))), changes.pop("yardstick", 1.0)
    listed = changes.pop("listed", np.ones(len(posts), bool))
    policy = policy_of(**changes)
    weight = weigh(scores, posts, visibility * listed, policy, yardstick)
    return build_feeds(
        weight, posts, policy, slots=slots, listed=listed, keys=cell_keys(RandomStreams(seed), "hot table", CLOCK)
    )


def slots_of(table: np.ndarray, n: int) -> np.ndarray:
    """How many slots each of n posts has in each cell."""
    return np.stack([np.bincount(row, minlength=n) for row in table])


@given(st.integers(1, 300), st.floats(0, 1), st.integers(0, 100))
def test_slots_are_in_proportion_to_weight_but_for_rounding(n, exploration, seed):
    posts = posts_view(n, seed)
    scores = posts.visible_likes[None].astype(float)
    table = hot_table(posts, scores, seed=seed, hot_exploration=exploration, yardstick=7.0)
    assert table.shape == (N_TOPICS, 512) and table.dtype == np.int32 and table.min() >= 0
    lots = round(exploration * 512) if (posts.age_h < 24).any() else 0
    policy = policy_of()
    fresh = (posts.age_hours + policy.hot_age_offset_h) ** -policy.hot_gravity
    for cell, slots in enumerate(slots_of(table, n)):
        boost = np.where(posts.topic == cell, policy.hot_topic_boost, 1.0)
        weight = (policy.hot_prior + np.log1p(posts.visible_likes / 7.0)) * fresh * boost
        due = (512 - lots) * weight / weight.sum()
        old = posts.age_h >= 24
        assert (np.abs(slots - due)[old] < 1 + 1e-6).all()
        assert (slots >= np.floor(due - 1e-6))[~old].all()  # and what the lot brings
        assert slots[~old].sum() - due[~old].sum() == pytest.approx(lots, abs=len(posts))


def test_slots_are_in_random_order_that_cell_tick_and_seed_decide():
    posts = posts_view(100)
    scores = np.ones((1, 100))
    table, again, other = (
        hot_table(posts, scores, seed=seed, hot_topic_boost=1.0, hot_gravity=0.0) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(table, again)
    assert (table != other).any(axis=1).all()
    assert all((table[0] != row).any() for row in table[1:])
    # neighbouring slots have nothing to do with each other: a window of eight is a sample of the table
    steps = np.diff(table[0])
    assert 0.3 < (steps > 0).mean() < 0.7


@pytest.mark.parametrize(
    ("curve", "gain"),
    [("log", np.log(3)), ("linear", 2.0), ("hill", 2 / 3), ("cliff", 12.0)],
)
def test_curves_by_hand(curve, gain):
    posts = twins(visible_likes=np.array([0, 8]))
    policy = policy_of(hot_curve=curve, hot_threshold=2, hot_prior=0.15, hot_gravity=1.8, hot_age_offset_h=2)
    weight = weigh(np.array([[0.0, 8.0]]), posts, np.ones(2), policy, 4.0)
    assert weight[0, 0] == pytest.approx(0.15 * 12**-1.8)
    assert weight[0, 1] == pytest.approx((0.15 + gain) * 12**-1.8)


def test_at_a_cliff_who_passes_comes_first_and_below_it_likes_count_as_they_are():
    posts = twins(visible_likes=np.array([30, 29, 15]))
    scores = posts.visible_likes[None].astype(float)
    weight = weigh(scores, posts, np.ones(3), policy_of(hot_curve="cliff", hot_prior=0, hot_threshold=1), 30.0)[0]
    assert weight[0] > 11 * weight[1] and weight[1] / weight[2] == pytest.approx(29 / 15)


def test_a_throttled_post_has_the_share_of_slots_that_its_visibility_leaves():
    posts = twins(visible_likes=np.full(2, 9), age_h=np.full(2, 30.0))
    scores = np.full((1, 2), 9.0)
    table = hot_table(posts, scores, visibility=np.array([0.25, 1.0]))
    assert np.abs(slots_of(table, 2)[:, 0] - 512 / 5).max() <= 1


def test_a_post_that_is_not_listed_is_nowhere_even_by_lot():
    posts = twins(age_h=np.array([1.0, 1.0, 2.0]))
    table = hot_table(posts, np.array([[90.0, 1.0, 1.0]]), listed=np.array([False, True, True]), hot_exploration=0.5)
    assert set(np.unique(table)) == {1, 2}


def test_without_posts_or_weight_slots_are_empty():
    none = hot_table(posts_view(0), np.zeros((1, 0)))
    assert (none == -1).all()
    old = twins(age_h=np.array([30.0, 40.0]))
    assert (hot_table(old, np.zeros((1, 2)), hot_prior=0.0) == -1).all()
    # the lot goes on where nobody has a score yet
    young = twins(age_h=np.array([3.0, 4.0]))
    table = hot_table(young, np.zeros((1, 2)), hot_prior=0.0)
    assert ((table == -1).sum(axis=1) == 512 - round(policy_of().hot_exploration * 512)).all()


def test_scores_below_0_count_as_0():
    posts = twins(age_h=np.array([30.0, 30.0]))
    weight = weigh(np.array([[-5.0, 0.0]]), posts, np.ones(2), policy_of(), 1.0)
    assert weight[0, 0] == weight[0, 1] > 0


def test_a_policy_may_score_each_cell_apart():
    posts = twins(age_h=np.full(2, 30.0))
    scores = np.ones((N_TOPICS, 2))
    scores[3] = 0.0, 50.0
    slots = slots_of(hot_table(posts, scores, hot_topic_boost=1.0), 2)
    assert slots[3, 1] > 450 and (slots[[0, 1, 2, 4], 1] <= 257).all()
