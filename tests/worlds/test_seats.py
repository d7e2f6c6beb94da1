"""Several people at a seat: acts are theirs, one by one; what is read, shown and followed counts all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.core.enums import Status
from sim.kernels.moments import to_moments
from sim.kernels.read import begin_day
from sim.kernels.read_layout import DWELL_AT, FINISHES_AT, READS_AT
from sim.kernels.scales import ONE_24
from sim.kernels.spread import end_day, to_chats, trust_sums
from sim.world.readers import Readers
from tests.helpers.read_cases import FORWARDS, everybody_reads_one_post, run_kernel, set_voices

ACCOUNT, POST, SINCE, DWELL, KIND = 0, 1, 3, 5, 6  # places in a row
READ, LIKE, COMMENT, FORWARD, FOLLOW = range(5)
MOMENTS = 1
SEATS, PEOPLE = 3000, 3


def acts(done: dict[str, Any], kind: int, people: int = PEOPLE) -> np.ndarray:
    """How many people of each seat did it."""
    seats = [row[ACCOUNT] // people for row in done["rows"] if row[KIND] == kind]
    return np.bincount(seats, minlength=SEATS)


@pytest.mark.parametrize(("people", "p"), [(1, 0.3), (3, 0.3), (3, 0.02), (40, 0.05), (3, 1.0)])
def test_the_likes_of_a_seat_are_binomial(people: int, p: float) -> None:
    likes = acts(run_kernel(everybody_reads_one_post(people, p)), LIKE, people)
    mean, variance = people * p, people * p * (1 - p)
    assert likes.max() <= people
    assert likes.mean() == pytest.approx(mean, abs=4 * (variance / SEATS) ** 0.5 + 1e-12)
    fourth = variance * (1 + 3 * (people - 2) * p * (1 - p))  # central moment, which says how far variances vary
    assert likes.var() == pytest.approx(variance, abs=4 * ((fourth - variance**2) / SEATS) ** 0.5 + 1e-12)


def test_comments_and_forwards_are_binomial_too_and_nobody_acts_twice() -> None:
    done = run_kernel(everybody_reads_one_post())
    for kind, p in ((COMMENT, 0.2), (FORWARD, FORWARDS)):
        counts = acts(done, kind)
        assert counts.mean() == pytest.approx(3 * p, rel=0.1) and counts.var() == pytest.approx(
            3 * p * (1 - p), rel=0.15
        )
    for kind in (LIKE, COMMENT, FORWARD):
        who = [row[ACCOUNT] for row in done["rows"] if row[KIND] == kind]
        assert len(set(who)) == len(who)
        shares = np.bincount(np.array(who) % PEOPLE) / len(who)
        assert shares == pytest.approx(np.full(PEOPLE, 1 / PEOPLE), abs=0.05)  # no place at the seat is favoured


def test_impressions_reads_and_followers_count_people() -> None:
    done = run_kernel(everybody_reads_one_post())
    (shown,), (readings,) = done["shown"], done["readings"]
    assert shown[MOMENTS] == readings[READS_AT + MOMENTS] == readings[FINISHES_AT + MOMENTS] == SEATS * PEOPLE
    assert done["impressions"] == SEATS * PEOPLE
    reads = [row for row in done["rows"] if row[KIND] == READ]
    assert len(reads) == SEATS * PEOPLE and sum(row[DWELL] for row in reads) == readings[DWELL_AT + MOMENTS]
    follows = acts(done, FOLLOW)
    assert set(follows.tolist()) == {PEOPLE}  # a seat follows as one
    assert sum(won - lost for won, lost in done["followers"]) == SEATS * PEOPLE


@pytest.mark.parametrize(
    ("came", "sender", "met"),
    [(9, "another", 0), (10, "another", 1), (11, "another", 1), (10, "own", 0), (11, "own", 1)],
)
@pytest.mark.parametrize("place", [0, PEOPLE - 1])
def test_a_chat_shows_what_came_after_the_last_visit_but_not_what_one_sent_then(
    came: int, sender: str, met: int, place: int
) -> None:
    """Links are delivered after the visits of a tick: those of the tick of the last visit have not been seen."""
    c = everybody_reads_one_post()
    c["readers"].record["inbox_n"] = 0
    c["readers"].last_tick[:] = 10
    table, first = c["tables"], c["settings"]["first_id"]
    table["chat_post"][:, 0], table["chat_tick"][:, 0] = first + 1, came
    table["chat_from"][:, 0] = np.arange(len(table["chat_from"])) * c["settings"]["chat_size"] * PEOPLE + place
    seats = np.arange(SEATS) % c["settings"]["chat_size"] == 0  # they sent the link of their chat
    done = run_kernel(c)
    readers = {row[ACCOUNT] // PEOPLE for row in done["rows"] if row[KIND] == READ}
    wanted = np.flatnonzero(seats if sender == "own" else ~seats).tolist()
    assert [seat in readers for seat in wanted] == [bool(met)] * len(wanted)


def test_people_of_a_seat_like_in_proportion_to_their_voices() -> None:
    c = everybody_reads_one_post(like=0.02)
    voices = np.tile([0.0, 1.0, 3.0], SEATS)
    set_voices(c["readers"], voices)
    done = run_kernel(c)
    places = np.array([row[ACCOUNT] % PEOPLE for row in done["rows"] if row[KIND] == LIKE])
    expected = voices.mean() * 0.02 * SEATS * PEOPLE
    assert len(places) == pytest.approx(expected, abs=4 * expected**0.5)
    assert not (places == 0).any()
    assert (places == 2).mean() == pytest.approx(3 / 4, abs=4 * (3 / 16 / len(places)) ** 0.5)


def test_likes_in_passing_are_a_share_of_likes_and_leave_no_reading() -> None:
    for people in (1, 3):
        done = run_kernel(everybody_reads_one_post(people, 1.0, unread=16384))
        likes = [row for row in done["rows"] if row[KIND] == LIKE]
        passing = [row for row in likes if row[SINCE] < 0]
        assert len(likes) == SEATS * people
        assert len(passing) / len(likes) == pytest.approx(1 / 4, abs=0.03)
        assert all(row[DWELL] == 0 for row in passing) and all(row[DWELL] > 0 for row in likes if row[SINCE] >= 0)
        read = {row[ACCOUNT] for row in done["rows"] if row[KIND] == READ}
        if people == 1:
            assert not read & {row[ACCOUNT] for row in passing}


def test_who_is_limited_does_not_act_while_the_others_of_the_seat_do() -> None:
    c = everybody_reads_one_post(like=1.0)
    c["status"][1::PEOPLE] = Status.LIMITED  # the second of each seat is limited
    done = run_kernel(c)
    for kind in (LIKE, COMMENT, FORWARD):
        places = {row[ACCOUNT] % PEOPLE for row in done["rows"] if row[KIND] == kind}
        assert places == {0, 2}
    assert acts(done, LIKE).tolist() == [2] * SEATS
    assert {row[ACCOUNT] % PEOPLE for row in done["rows"] if row[KIND] == READ} == {0, 1, 2}  # but it reads


@pytest.mark.parametrize(
    ("people", "banned", "seats"),
    [(1, 1, SEATS - 1000), (PEOPLE, 1, SEATS), (PEOPLE, PEOPLE - 1, SEATS), (PEOPLE, PEOPLE, SEATS - 1000)],
)
def test_a_seat_is_empty_when_all_of_its_people_are_banned(people: int, banned: int, seats: int) -> None:
    """The others go on when the first `banned` are, and they alone act."""
    c = everybody_reads_one_post(people, 1.0)
    out = {person for person in range(people * 1000) if person % people < banned}
    c["status"][sorted(out)] = Status.BANNED
    done = run_kernel(c)
    assert done["shown"][0][MOMENTS] == seats * people
    given = {row[ACCOUNT] for row in done["rows"] if row[KIND] == LIKE}
    assert given == set(range(SEATS * people)) - out


def test_whoever_has_left_does_not_come_from_the_next_day_on() -> None:
    readers, moods = Readers(3), np.array([1.0, 2.0])
    readers.record["activity"] = 1.0
    readers.record["left"][1] = True
    begin_day(readers.record, readers.rate, np.uint64(5), moods)
    assert (readers.rate > 0).tolist() == [True, False, True]


@pytest.mark.parametrize("first", [Status.ACTIVE, Status.LIMITED, Status.GATED, Status.BANNED])
def test_the_people_of_a_seat_leave_return_and_unfollow_whatever_the_first_of_them_may_do(first: Status) -> None:
    readers, status = Readers(2, np.array([3, 1])), np.zeros(4, np.uint8)
    status[0] = first
    readers.make_room_to_follow(np.array([1, 1]))
    readers.follows[:], readers.record["follow_n"] = 0, 1
    gone = np.array([True]), True  # creator 0

    def one_day(leave: int, come_back: int) -> list[bool]:
        end_day(
            0, 2, readers.record, status, readers.persons, readers.first_person, readers.follows, readers.follow_trust,
            np.uint64(1), np.full(256, leave), come_back, 0, 0, *gone,
        )  # fmt: skip
        return readers.record["left"].tolist()

    assert one_day(ONE_24, 0) == [True, True]
    assert readers.record["follow_n"].tolist() == [0, 0]
    assert one_day(ONE_24, 0) == [True, True]
    assert one_day(0, ONE_24) == [False, False]
    assert trust_sums(readers.record, status, readers.persons, readers.first_person)[0] == 4 - (first == Status.BANNED)
    status[:3] = Status.BANNED  # nobody is left there to leave
    assert one_day(ONE_24, 0) == [False, True]
    assert readers.here(status).tolist() == [False, False]
    assert trust_sums(readers.record, status, readers.persons, readers.first_person)[0] == 0


@pytest.mark.parametrize("people", [1, 2, 5])
@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_a_forward_reaches_a_seat_of_some_people_with_that_part_of_the_chance(people: int, share: float) -> None:
    """Seat 0 has 4000 friends, each a seat of `people`, and one person there forwards a post."""
    n = 4001
    readers = Readers(n, np.r_[1, np.full(n - 1, people)])
    readers.friend_start[1:] = n - 1
    readers.friends = np.arange(1, n, dtype=np.int32)
    account, seat, post = (np.array([k], np.int32) for k in (0, 0, 7))
    delivered = to_moments(
        account, account.astype(np.uint64), seat, post, np.array([2]), np.array([5], np.uint32), np.array([share]),
        np.uint64(99), readers.friend_start, readers.friends, readers.first_person, readers.record, readers.lists,
        64, readers.fewest,
    )  # fmt: skip
    reached = readers.record["inbox_n"] == 1
    assert delivered == reached.sum()
    p = share / people
    assert delivered == pytest.approx((n - 1) * p, abs=4 * ((n - 1) * p * (1 - p)) ** 0.5)
    assert (readers.inbox[reached, 0] == 8).all() and (readers.inbox_from[reached, 0] == 0).all()


def test_a_link_in_a_chat_is_put_where_the_seat_is_and_names_the_person() -> None:
    chats = np.zeros((3, 2), np.uint32), np.full((3, 2), -1, np.int32), np.full((3, 2), -1, np.int32)
    depths = np.zeros((3, 2), np.uint8)
    account, seat, post = np.array([70, 71, 72]), np.array([17, 31, 32]), np.array([4, 4, 5])
    entity, depth, post_key = account.astype(np.uint64), np.array([1, 2, 3]), np.array([8, 8, 9], np.uint32)
    one_each = np.arange(49, dtype=np.int32)
    to_chats(account, entity, seat, post, depth, post_key, np.uint64(3), 9, 16, one_each, *chats, depths)
    assert chats[0].tolist() == [[0, 0], [5, 0], [6, 0]]  # the second sends what is there already
    assert chats[1].tolist() == [[-1, -1], [9, -1], [9, -1]]
    assert chats[2].tolist() == [[-1, -1], [70, -1], [72, -1]]
    assert depths.tolist() == [[0, 0], [1, 0], [3, 0]]
