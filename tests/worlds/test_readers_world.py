"""Whom readers know and follow, how posts pass from one to the other, and what likes and friends persuade them to."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import EngagementModel, Scenario
from sim.actors.readers.workers import ReaderWorkers
from sim.core.clock import DAY_S, HOUR_S
from sim.core.enums import Kind, Origin, Status, Surface
from sim.core.random_streams import RandomStreams
from sim.kernels.moments import to_moments
from sim.kernels.read_layout import READS_AT
from sim.kernels.scales import MOST_DEPTH, NEAR
from sim.kernels.spread import end_day, to_chats
from sim.scenario.schema.readers import ReadersSection
from sim.world import World
from sim.world.build import build_world
from sim.world.reader_tables import patience, post_table
from sim.world.readers import Readers
from tests.helpers.read_cases import everybody_reads_one_post, run_kernel
from tests.helpers.small_world import quiet_world

KIND, DEPTH = 6, 11  # places in a row
SEATS = 4000


def world(**changes: Any) -> World:
    usual = {"readers.n": SEATS, "readers.people": SEATS, "creators.n": 400}
    return build_world(Scenario().with_changes(usual | changes), RandomStreams(1))


def pairs(readers: Readers) -> tuple[np.ndarray, np.ndarray]:
    """Each friend of each seat: the seat, the friend."""
    return np.repeat(np.arange(len(readers)), np.diff(readers.friend_start)), readers.friends


def share_of_the_first(values: np.ndarray, share: float) -> float:
    """What the largest have together, of all."""
    ordered = np.sort(values)[::-1]
    return float(ordered[: round(share * len(values))].sum() / ordered.sum())


def gini(values: np.ndarray) -> float:
    ordered = np.sort(values.astype(float))
    n = len(ordered)
    return float(2 * (np.arange(1, n + 1) * ordered).sum() / (n * ordered.sum()) - (n + 1) / n)


# -- friends


def test_friends_are_mutual_and_there_are_no_doubles():
    one, other = pairs(world().readers)
    known = one.astype(np.int64) * SEATS + other
    assert len(np.unique(known)) == len(known) > 100_000
    assert set(known.tolist()) == set((other.astype(np.int64) * SEATS + one).tolist())
    assert (one != other).all()


def test_some_have_many_friends_and_the_mean_is_as_told():
    """Sociability is lognormal: the first tenth have Phi(0.8 - 1.28) = 32 % of friends; if all are alike, 13 %.

    Of 28 near ones drawn some meet twice among the 256 of a community, and of 12 far ones some are near.
    """
    unequal, alike = (np.diff(world(**{"graph.friends_sigma": s}).readers.friend_start) for s in (0.8, 0.0))
    assert 0.85 * 40 < unequal.mean() < alike.mean()  # the sociable meet twice more often
    assert alike.mean() == pytest.approx(256 * (1 - np.exp(-28 / 256)) + 12 * (1 - 256 / SEATS), rel=0.01)
    assert share_of_the_first(unequal, 0.1) == pytest.approx(0.30, abs=0.03)
    assert share_of_the_first(alike, 0.1) == pytest.approx(0.13, abs=0.01)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_near_friends_share_a_community_and_far_ones_do_not(share):
    one, other = pairs(world(**{"graph.near_share": share, "graph.friends_mean": 20.0}).readers)
    assert (one >> 8 == other >> 8).mean() == pytest.approx(share, abs=0.02)


# -- whom they follow


def test_nobody_is_followed_twice_and_followers_are_counted_in_people():
    made = world(**{"readers.people": 9000})
    readers, followers = made.readers, np.zeros(400, np.int64)
    for seat in range(SEATS):
        followed = readers.followed(seat)
        assert len(np.unique(followed)) == len(followed)
        followers[followed] += readers.people[seat]
    assert (followers == made.creators.followers).all()


def test_followers_are_as_unequal_as_published():
    """A Gini coefficient of 0.94 among 2,000 creators (C18); where creators are alike, next to nothing."""
    usual = {"creators.n": 2000, "readers.people": None}
    assert gini(world(**usual).creators.followers) == pytest.approx(0.94, abs=0.015)
    assert gini(world(**usual, **{"creators.popularity_sigma": 0.0}).creators.followers) < 0.15


def test_lists_of_creators_followed_keep_their_length():
    changes = {"readers.n": 1500, "readers.people": 1500, "creators.n": 100, "readers.follow_base": 1.0}
    model = EngagementModel(Scenario().with_changes(changes), seed=2, threads=1)
    readers = model.state.world.readers
    places = readers.record["follow_places"].copy()
    followed = [readers.followed(seat).tolist() for seat in range(1500)]
    creators, won, dropped = model.state.world.creators, 0, 0
    before = int(creators.followers.sum())
    for _ in range(3 * 24):
        model.step()
        won += len(model.state.world.log.rows_of(Kind.FOLLOW))
        dropped += len(model.state.world.log.rows_of(Kind.UNFOLLOW))
    lost = int(creators.followers_lost.sum())
    assert before + won - lost == int(creators.followers.sum()) == int(readers.record["follow_n"].sum())
    assert lost > dropped  # whoever makes room on a full list is lost too
    after = [readers.followed(seat).tolist() for seat in range(1500)]
    assert (readers.record["follow_places"] == places).all() and (readers.record["follow_n"] <= places).all()
    assert sum(a != b for a, b in zip(after, followed, strict=True)) > 60  # they took up others
    assert all(len(set(creators)) == len(creators) for creators in after)
    theirs = np.bincount(np.concatenate([np.array(creators, int) for creators in after]), minlength=100)
    assert (theirs == model.state.world.creators.followers[:100]).all()


# -- how posts pass on


def forwards(readers: Readers, n: int, share: float, depth: int = 1) -> int:
    """How often `n` posts that seat 0 forwards are left with its friends; a full inbox loses older ones."""
    account = np.zeros(n, np.int32)
    return to_moments(
        account, account.astype(np.uint64), account, np.arange(n), np.full(n, depth), np.arange(n).astype(np.uint32),
        np.full(n, share), np.uint64(7), readers.friend_start, readers.friends, readers.first_person, readers.record,
        readers.lists, 64, readers.fewest,
    )  # fmt: skip


def test_forwards_delivered_in_parts_leave_the_same_in_every_inbox() -> None:
    """Friends get more than fits into an inbox, so that the order of what comes to each shows."""
    start = EngagementModel(
        Scenario().with_changes({"readers.n": 600, "readers.people": 600, "creators.n": 50}), threads=1
    )
    seat = np.arange(4000, dtype=np.int32) * 7 % 600
    found = []
    for parts in (1, 2, 5):
        readers = copy.deepcopy(start.state.world.readers)
        delivered = to_moments(
            readers.first_accounts[seat], seat.astype(np.uint64), seat, np.arange(4000), np.full(4000, 2),
            np.arange(4000).astype(np.uint32), np.linspace(0.0, 1.0, 4000), np.uint64(7), readers.friend_start,
            readers.friends, readers.first_person, readers.record, readers.lists, 64, readers.fewest, parts,
            ReaderWorkers(600, threads=2).run_calls,
        )  # fmt: skip
        found.append((delivered, readers.record.tobytes(), readers.lists.tobytes()))
    assert found[0][0] > 8 * 600
    assert found[0] == found[1] == found[2]


def test_a_day_that_ends_in_parts_leaves_the_same_readers() -> None:
    """Some are away, banned or about to leave, and some creators are gone."""
    start = EngagementModel(
        Scenario().with_changes({"readers.n": 600, "readers.people": 900, "creators.n": 50}), threads=1
    )
    rng = np.random.default_rng(1)
    before = rng.choice([Status.ACTIVE, Status.LIMITED, Status.BANNED], len(start.state.world.accounts.status))
    left = rng.random(600) < 0.3
    leave, absent = np.full(256, 1 << 22), np.arange(50) % 3 == 0
    found = []
    for parts in (1, 2, 5):
        world = copy.deepcopy(start.state.world)
        readers, status = world.readers, world.accounts.status
        status[:], readers.record["left"] = before, left
        readers.record["trust_platform"] = readers.record["trust_counts"] = 1000
        workers = ReaderWorkers(600, threads=parts)
        workers.run_in_parts(
            end_day, 600, readers.record, status, readers.persons, readers.first_person, readers.follows,
            readers.follow_trust, np.uint64(7), leave, 1 << 22, 6000, 40_000, absent, True,
        )  # fmt: skip
        found.append([each.tobytes() for each in (readers.record, readers.follows, readers.follow_trust)])
        now = readers.record["left"]
        assert (now & ~left).any() and (left & ~now).any() and (readers.record["trust_counts"] > 1000).any()
        assert not absent[followed(readers)].any() and (status == before).all()
    assert found[0] == found[1] == found[2]


def followed(readers: Readers) -> np.ndarray:
    """Everybody whom some reader follows."""
    record = readers.record
    lists = zip(record["follow_at"].tolist(), record["follow_n"].tolist(), strict=True)
    return np.concatenate([readers.follows[at : at + n] for at, n in lists])


def circle(people: np.ndarray) -> Readers:
    """Seat 0 is a friend of all the others."""
    readers = Readers(len(people), people)
    readers.friend_start[1:] = len(people) - 1
    readers.friends = np.arange(1, len(people), dtype=np.int32)
    return readers


@pytest.mark.parametrize("people", [1, 2, 8])
def test_as_many_people_see_a_forward_however_many_sit_at_a_seat(people):
    """One of k people forwards: a friend's seat is reached with chance share / k, and k people sit there."""
    n, friends, share = 4000, 24, 0.5
    seats = forwards(circle(np.full(friends + 1, people)), n, share)
    p = share / people
    error = 4 * people * (n * friends * p * (1 - p)) ** 0.5
    assert seats * people == pytest.approx(n * friends * share, abs=error)


def test_a_larger_seat_is_reached_by_fewer_forwards_so_that_its_people_see_as_many():
    readers = circle(np.r_[2, np.full(2000, 2), np.full(2000, 6)])
    forwards(readers, 1, 1.0)
    reached = readers.record["inbox_n"][1:]
    assert reached[:2000].mean() == pytest.approx(1 / 2, abs=4 * 0.5 / 2000**0.5)
    assert reached[2000:].mean() == pytest.approx(1 / 6, abs=4 * 0.38 / 2000**0.5)


@pytest.mark.parametrize("people", [1, 3])
def test_a_chat_of_seats_gets_its_part_of_the_forwards(people):
    n = 6000  # each from a seat with a chat of its own
    post, depth, tick, sender = (np.zeros((n, 4), dtype) for dtype in (np.uint32, np.uint8, np.int32, np.int32))
    first_person = np.arange(0, people * n + 1, people, dtype=np.int32)
    at, key = np.arange(n), np.arange(n).astype(np.uint32)
    to_chats(
        at, at.astype(np.uint64), at, at, np.full(n, 2), key, np.uint64(5), 3, 1, first_person, post, tick, sender,
        depth,
    )  # fmt: skip
    got = (post > 0).sum(axis=1)
    assert got.mean() == pytest.approx(1 / people, abs=4 * (n * people) ** -0.5 + (people == 1) * 1e-9)
    assert (depth[post > 0] == 2).all() and (sender[post > 0] == post[post > 0] - 1).all()


@pytest.mark.parametrize("depth", [1, 2, MOST_DEPTH, MOST_DEPTH + 5])
def test_the_inbox_keeps_how_often_a_post_was_passed_on_and_whether_by_a_near_friend(depth):
    readers = circle(np.ones(129, int))
    forwards(readers, 1, 1.0, depth)
    way = readers.record["inbox_way"][1:, 0]
    assert (way & MOST_DEPTH == min(depth, MOST_DEPTH)).all()
    assert ((way & NEAR > 0) == (np.arange(1, 129) < 64)).all()  # communities of 64


@pytest.mark.parametrize(("came", "goes"), [(0, 1), (1, 2), (6, 7), (MOST_DEPTH, MOST_DEPTH)])
def test_a_forward_is_one_deeper_than_what_was_met(came, goes):
    case = everybody_reads_one_post(1)
    case["readers"].record["inbox_way"][:, 0] = came | NEAR
    depths = {row[DEPTH] for row in run_kernel(case)["rows"] if row[KIND] == Kind.FORWARD}
    assert depths == {goes}


@pytest.fixture(scope="module")
def lived() -> tuple[EngagementModel, dict[str, np.ndarray]]:
    """A model after five days, and all that was logged of forwards and of searches."""
    changes = {"readers.n": 2000, "readers.people": 20_000, "creators.n": 150, "surfaces.evergreen_min_days": 2.0}
    model = EngagementModel(Scenario().with_changes(changes), seed=4, threads=1, log_reads=True)
    names, parts = ("kind", "post", "depth", "channel", "time_s", "origin"), []
    for _ in range(5 * 24):
        model.step()
        log = model.state.world.log
        rows = (log.kind == Kind.FORWARD) | (log.channel == Surface.SEARCH)
        parts.append([getattr(log, name)[rows] for name in names])
    return model, {name: np.concatenate(part) for name, part in zip(names, zip(*parts, strict=True), strict=True)}


def test_what_was_passed_on_is_counted_under_the_post(lived):
    model, rows = lived
    posts, forward = model.state.world.posts, rows["kind"] == Kind.FORWARD
    post, depth = rows["post"][forward], rows["depth"][forward]
    assert (depth >= 2).sum() > 50 and (depth == 1).sum() > 50
    assert (posts.forwards == np.bincount(post, minlength=posts.n)).all()
    assert (posts.forwards_passed_on == np.bincount(post[depth >= 2], minlength=posts.n)).all()
    assert (posts.forward_depth == np.bincount(post, depth, posts.n)).all()


def test_all_reads_of_the_world_are_those_of_its_posts(lived):
    world = lived[0].state.world
    assert world.reads == world.posts.reads.sum() == world.reading_times.sum() > 1000
    in_visits = world.visits_by_reads @ np.arange(len(world.visits_by_reads))  # fans look at posts of their own accord
    assert 0.99 * world.reads < in_visits < world.reads and world.visits_by_reads[0] > world.visits_by_reads[1]
    seconds = np.arange(len(world.reading_times))
    assert seconds @ world.reading_times == world.posts.dwell_s.sum()


def test_a_person_reads_one_post_after_the_other():
    """The next reading begins a pause after the last has ended, but for posts that come out in the same tick."""
    changes = {"readers.n": 1500, "readers.people": 1500, "creators.n": 150, "manipulation.enabled": False}
    model = EngagementModel(Scenario().with_changes(changes), seed=4, threads=1, log_reads=True)
    parts, places = [], []
    for tick in range(3 * 24):
        model.step()
        log, posts = model.state.world.log, model.state.world.posts
        read = (log.kind == Kind.READ) & (log.origin == Origin.ORGANIC)
        places.append(log.time_s[read] % HOUR_S / HOUR_S)
        read &= posts.published_tick[log.post] < tick
        parts.append(pd.DataFrame({name: getattr(log, name)[read] for name in ("account", "time_s", "dwell_s")}))
        parts[-1]["visit"] = parts[-1]["account"].astype(np.int64) * 1000 + tick
    rows = pd.concat(parts).sort_values(["visit", "time_s"])
    after = rows.shift(-1)
    same = rows["visit"] == after["visit"]
    gap, took = (after["time_s"] - rows["time_s"])[same], rows["dwell_s"][same]
    assert len(gap) > 1000
    assert (gap >= took).mean() > 0.98
    half = model.scenario.readers.pause_s * np.log(2)  # the median of an exponential law
    assert (gap - took)[gap >= took].median() == pytest.approx(half, abs=0.6)
    world = model.state.world
    visits = world.visits_by_reads[1:]
    assert 0.6 * (np.arange(len(visits)) @ visits) < world.view_gaps.sum() < np.arange(len(visits)) @ visits
    assert (visits[:6] > 0).all()  # patience differs
    assert 0.5 < np.concatenate(places).mean() < 0.6  # 0.65 if visits waited for the posts of their hour


@pytest.mark.parametrize(
    ("mean", "shape"), [(0.5, 2.0), (6.0, 6.0), (4.0, 200.0), (100.0, 0.1), (0.1, 1000.0), (1.0, 1000.0), (9.0, 30.0)]
)
def test_patience_is_inverse_gaussian(mean: float, shape: float) -> None:
    drawn = np.clip(np.ceil(np.random.default_rng(1).wald(mean, shape, 200_000)), 1, 16)
    most = patience(ReadersSection(patience_mean=mean, patience_shape=shape))
    assert most.shape == (256,) and 1 <= most.min() <= most.max() <= 16
    for posts in range(1, 17):
        assert (most <= posts).mean() == pytest.approx((drawn <= posts).mean(), abs=0.006)


def test_what_a_tick_counted_that_was_broken_off_goes_to_no_post():
    model = EngagementModel(
        "baseline", seed=1, threads=1, **{"readers.n": 500, "readers.people": 500, "creators.n": 40}
    )
    for _ in range(20):
        model.step()
    workers = model.actors.readers
    workers.start(model.state)
    workers.buffers[0].run(workers.todo, *workers.arguments)
    buffer = workers.buffers[0]
    counts = buffer.counts
    assert all(table.any() for table in (counts.shown, counts.readings, counts.reading_times, counts.visits_by_reads))
    buffer.begin(len(counts.shown), 40, len(counts.reading_times), len(counts.view_gaps))
    assert not any(table.any() for table in buffer.room)


def test_search_finds_older_posts_only(lived):
    model, rows = lived
    found = rows["channel"] == Surface.SEARCH
    age_s = rows["time_s"][found] - model.state.world.posts.published_s[rows["post"][found]]
    assert len(age_s) > 50 and age_s.min() >= 2 * DAY_S
    listed = model.state.platform.evergreen
    assert (listed >= 0).any()
    drawn_s = 4 * DAY_S + model.scenario.surfaces.evergreen_hour * 3600
    assert (drawn_s - model.state.world.posts.published_s[listed[listed >= 0]] >= 2 * DAY_S).all()


# -- what persuades


def opened(case: dict[str, Any]) -> int:
    return run_kernel(case)["readings"][0][READS_AT + Surface.MOMENTS]


def sample(open_on: float = 0.2, **settings: float) -> dict[str, Any]:
    """20,000 seats of one person who are shown a post by a friend."""
    case = everybody_reads_one_post(1, seats=20_000, **{"social": 1.0, "tie": 0.0, "want_reads": 0, **settings})
    case["tables"]["open_on"] = np.full(6, open_on)
    return case


def by_friends(tie: float, near: int, **settings: float) -> dict[str, Any]:
    case = sample(tie=tie, **settings)
    case["readers"].record["inbox_way"][:, 0] = 1 | near
    return case


def test_a_near_friend_s_forward_is_opened_and_passed_on_more_readily():
    (near, near_on), (far, far_on), (alike, alike_on) = (
        (found["readings"][0][READS_AT + Surface.MOMENTS], sum(row[KIND] == Kind.FORWARD for row in found["rows"]))
        for found in (run_kernel(by_friends(*how)) for how in ((0.5, NEAR), (0.5, 0), (0.0, NEAR)))
    )
    assert near / alike == pytest.approx(1.5, rel=0.06) and far / alike == pytest.approx(0.5, rel=0.06)
    # of those who have read it
    assert (near_on / near) / (alike_on / alike) == pytest.approx(1.5, rel=0.35)
    assert (far_on / far) / (near_on / near) == pytest.approx(1 / 3, rel=0.35)


def test_what_is_met_through_people_is_passed_on_more_readily():
    plain, social = (
        sum(row[KIND] == Kind.FORWARD for row in run_kernel(sample(1.0, social=factor))["rows"]) for factor in (1, 3)
    )
    assert social / plain == pytest.approx(3, rel=0.12)


def read_with_likes(likes: int, **readers: float) -> dict[str, Any]:
    """A post of a world with such readers, and so many likes, before 20,000 seats."""
    usual = {"click_first": 0.0, "click_more": 0.0, "like_first": 0.0, "like_more": 0.0, "like_base": 0.2}
    model = quiet_world(n_posts=1, readers=usual | {"like_quality": 0.0} | readers)
    posts = model.state.world.posts
    posts.likes[:], posts.appeal[:], posts.quality[:] = likes, 1.0, 1.0
    case = sample()
    post, made = case["tables"]["posts"], post_table(model.state.world, model.scenario.readers, model.clock)
    for name in ("base", "proof", "like"):
        post[name] = made[name]
    return case


def likes_of(case: dict[str, Any]) -> float:
    """Likes for each read."""
    found = run_kernel(case)
    likes = sum(row[KIND] == Kind.LIKE for row in found["rows"])
    return likes / found["readings"][0][READS_AT + Surface.MOMENTS]


def test_the_first_like_raises_clicks_and_likes_by_what_is_told():
    def rise(count: Any, **readers: float) -> float:
        return float(count(read_with_likes(1, **readers)) / count(read_with_likes(0, **readers)))

    assert rise(opened, click_first=0.5) == pytest.approx(1.5, rel=0.05)
    assert rise(opened, like_first=0.5) == 1.0
    assert rise(likes_of, like_first=0.5) == pytest.approx(1.5, rel=0.15)
    assert rise(likes_of, click_first=0.5) == pytest.approx(1.0, abs=0.1)


def test_who_does_not_trust_counts_opens_no_more_for_them():
    case = read_with_likes(1, click_first=0.5)
    case["readers"].record["trust_counts"] = 0
    assert opened(case) == opened(read_with_likes(0))


def test_more_likes_raise_likes_up_to_the_reference_count():
    many, most, none = (likes_of(read_with_likes(n, like_more=1.0)) for n in (10_000, 1_000_000, 0))
    assert many == most and many / none == pytest.approx(2, rel=0.15)


def test_fewer_are_left_to_open_a_post_that_many_have_read():
    model = quiet_world(n_posts=3, readers={"people": 1000, "reached_share": 0.5, "reached_max": 0.9})
    posts = model.state.world.posts
    posts.appeal[:], posts.reads[:, Surface.HOT], posts.reads[:, Surface.CHAT] = 2.0, (0, 100, 1000), (0, 100, 0)
    base = post_table(model.state.world, model.scenario.readers, model.clock)["base"]
    assert base == pytest.approx([2.0, 2.0 * (1 - 200 / 500), 2.0 * (1 - 0.9)], rel=1e-6)


# -- crowds


@pytest.mark.parametrize(("calls", "rate", "expected"), [(1.0, 5.0, 1 / 35), (7.0, 2.0, 1 / 2), (50.0, 1.0, 1.0)])
def test_a_club_calls_its_members_for_some_posts_only(calls, rate, expected):
    crowds = {"fan_share": 0.1, "fan_club_min": 30, "fan_club_max": 30, "fan_calls_per_week": calls}
    model = quiet_world(n_posts=0, readers={"people": 300}, crowds=crowds | {"fan_order_share": 0.0})
    fans, posts = model.actors.fans, model.state.world.posts
    (star,) = fans.star
    model.state.world.creators.posts_per_day[star] = rate
    posts.add(2000, creator=star, key=np.arange(2000, dtype=np.uint32) * np.uint32(2_654_435_761))
    for post in range(2000):
        fans.answer(star, post)
    error = 4 * (expected * (1 - expected) / 2000) ** 0.5
    assert len(fans.gifts) / 2000 == pytest.approx(expected, abs=error)
