"""The table of all likes: what is visible is what lives in it, whatever is given, removed, restored or archived."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import EngagementModel, Scenario
from sim.core.clock import DAY_S
from sim.core.enums import Kind, Origin, Removal, Status, Target
from sim.engine.enforcement.perform import perform
from sim.engine.phases.read import collect
from sim.engine.phases.settle import settle
from sim.plugins.sanctions.actions import Block, Case, Remove
from sim.world import World
from tests.helpers.by_hand import world
from tests.helpers.small_world import publish, quiet_world, to

POSTS, ACCOUNTS = 6, 12
pairs = st.lists(st.tuples(st.integers(0, ACCOUNTS - 1), st.integers(0, POSTS - 1)), min_size=1, max_size=12)
some = st.lists(st.integers(0, 10**6), max_size=8)
steps = st.lists(
    st.tuples(st.just("add"), pairs)
    | st.tuples(st.sampled_from(["remove", "restore"]), some)
    | st.tuples(st.just("ban"), st.integers(0, ACCOUNTS - 1))
    | st.tuples(st.just("archive"), st.integers(0, 12)),
    max_size=40,
)


def add(made: World, rows: list[tuple[int, int]], hour: int) -> None:
    """Likes as a tick takes them over: the first of each account under each post that can be met."""
    account, post = (np.array(column, np.int32) for column in zip(*rows, strict=True))
    first = made.likes.first_of_pairs(account, post)
    made.likes.add(int(first.sum()), account=account[first], post=post[first], time_s=hour)
    np.add.at(made.posts.likes, post[first], 1)


def balance(made: World) -> None:
    """Visible is living and archived, for every post."""
    living = np.bincount(made.likes.post, made.likes.alive, made.posts.n)
    np.testing.assert_array_equal(made.posts.likes - made.posts.discounted, living + made.posts.archived_likes)
    assert (made.posts.discounted >= 0).all() and ((made.likes.cause == Removal.NONE) == made.likes.alive).all()


@settings(max_examples=150, deadline=None)
@given(steps)
def test_the_count_is_that_of_the_rows_after_any_history(history: list[tuple[str, Any]]) -> None:
    made, alive, archived, oldest = world(ACCOUNTS, POSTS), {}, np.zeros(POSTS, int), 0
    for hour, (what, given_) in enumerate(history):
        table = made.likes
        rows = np.unique(np.array(given_, np.int64) % max(1, table.n)) if what in ("remove", "restore") else None
        if what == "add":
            wanted = [(account, post) for account, post in given_ if post >= oldest]
            if wanted:
                add(made, wanted, hour)
            alive = dict.fromkeys(wanted, True) | alive
        elif rows is not None and table.n:
            twice = np.concatenate([rows, rows])  # to name a like twice is to name it once
            gone = made.remove_likes(twice, Removal.FLAGGED) if what == "remove" else made.restore_likes(twice)
            hit = [(int(table.account[row]), int(table.post[row])) for row in rows]
            assert len(gone) == sum(alive[pair] == (what == "remove") for pair in hit)
            alive |= dict.fromkeys(hit, what == "restore")
        elif what == "ban":
            made.remove_likes(table.rows_of_accounts(np.array([given_]), ACCOUNTS), Removal.BANNED)
            alive |= {pair: False for pair in alive if pair[0] == given_}
        elif what == "archive":
            oldest = max(oldest, given_ % POSTS)
            post, living, _ = table.archive(hour, oldest)
            np.add.at(made.posts.archived_likes, post[living], 1)
            for pair in [pair for pair in alive if pair[1] < oldest]:
                archived[pair[1]] += alive.pop(pair)
        balance(made)
        table = made.likes
        in_rows = dict(
            zip(zip(table.account.tolist(), table.post.tolist(), strict=True), table.alive.tolist(), strict=True)
        )
        assert in_rows == alive and len(alive) == table.n
        assert made.posts.archived_likes.tolist() == archived.tolist()
        for post in range(oldest, POSTS):
            liked = table.has(np.arange(ACCOUNTS), post)
            assert liked.tolist() == [(account, post) in alive for account in range(ACCOUNTS)]


def test_many_pairs_are_told_apart() -> None:
    table, rng = world().likes, np.random.default_rng(2)
    seen: set[tuple[int, int]] = set()
    for _ in range(30):
        account, post = rng.integers(0, 300, 400).astype(np.int32), rng.integers(0, 40, 400).astype(np.int32)
        first = table.first_of_pairs(account, post)
        for pair, new in zip(zip(account.tolist(), post.tolist(), strict=True), first.tolist(), strict=True):
            assert new == (pair not in seen)
            seen.add(pair)


def test_rows_that_were_let_go_leave_nothing_behind() -> None:
    log = world().log
    log.add(4, account=[1, 2, 3, 4], order=7, parent=5, since_s=3, origin=Origin.FARM, comment=2)
    log.keep(np.array([0]))
    log.clear()
    log.add(4, account=[5, 6, 7, 8])
    for name in ("order", "parent", "since_s", "origin", "comment"):
        assert (getattr(log, name) == log.spec[name][2]).all(), name
    table = world().likes
    table.add(4, account=np.arange(4), alive=False, order=7)
    table.keep(np.array([1, 0]))
    table.add(2, account=[8, 9])
    assert table.alive.tolist() == [False, False, True, True] and table.order.tolist() == [7, 7, -1, -1]


@given(st.lists(st.one_of(st.integers(0, 40), st.integers(-40, -1), st.sets(st.integers(0, 30), min_size=1))))
def test_rows_dropped_are_gone_and_leave_nothing_behind(steps: list[Any]) -> None:
    """Rows are added (a number), dropped from the front (a negative number) or from anywhere (a set)."""
    table, kept, next_order = world().likes, [], 0
    for step in steps:
        if isinstance(step, int) and step >= 0:
            orders = list(range(next_order, next_order + step))
            added = table.add(step, order=orders)
            assert (added.start, added.stop) == (len(kept), len(kept) + step)
            kept, next_order = kept + orders, next_order + step
        else:
            wanted = range(-step) if isinstance(step, int) else sorted(step)
            rows = [row for row in wanted if row < len(kept)]
            table.drop(np.array(rows, np.int64))
            kept = [order for row, order in enumerate(kept) if row not in rows]
        assert len(table) == len(kept) and table.order.tolist() == kept
        assert table.alive.all() and (table.since_s == -1).all()
    assert pickle.loads(pickle.dumps(table)).order.tolist() == kept
    table.add(60)  # rows that are left out have their default, wherever others stood before
    assert table.order.tolist() == [*kept, *[-1] * 60]


def test_pairs_of_posts_that_nobody_can_meet_make_room_for_others() -> None:
    table, rng = world().likes, np.random.default_rng(3)
    seen: set[tuple[int, int]] = set()
    for day in range(40):
        account = rng.integers(0, 200, 300).astype(np.int32)
        post = rng.integers(10 * day, 10 * day + 20, 300).astype(np.int32)  # never older than the last `archive` allows
        first = table.first_of_pairs(account, post)
        for pair, new in zip(zip(account.tolist(), post.tolist(), strict=True), first.tolist(), strict=True):
            assert new == (pair not in seen)
            seen.add(pair)
        table.archive(0, 10 * (day + 1))
        live = rng.integers(10 * (day + 1), 10 * day + 20, 50)
        assert table.has(np.arange(50), live).tolist() == [(i, int(live[i])) in seen for i in range(50)]
    assert len(table._pairs) <= 4 * 2 * 600  # room for the pairs of two days, not of forty


@dataclass
class Lived:
    """A world as it has become: account and post of all likes ever, archived by tick, restored by appeals."""

    model: EngagementModel
    pairs_given: np.ndarray
    archived: np.ndarray
    restored: int


@pytest.fixture(scope="module")
def lived() -> Lived:
    """A world of 44 days under rules that take likes out, in which everybody appeals and evidence is always found."""
    rules = {
        "platform.detectors": {"no_read_like": True, "device": True, "like_read_mismatch": {"min_likes": 5}},
        "platform.like_ladder": [{"strikes": 0, "sanction": "discount_likes"}, {"strikes": 3, "sanction": "ban"}],
        "platform.creator_ladder": [{"strikes": 1, "sanction": {"name": "discount_likes", "post_share": 0.5}}],
    }
    small = {"readers.n": 300, "creators.n": 20, "run.days": 44, "creators.manipulating_start": 0.5}
    small |= {
        "farms.n_per_1000_creators": 1.0,
        "farms.machine_accounts": 60,
        "readers.like_base": 0.3,
        "readers.unlike_share": 0.1,
        "review.appeal_share_innocent": 1.0,
        "review.appeal_share_guilty": 1.0,
        "review.evidence_missing": 0.0,
    }
    model = EngagementModel(Scenario().with_changes(small | rules), seed=4, threads=1)
    parts, archived, restored, restore_likes = [], [], [], World.restore_likes

    def restore(of: World, rows: np.ndarray) -> np.ndarray:
        back = restore_likes(of, rows)
        restored.append(len(back))
        return back

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(World, "restore_likes", restore)  # appeals alone call it: no sanction here undoes anything
        while model.running:
            model.step()
            made = model.state.world
            balance(made)
            like = made.log.kind == Kind.LIKE
            parts.append(made.log.post[like].astype(np.int64) * 10**6 + made.log.account[like])
            archived.append(int(made.posts.archived_likes.sum()))
    return Lived(model, np.concatenate(parts), np.array(archived), sum(restored))


def test_after_every_tick_of_a_world_the_count_is_that_of_the_rows(lived: Lived) -> None:
    posts, table, archived = lived.model.state.world.posts, lived.model.state.world.likes, lived.archived
    assert posts.likes.sum() == len(lived.pairs_given)
    assert (archived[: 35 * 24 - 1] == 0).all() and archived[-1] > 50 and (np.diff(archived) >= 0).all()
    assert lived.restored > 0
    assert set(np.unique(table.cause).tolist()) >= {Removal.NONE, Removal.UNLIKED, Removal.FLAGGED, Removal.BANNED}
    assert table.time_s.min() >= 9 * DAY_S  # what is older is under posts that nobody can meet
    assert (np.diff(table.time_s) >= 0).all()


def test_no_account_likes_a_post_twice(lived: Lived) -> None:
    pairs_given, table = lived.pairs_given, lived.model.state.world.likes
    assert len(np.unique(pairs_given)) == len(pairs_given)
    rows = table.post.astype(np.int64) * 10**6 + table.account
    assert len(np.unique(rows)) == len(rows) and np.isin(rows, pairs_given).all()


def test_a_second_like_of_an_account_leaves_log_and_count() -> None:
    model = quiet_world()
    state = model.state
    for _ in range(2):
        state.world.log.clear()
        state.world.log.add(4, account=[5, 6, 5, 7], post=[0, 0, 0, 1], kind=Kind.LIKE, time_s=state.clock.start_s)
        collect(state, model.actors)
        settle(state, model.actors)
        state.end_tick()
    assert state.world.posts.likes.tolist() == [2, 1, 0, 0] and state.world.likes.n == 3
    assert state.world.log.n == 0  # in the second tick nothing was new


@pytest.mark.parametrize(
    ("target", "cause", "left"),
    [
        (Target.LIKE, Removal.BANNED, 6),
        (Target.LIKE, Removal.PURGED, 6),
        (Target.POST, Removal.PURGED, 5),
    ],
)
def test_what_happens_on_day_30_takes_back_likes_of_day_5(target: Target, cause: Removal, left: int) -> None:
    model = quiet_world(readers={"unlike_share": 0.0})
    state, likes = model.state, model.state.world.likes
    for day, accounts in ((5, np.arange(10)), (29, np.arange(10, 14))):
        to(model, day=day)
        state.world.log.clear()
        post = 0 if day == 5 else publish(model, [1])[0]
        state.world.log.add(
            len(accounts), account=accounts, post=post, kind=Kind.LIKE, time_s=state.clock.start_s, origin=Origin.FARM
        )
        collect(state, model.actors)
        settle(state, model.actors)
    assert state.world.shown_likes(slice(0, 1)).tolist() == [10]
    to(model, day=30)
    state.world.log.clear()
    likes.first_of_tick = likes.n
    hit = np.array([2, 4, 6, 8]) if target is Target.LIKE else np.array([-1])
    columns = np.zeros(len(hit), np.int64), np.full(len(hit), -1), np.ones(len(hit)), np.zeros(len(hit), np.int64)
    case = Case(target, hit, *columns)
    action = Block(case) if cause is Removal.BANNED else Remove(case, share=0.5, past_days=28)
    if target is Target.LIKE and cause is Removal.PURGED:  # accused of a like of today
        case.posts[:] = 1
    assert perform(action, state.world, state.clock).all()
    assert state.world.shown_likes(slice(0, 1)).tolist() == [left]
    gone = np.flatnonzero(~likes.alive)
    assert (likes.time_s[gone] // DAY_S == 5).all() and (likes.cause[gone] == cause).all()
    if target is Target.LIKE:
        assert sorted(likes.account[gone].tolist()) == hit.tolist()
    if cause is Removal.BANNED:
        assert (state.world.accounts.status[hit] == Status.BANNED).all()
    assert not perform(action, state.world, state.clock).any()  # a second time changes nothing
    assert len(state.world.restore_likes(gone)) == 10 - left
    assert state.world.shown_likes(slice(0, 1)).tolist() == [10]
