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
from sim.core.views import POST_COLUMNS, PostsView
from sim.engine.phases.feeds import build_feeds
from sim.plugins.ranking import TABLE
from sim.plugins.ranking.policy import score_cells
from sim.plugins.registry import as_mapping, build
from sim.world.tokens import TokenKey

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
        np.testing.assert_array_equal(score_cells(own, posts, N_TOPICS, CLOCK), one_by_one)


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
    likes = np.array([2, 10, 13, 100, 400, 1600])
    score = TABLE["composite"]().score(twins(likes=likes, visible_likes=likes), 0, CLOCK)
    natural = 5 + 4 * 0.01 * 200  # slack times rate times reads, plus five
    below, above = likes <= natural, likes > natural
    assert (np.diff(score[below]) > 0).all()
    assert (np.diff(score[above]) < 0).all()
    assert score[-1] < score[0]


@pytest.mark.parametrize("column", ["finishes", "dwell_s", "comment_depth", "forward_standing"])
def test_composite_rewards_what_readers_do(column):
    values = np.array([0, 50, 150])
    score = TABLE["composite"]().score(twins(**{column: values * (100 if column == "dwell_s" else 1)}), 0, CLOCK)
    assert (np.diff(score) >= 0).all() and score[-1] > score[0]


@given(st.integers(1, 300), st.integers(0, 40), st.floats(0, 1), st.integers(0, 100))
def test_feeds_hold_living_posts_and_hot_ones_first(n, threshold, exploration, seed):
    posts = posts_view(n, seed)
    lottery = np.random.default_rng(seed).integers(0, 2**63, n, dtype=np.uint64)
    feeds = build_feeds(
        posts,
        np.ones(n),
        TABLE["likes_only"](),
        CLOCK,
        slots=16,
        hot_threshold=threshold,
        hot_visibility=0.5,
        exploration=exploration,
        fresh_h=24,
        max_age_h=72,
        lottery=lottery,
    )
    young = np.flatnonzero(posts.age_h < 72)
    assert feeds.shape == (N_TOPICS, 16)
    if len(young):
        assert np.isin(feeds, young).all()
        every = max(1, round(1 / exploration)) if exploration * 16 >= 0.5 else 17
        ranked = np.arange(16) % every != every - 1
        score = TABLE["likes_only"]().score(posts, 0, CLOCK)
        hot = posts.visible_likes >= threshold
        best = sorted(young.tolist(), key=lambda i: (not hot[i], -score[i], i))[: int(ranked.sum())]
        got = feeds[0, ranked].tolist()
        if (posts.age_h < 24).any() or every == 17:
            assert got[: len(best)] == best


def test_a_throttled_post_loses_its_place_among_the_hot():
    posts = twins(likes=np.array([900, 40, 35]), visible_likes=np.array([900, 40, 35]))
    for visibility, first in ((np.array([1.0, 1.0, 1.0]), 0), (np.array([0.4, 1.0, 1.0]), 1)):
        feeds = build_feeds(
            posts,
            visibility,
            TABLE["likes_only"](),
            CLOCK,
            slots=8,
            hot_threshold=30,
            hot_visibility=0.5,
            exploration=0.0,
            fresh_h=24,
            max_age_h=72,
            lottery=np.arange(3, dtype=np.uint64),
        )
        assert feeds[0, 0] == first
