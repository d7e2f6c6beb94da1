"""Compiled: readings of opened posts, and what people do about them."""

# mypy: disable-error-code="no-untyped-def"

from numba import float64, int64, uint8, uint64

from sim.kernels.acts import count_acts
from sim.kernels.compiled import njit_inline, njit_inner
from sim.kernels.ends import larger, smaller
from sim.kernels.mix import mix
from sim.kernels.read_layout import (
    BLANK,
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
    LINK,
    MOMENTS,
    OUTSIDE,
    OWN,
    READ,
    READS_AT,
    SHORT_AT,
    STOCK,
    WHEN,
)
from sim.kernels.read_likes import draw_likers
from sim.kernels.read_offers import interest_in
from sim.kernels.read_trust import decide_to_follow, feel_surprise
from sim.kernels.scales import BYTE, CERTAIN, EXPRESSIVE_ONE, MOST_DEPTH, NEAR, ONE_8, PERCENT, SPEED_ONE


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
def _has_read(waiting, post_id):
    known = False
    for j in range(waiting.ring.shape[0]):
        known |= waiting.ring[j] == post_id + 1
    return known


@njit_inline()
def _note_as_read(waiting, r, post_id):
    at = int64(r.ring_at)
    waiting.ring[at] = post_id + 1
    r.ring_at = at + 1 if at + 1 < waiting.ring.shape[0] else 0
    r.reads_today = int64(r.reads_today) + 1


@njit_inline(error_model="numpy")
def _begin_reading(offer, v, r, post, s, chances, of):
    """Fill `of` (dtype `READING`): how much is read of an opened post, when and how long."""
    a = mix(v.key ^ (uint64(post.key) << uint64(20)))
    b = mix(a ^ uint64(WHEN))
    of.draw = a
    of.post = offer.post
    of.post_id = offer.post + s.first_id
    of.parent = offer.parent
    of.surface = offer.surface
    of.way = offer.way
    of.place = offer.place
    of.first_person = v.first_person
    of.people = v.people
    of.came = 0
    if offer.surface == OUTSIDE:
        of.came = BLANK if int64((b >> uint64(24)) & uint64(0xFF)) < s.blank else LINK
    of.quality = post.quality
    of.expressive = float64(r.expressive) / float64(EXPRESSIVE_ONE)
    liking = interest_in(v.taste, post.topic)
    willing = s.finish_least + int64(liking * uint64(s.finish_range) >> uint64(8))
    of.finished = int64(a & uint64(0xFFFF)) * ONE_8 < int64(chances.finish[of.quality]) * willing
    of.part = PERCENT if of.finished else int64(chances.glances[(a >> uint64(16)) & uint64(0xFF)])
    pace = s.pace_least + int64(((a >> uint64(24)) & uint64(0x7F)) * uint64(s.pace_range) >> uint64(7))
    dwell = larger(1, s.length_s * of.part * SPEED_ONE * pace // (PERCENT * ONE_8 * int64(r.speed)))
    of.dwell = smaller(dwell, s.longest_s)
    # a reading begins once the post is there, and ends within the tick if it can
    left = s.tick_s - int64(post.from_s)
    latest = uint64(larger(left - of.dwell, left // 2))
    of.second = int64(post.from_s) + int64(((b >> uint64(32)) * latest) >> uint64(32))
    of.done = smaller(of.second + of.dwell, s.tick_s - 1)


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
def read_opened(seats, posts, chances, s, visits, opened, reading, counts, rows, n):
    """Let visitors read what they opened, act and learn from it; return how many `rows` are written then."""
    record, lists, persons, status = seats.record, seats.lists, seats.persons, seats.status
    follows, follow_trust, followers = seats.follows, seats.follow_trust, counts.followers
    of = reading[0]
    for w in range(visits.shape[0]):
        v = visits[w]
        if v.opened == 0:
            counts.visits_by_reads[0] += v.people
            continue
        n_read = 0
        r, waiting = record[v.seat], lists[v.seat]
        trust8 = int64(r.trust_counts) // ONE_8
        for j in range(v.opened):
            offer = opened[w, j]
            if r.reads_today >= s.reads_per_day:
                break
            if _has_read(waiting, offer.post + s.first_id):
                continue
            _note_as_read(waiting, r, offer.post + s.first_id)
            post = posts[offer.post]
            _begin_reading(offer, v, r, post, s, chances, of)
            bits = mix(of.draw ^ uint64(LIKED))
            willing = s.glance_like + (ONE_8 - s.glance_like) * of.part // PERCENT
            chance = float64(post.like) * float64(r.voice) * (float64(willing) / float64(ONE_8))
            likes = count_acts(bits, v.people, _out_of_certain(chance))
            if v.people == 1 and likes == 1 and _in_passing(mix(bits ^ uint64(1)), s.unread):
                if status[persons[v.first_person]] < LIMITED:
                    n = _put_in_passing(rows, n, of, persons[v.first_person])
                continue
            _count_reading(of, r, s, counts)
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
