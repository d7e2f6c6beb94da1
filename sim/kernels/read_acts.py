"""Compiled: readings of opened posts, and what people do about them."""

# mypy: disable-error-code="no-untyped-def"

from numba import float64, int64, uint8, uint64

from sim.kernels.acts import count_acts
from sim.kernels.compiled import njit_inline, njit_inner
from sim.kernels.ends import smaller
from sim.kernels.mix import mix
from sim.kernels.read_begin import begin_readings
from sim.kernels.read_layout import (
    CHAT,
    COMMENT,
    COMMENTED,
    DWELL_AT,
    FINISHES_AT,
    FOLLOW,
    FORWARD,
    FORWARDED,
    LIKE,
    LIKED,
    LIMITED,
    MOMENTS,
    OWN,
    READ,
    READS_AT,
    SHORT_AT,
    STOCK,
)
from sim.kernels.read_likes import draw_likers
from sim.kernels.read_trust import decide_to_follow, feel_surprise
from sim.kernels.scales import BYTE, CERTAIN, MOST_DEPTH, NEAR, ONE_8, PERCENT


@njit_inline()
def _out_of_certain(chance):
    """A chance as `count_acts` wants it."""
    return uint64(smaller(1.0, chance) * float64(CERTAIN))


@njit_inner()
def _put(rows, n, of, account, kind, at, since):
    """Write row `n`: what an account does at second `at`, `since` seconds after the post was opened."""
    row = rows[n]
    row.account = account
    row.post = of.post_id
    row.second = at
    row.since_s = since
    row.parent = of.parent
    row.dwell_s = of.dwell
    row.kind = kind
    row.channel = of.surface
    row.completion = of.part
    row.aux = 0
    row.comment = 0
    row.depth = 0
    row.referrer = of.came
    return n + 1


@njit_inner()
def _put_in_passing(rows, n, of, account):
    """Write row `n`: a like in a list, or on a friend's page; the post was never opened."""
    n = _put(rows, n, of, account, uint8(LIKE), of.second, int64(-1))
    rows[n - 1].dwell_s = 0
    rows[n - 1].completion = 0
    return n


@njit_inline()
def _in_passing(bits, unread):
    """Whether a like is given without opening the post."""
    return int64((bits >> uint64(16)) & uint64(0xFFFF)) < unread


@njit_inline()
def _acting(persons, of, bits, j):
    """The account of the `j`-th of the people who act: from a random place on, one after the other round the seat."""
    return persons[of.first_person + (int64(bits >> uint64(40)) + j) % of.people]


@njit_inline()
def _count_reading(of, r, s, counts):
    """Add a reading to the counters of its post, to those by its length, and to the reader's share finished."""
    p, surface, people = of.post, of.surface, of.people
    readings = counts.readings
    readings[p, READS_AT + surface] += people
    readings[p, FINISHES_AT + surface] += people * (of.part >= s.finished_percent)
    readings[p, DWELL_AT + surface] += people * of.dwell
    readings[p, SHORT_AT] += people * (of.dwell < s.short_s)
    counts.reading_times[of.dwell] += people
    r.finished = (int64(r.finished) * (s.remembered - 1) + BYTE * of.finished) // s.remembered


@njit_inner()
def _put_of_all(persons, of, kind, at, since, rows, n):
    """Write a row of that kind for each of the people at the seat."""
    for j in range(of.people):
        n = _put(rows, n, of, persons[of.first_person + j], kind, at, since)
    return n


@njit_inner()
def _like(likes, bits, seats, of, s, rows, n):
    """Write the likes of `likes` people, but of those who may not."""
    first, end = n, draw_likers(likes, bits, seats, of, rows, n)
    for k in range(first, end):
        who = rows[k].account  # rows are written over up to this one, and not beyond
        if seats.status[who] >= LIMITED:
            continue
        e = mix(bits ^ uint64(1 + k - first))
        if of.people > 1 and _in_passing(e, s.unread):
            n = _put_in_passing(rows, n, of, who)
            continue
        # at the end of the reading, where the button stands, or at any moment of it
        since = int64(((e & uint64(0xFFFF)) * uint64(of.dwell + 1)) >> uint64(16))
        if int64((e >> uint64(32)) & uint64(0xFFFF)) < s.like_at_end:
            since = of.dwell
        n = _put(rows, n, of, who, uint8(LIKE), smaller(of.second + since, s.tick_s - 1), since)
    return n


@njit_inner()
def _comment(acts, bits, persons, status, of, s, rows, n):
    """Write the comments of `acts` people."""
    for j in range(acts):
        e = mix(bits ^ uint64(1 + j))
        who = _acting(persons, of, bits, j)
        if status[who] >= LIMITED:
            continue
        stock = int64(e & uint64(0xFF)) < s.stock
        words = 1 if stock else 1 + int64(((e >> uint64(48)) & uint64(0x7)) * uint64(of.quality)) // BYTE
        n = _put(rows, n, of, who, uint8(COMMENT), of.done, of.dwell)
        rows[n - 1].aux = words
        rows[n - 1].comment = STOCK if stock else OWN
    return n


@njit_inner()
def _forward(acts, bits, persons, status, of, s, rows, n):
    """Write the forwards of `acts` people, to friends or to a group chat."""
    depth = smaller(int64(of.way & MOST_DEPTH) + 1, MOST_DEPTH)
    for j in range(acts):
        e = mix(bits ^ uint64(1 + j))
        who = _acting(persons, of, bits, j)
        if status[who] >= LIMITED:
            continue
        motive = 0
        if int64((e >> uint64(24)) & uint64(0xFF)) < s.chat_share:
            motive = 1 + int64((e >> uint64(33)) & uint64(1))
        n = _put(rows, n, of, who, uint8(FORWARD), of.done, of.dwell)
        rows[n - 1].aux = motive
        rows[n - 1].depth = depth
    return n


@njit_inline()
def _chance_through_people(chance, of, s):
    """The chance to pass a post on, where it was met through people."""
    if of.surface in (MOMENTS, CHAT):
        chance *= s.social
        if of.surface == MOMENTS:
            chance *= 1.0 + s.tie if of.way & NEAR else 1.0 - s.tie
    return chance


@njit_inner(error_model="numpy")
def read_opened(seats, posts, chances, s, visits, opened, readings, counts, rows, n):
    """Let visitors read what they opened, one post after the other, act and learn from it.

    Return how many `rows` are written then.
    """
    record, lists, persons, status = seats.record, seats.lists, seats.persons, seats.status
    follows, follow_trust, followers = seats.follows, seats.follow_trust, counts.followers
    for w in range(visits.shape[0]):
        v = visits[w]
        if v.opened == 0:
            counts.visits_by_reads[0] += v.people
            continue
        n_read, before_s = 0, int64(-1)
        r, waiting = record[v.seat], lists[v.seat]
        trust8 = int64(r.trust_counts) // ONE_8
        for j in range(begin_readings(v, opened[w], waiting, r, posts, s, chances, readings)):
            of = readings[j]
            post = posts[of.post]
            bits = mix(of.draw ^ uint64(LIKED))
            willing = s.glance_like + (ONE_8 - s.glance_like) * of.part // PERCENT
            chance = float64(post.like) * float64(r.voice) * (float64(willing) / float64(ONE_8))
            likes = count_acts(bits, v.people, _out_of_certain(chance))
            if v.people == 1 and likes == 1 and _in_passing(mix(bits ^ uint64(1)), s.unread):
                if status[persons[v.first_person]] < LIMITED:
                    n = _put_in_passing(rows, n, of, persons[v.first_person])
                continue
            _count_reading(of, r, s, counts)
            if not of.apart:
                if before_s >= 0:
                    counts.view_gaps[of.second - before_s] += v.people
                before_s = of.second
            n_read += 1
            if s.want_reads:
                n = _put_of_all(persons, of, uint8(READ), of.second, int64(0), rows, n)
            if likes > 0:
                n = _like(likes, bits, seats, of, s, rows, n)
            if of.finished:
                bits = mix(of.draw ^ uint64(COMMENTED))
                acts = count_acts(bits, v.people, _out_of_certain(chances.comment[of.quality] * of.expressive))
                if acts > 0:
                    n = _comment(acts, bits, persons, status, of, s, rows, n)
            bits = mix(of.draw ^ uint64(FORWARDED))
            chance = chances.forward[of.quality] * float64(post.share) * float64(r.sharing)
            acts = count_acts(bits, v.people, _out_of_certain(_chance_through_people(chance, of, s)))
            if acts > 0:
                n = _forward(acts, bits, persons, status, of, s, rows, n)
            surprise = feel_surprise(r, trust8, post, of, s)
            kind = decide_to_follow(r, follows, follow_trust, post.creator, surprise, of, s, chances.follow, followers)
            if kind >= FOLLOW:
                n = _put_of_all(persons, of, uint8(kind), of.done, of.dwell, rows, n)
        counts.visits_by_reads[n_read] += v.people
    return n
