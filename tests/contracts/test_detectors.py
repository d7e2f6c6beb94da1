"""What every detector must do, whatever it looks for."""

import dataclasses
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.enums import Kind, Target
from sim.core.views import LOG_COLUMNS, AccountsView, LogView, PostsView
from sim.plugins.detectors import TABLE
from sim.plugins.registry import as_mapping, build, describe, name_of
from tests.helpers.by_hand import CLOCK, busy, view, world

ALL = sorted(TABLE)
TRUTH = {
    "origin",
    "grade",
    "owner",
    "quality",
    "appeal",
    "effort",
    "strategy",
    "likes_by_origin",
    "dose",
    "talent",
    "skill",
    "ever_manipulated",
    "key",
}


def same(a, b):
    return np.array_equal(a.ids, b.ids) and np.array_equal(a.values, b.values)


@pytest.mark.parametrize("name", ALL)
def test_a_detector_is_its_name_and_parameters(name):
    detector = build("detection", name)
    assert build("detection", as_mapping(detector)) == detector
    assert name_of(detector) == name
    assert pickle.loads(pickle.dumps(detector)) == detector
    assert eval(repr(detector), {type(detector).__name__: type(detector)}) == detector
    with pytest.raises(dataclasses.FrozenInstanceError):
        detector.threshold = 3.0
    assert all(row["help"] and row["unit"] for row in describe(detector))


@pytest.mark.parametrize("name", ALL)
def test_every_number_has_bounds_that_hold_its_default(name):
    for parameter in dataclasses.fields(TABLE[name]):
        low, high = parameter.metadata["ge"], parameter.metadata["le"]
        assert low is None or parameter.default >= low
        assert high is None or parameter.default <= high
        if high is not None:
            with pytest.raises(ValueError, match=r"\.\."):
                build("detection", {"name": name, parameter.name: high * 2 + 1})


@pytest.mark.parametrize("name", ALL)
def test_what_it_declares_about_itself_is_true(name):
    made = busy()
    scores = build("detection", name).inspect(view(made), CLOCK)
    target = TABLE[name].target
    assert len(np.unique(scores.ids)) == len(scores.ids) == len(scores.values)
    assert np.isfinite(scores.values).all()
    if target is Target.LIKE:
        assert (made.log.kind[scores.ids] == Kind.LIKE).all()
    liked = made.log.kind == Kind.LIKE
    if target is Target.ACCOUNT:
        assert np.isin(scores.ids, made.log.account[liked]).all()
    if target is Target.POST:
        assert np.isin(scores.ids, made.log.post[liked]).all()
    assert not TABLE[name].needs_reads  # none that ships asks for them, so the log stays short
    assert (name == "none") == (len(scores.ids) == 0)


@pytest.mark.parametrize("name", ALL)
def test_nothing_in_nothing_out(name):
    detector = build("detection", name)
    assert len(detector.inspect(view(world()), CLOCK).ids) == 0
    only_reads = world()
    only_reads.log.add(5, kind=Kind.READ, time_s=CLOCK.start_s)
    assert len(detector.inspect(view(only_reads), CLOCK).ids) == 0
    empty = world(n_posts=0)
    assert len(detector.inspect(view(empty), CLOCK).ids) == 0


@pytest.mark.parametrize("name", ALL)
def test_same_view_same_answer_and_nothing_changed(name):
    made = busy(3)
    before = pickle.dumps(made)
    detector = build("detection", name)
    first, second = (detector.inspect(view(made), CLOCK) for _ in range(2))
    assert same(first, second)
    assert pickle.dumps(made) == before


def test_the_view_cannot_be_written_through():
    seen = view(busy())
    for column in (seen.log.time_s, seen.posts.likes, seen.accounts.device):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1


def test_no_view_has_a_column_of_truth():
    fields = {f.name for kind in (LogView, PostsView, AccountsView) for f in dataclasses.fields(kind)}
    assert not fields & TRUTH
    assert {f.name for f in dataclasses.fields(LogView)} == set(LOG_COLUMNS)
    assert {name for name in dir(view(busy())) if not name.startswith("_")} == {"log", "posts", "accounts"}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("seed", range(5))
def test_no_verdict_hangs_on_the_truth(name, seed):
    made = busy(seed)
    detector = build("detection", name)
    before = detector.inspect(view(made), CLOCK)
    rng = np.random.default_rng(seed + 100)
    made.log.origin[:] = rng.permutation(made.log.origin)
    made.accounts.grade[:] = rng.integers(0, 6, made.accounts.n)
    made.accounts.owner[:] = rng.integers(-1, 9, made.accounts.n)
    made.creators.ever_manipulated[:] = ~made.creators.ever_manipulated
    made.creators.strategy[:] = 3
    for truth in ("quality", "appeal", "effort"):
        getattr(made.posts, truth)[:] = rng.random(made.posts.n)
    made.posts.strategy[:] = rng.integers(0, 7, made.posts.n)
    made.posts.likes_by_origin[:] = rng.integers(0, 100, made.posts.likes_by_origin.shape)
    made.posts.dose[:] = rng.integers(0, 100, made.posts.n)
    assert same(before, detector.inspect(view(made), CLOCK))


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), shuffle=st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(name, seed, shuffle):
    made = busy(seed % 50)
    detector = build("detection", name)
    before = detector.inspect(view(made), CLOCK)
    order = np.random.default_rng(shuffle).permutation(made.log.n)
    for column in made.log.spec:
        getattr(made.log, column)[:] = getattr(made.log, column)[order]
    after = detector.inspect(view(made), CLOCK)
    if TABLE[name].target is Target.LIKE:
        place = np.full(len(order), -1)
        place[order] = np.arange(len(order))  # where each old row is now
        back = np.argsort(place[before.ids])
        assert np.array_equal(after.ids, place[before.ids][back])
        assert np.array_equal(after.values, before.values[back])
    else:
        assert same(before, after)
