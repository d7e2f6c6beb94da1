"""What every detector must do, whatever it looks for.

All of it is asked of the log, the posts and the memory of a small world after three days of everything. What no
detector may look at can change without a change of any verdict.
"""

import dataclasses
import io
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sim.core.enums import Kind, Target
from sim.core.history import HistoryView, LikeRows
from sim.core.views import (
    ACCOUNT_COLUMNS,
    LABEL_COLUMNS,
    LOG_COLUMNS,
    NO_POSTS,
    POST_COLUMNS,
    AccountRows,
    AccountsView,
    LabelRows,
    LogView,
    PlatformView,
    PostsView,
)
from sim.plugins.detectors import TABLE, Detector, Scores
from sim.plugins.detectors.detector import CADENCES
from sim.plugins.frozen import frozen_platform
from sim.plugins.registry import as_mapping, build, describe, name_of
from sim.plugins.sanctions.actions import Case
from sim.world.observables import rows_of_tokens, view_platform
from sim.world.tokens import token_keys
from tests.helpers import seen
from tests.helpers.seen import LIVED, answer, change_truth, lived, move_people, sharp

ALL = sorted(TABLE)
RULES = [name for name in ALL if name != "none"]
TRUTH = {
    "origin", "order", "grade", "owner", "seat", "creator_row", "quality", "appeal", "effort", "strategy",
    "likes_by_origin", "dose", "talent", "skill", "ever_manipulated", "key", "cause", "bought_reads", "fan_club",
    "entity", "event", "shop", "campus", "shadowbanned_until", "ordered", "unlisted", "share", "bait", "outside_link",
    "integrity", "anxiety", "mcn", "group", "depth",
}  # fmt: skip


def verdicts(detector, world):
    """Scores by row of the world: of the log, of accounts, or of posts."""
    scores = answer(detector, view_platform(world, LIVED))
    rows = rows_of_tokens(world, detector.target, scores.ids)
    return dict(zip(rows.tolist(), scores.values.tolist(), strict=True))


def same(a, b):
    return np.array_equal(a.ids, b.ids) and np.array_equal(a.values, b.values)


# -- what it is


@pytest.mark.parametrize("name", ALL)
def test_a_detector_is_its_name_and_parameters(name):
    detector = sharp(name)
    assert build("detection", as_mapping(detector)) == detector
    assert name_of(detector) == name
    assert pickle.loads(pickle.dumps(detector)) == detector
    assert eval(repr(detector), {type(detector).__name__: type(detector)}) == detector
    with pytest.raises(dataclasses.FrozenInstanceError):
        detector.threshold = 3.0
    assert all(row["help"] and row["unit"] for row in describe(detector))


@pytest.mark.parametrize("name", ALL)
def test_a_detector_comes_back_from_yaml(name):
    yaml, text = YAML(typ="safe"), io.StringIO()
    yaml.dump(as_mapping(sharp(name)), text)
    assert build("detection", yaml.load(text.getvalue())) == sharp(name)


@pytest.mark.parametrize("name", ALL)
def test_every_number_has_bounds_that_hold_its_default(name):
    for parameter in dataclasses.fields(TABLE[name]):
        low, high = parameter.metadata["ge"], parameter.metadata["le"]
        assert low is None or parameter.default >= low
        assert high is None or parameter.default <= high
        if high is not None:
            with pytest.raises(ValueError, match=r"\.\."):
                build("detection", {"name": name, parameter.name: high * 2 + 1})


# -- what it answers


@pytest.mark.parametrize("name", RULES)
def test_it_judges_what_was_liked_and_flags_some_of_it(name):
    world, detector = lived(), sharp(name)
    seen_by = view_platform(world, LIVED)
    scores = answer(detector, seen_by)
    assert scores.ids.dtype == np.int64
    assert len(np.unique(scores.ids)) == len(scores.ids) == len(scores.values)
    assert np.isfinite(scores.values).all()
    flagged = scores.values >= detector.threshold
    assert 0 < flagged.sum() < len(flagged)
    if detector.target is Target.LIKE:
        assert (world.log.kind[scores.ids] == Kind.LIKE).all()
        return
    liked = seen_by.log.likes
    since = seen_by.history.likes(1)
    today = {
        Target.ACCOUNT: (seen_by.log.account[liked], since.account),
        Target.POST: (seen_by.log.post[liked], since.post),
    }
    assert np.isin(scores.ids, today[detector.target][detector.cadence != "tick"]).all()


def test_nothing_is_judged_by_no_detector():
    assert verdicts(sharp("none"), lived()) == {}


@pytest.mark.parametrize("name", ALL)
def test_what_it_says_it_does_not_need_it_does_not_look_at(name):
    detector, full = sharp(name), view_platform(lived(), LIVED)
    assert detector.cadence in CADENCES
    assert not detector.needs_reads  # none that ships asks for them, so the log stays short
    less = dataclasses.replace(
        full,
        posts=full.posts if detector.needs_posts else NO_POSTS,
        history=full.history if detector.needs_history else HistoryView.empty(),
    )
    assert same(answer(detector, full), answer(detector, less))


@pytest.mark.parametrize("name", [n for n in RULES if TABLE[n].needs_posts or TABLE[n].needs_history])
def test_what_it_says_it_needs_it_looks_at(name):
    detector, full = sharp(name), view_platform(lived(), LIVED)
    if detector.needs_posts:
        assert not same(answer(detector, full), answer(detector, dataclasses.replace(full, posts=NO_POSTS)))
    if detector.needs_history:
        without = dataclasses.replace(full, history=HistoryView.empty())
        assert not same(answer(detector, full), answer(detector, without))


@pytest.mark.parametrize("name", ALL)
def test_nothing_in_nothing_out(name):
    detector = sharp(name)
    assert len(answer(detector, seen.view(seen.log(0))).ids) == 0
    assert len(answer(detector, seen.view(seen.log(0), seen.posts(3))).ids) == 0
    assert len(answer(detector, seen.view(seen.log(5, kind=Kind.READ), seen.posts(3))).ids) == 0


@pytest.mark.parametrize("name", ALL)
def test_likes_under_posts_that_are_no_longer_shown_are_no_failure(name):
    scores = answer(sharp(name), seen.view(seen.log(4, post=[7, 7, 8, 8])))
    assert np.isfinite(scores.values).all()


@pytest.mark.parametrize("name", ALL)
def test_asked_twice_it_says_the_same_and_has_changed_nothing(name):
    world, detector = lived(), sharp(name)
    before = pickle.dumps(world)
    view = view_platform(world, LIVED)
    columns = {name: np.array(getattr(view.log, name)) for name in LOG_COLUMNS}
    assert same(answer(detector, view), answer(detector, view))
    assert all(np.array_equal(column, getattr(view.log, name)) for name, column in columns.items())
    assert pickle.dumps(world) == before


@pytest.mark.parametrize("name", ALL)
def test_it_needs_no_column_that_can_be_written_to(name):
    detector, view = sharp(name), view_platform(lived(), LIVED)
    assert same(answer(detector, frozen_platform(view)), answer(detector, view))


def test_the_view_cannot_be_written_through():
    world = lived()
    before = pickle.dumps(world)
    view = view_platform(world, LIVED)
    known = view.accounts.of(view.log.account[:5])
    columns = [
        *(getattr(view.log, name) for name in LOG_COLUMNS),
        *(getattr(view.posts, name) for name in POST_COLUMNS),
        *(getattr(known, name) for name in ACCOUNT_COLUMNS),
        *vars(view.history.likes(3)).values(),
        *vars(view.labels).values(),
        *vars(view.history.features(view.log.account[:5], 3)).values(),
    ]
    for column in columns:
        try:
            column[:] = 1
        except ValueError as error:
            assert "read-only" in str(error)
    assert pickle.dumps(world) == before


# -- what it must not look at


def shuffled(view, seed):
    """The view with the rows of log, posts and past likes in another order; and where each row of the log went."""
    rng = np.random.default_rng(seed)
    order, posts = rng.permutation(len(view.log)), rng.permutation(len(view.posts))
    labels = rng.permutation(len(view.labels))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))

    def likes(days):
        found = view.history.likes(days)
        mixed = np.random.default_rng(seed).permutation(len(found))
        return LikeRows(*(column[mixed] for column in vars(found).values()))

    other = PlatformView(
        LogView(**{name: getattr(view.log, name)[order] for name in LOG_COLUMNS}),
        PostsView(**{name: getattr(view.posts, name)[posts] for name in POST_COLUMNS}),
        view.accounts,
        HistoryView(likes, view.history._load_days),
        LabelRows(**{name: getattr(view.labels, name)[labels] for name in LABEL_COLUMNS}),
    )
    return other, place


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(name, seed):
    detector, view = sharp(name), view_platform(lived(), LIVED)
    other, place = shuffled(view, seed)
    before, after = answer(detector, view), answer(detector, other)
    moved = place[before.ids] if detector.target is Target.LIKE else before.ids
    assert dict(zip(moved.tolist(), before.values.tolist(), strict=True)) == pytest.approx(
        dict(zip(after.ids.tolist(), after.values.tolist(), strict=True))
    )


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("seed", [2, 3])
def test_other_tokens_change_no_verdict(name, seed):
    """Accounts, posts, phones, addresses and visits go by other names."""
    world, detector = lived(), sharp(name)
    before, tokens = verdicts(detector, world), view_platform(world, LIVED).log
    world.tokens, world.seed = token_keys(seed), seed
    after = view_platform(world, LIVED).log
    for column in ("account", "post", "device", "address", "session"):
        assert not np.isin(getattr(tokens, column), getattr(after, column)).any()
    assert verdicts(detector, world) == pytest.approx(before)


@dataclasses.dataclass(frozen=True)
class Cheat(Detector):
    """Looks at where a row stands, or at the number that a token is."""

    column: str = ""
    threshold: float = 0.0

    def inspect(self, view, clock):
        """Rows, or tokens, as they stand."""
        rows = view.log.likes
        return Scores(rows, (getattr(view.log, self.column)[rows] if self.column else rows).astype(float))


def test_the_tests_above_find_a_detector_that_cheats():
    world = lived()
    view = view_platform(world, LIVED)
    other, place = shuffled(view, 1)
    assert not np.array_equal(Cheat().inspect(other, LIVED).values[np.argsort(place[view.log.likes])], view.log.likes)
    before = verdicts(Cheat("account"), world)
    world.tokens, world.seed = token_keys(2), 2
    assert verdicts(Cheat("account"), world) != before


@pytest.mark.parametrize("name", RULES)
def test_who_sits_in_which_seat_changes_no_verdict(name):
    world, detector = lived(), sharp(name)
    before = verdicts(detector, world)
    move_people(world)
    assert verdicts(detector, world) == before


@pytest.mark.parametrize("name", RULES)
def test_no_verdict_hangs_on_the_truth(name):
    world, detector = lived(), sharp(name)
    before = verdicts(detector, world)
    change_truth(world)
    assert verdicts(detector, world) == before


def test_all_truth_was_changed():
    changed = {name.split(".")[1] for name in change_truth(lived())}
    assert changed >= TRUTH - {"owner", "creator_row", "bought_reads"}  # no columns, and one that is shown in a sum


SEEN = (LogView, PostsView, AccountsView, AccountRows, LikeRows, LabelRows, Case)


def test_no_view_has_a_column_of_truth():
    fields = {f.name for kind in SEEN for f in dataclasses.fields(kind)}
    assert not fields & TRUTH
    assert {f.name for f in dataclasses.fields(LogView)} == set(LOG_COLUMNS)
    shown = {name for name in dir(view_platform(lived(), LIVED)) if not name.startswith("_")}
    assert shown == {"log", "posts", "accounts", "history", "labels"}
