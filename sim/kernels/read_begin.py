"""Compiled: what visitors read of the posts that they opened, how long, and when in the tick."""

# mypy: disable-error-code="no-untyped-def"

from numba import float64, int64, uint64

from sim.kernels.compiled import njit_inline
from sim.kernels.ends import larger, smaller
from sim.kernels.mix import mix, place_in
from sim.kernels.read_layout import BEGUN, BLANK, LINK, OUTSIDE, WHEN
from sim.kernels.read_offers import interest_in
from sim.kernels.scales import EXPRESSIVE_ONE, ONE_8, PERCENT, SPEED_ONE


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
    """Fill `of` (dtype `READING`): how much is read of an opened post, how long, and the pause after it."""
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
    of.pause = chances.pauses[(b >> uint64(8)) & uint64(0xFF)]
    of.from_s = post.from_s


@njit_inline(error_model="numpy")
def _place_in_tick(v, readings, n, s):
    """Let the first `n` readings of a visit follow each other, from a second on at which all their posts are there.

    They end within the tick if they can, and come closer to each other if they cannot.
    """
    first, took = int64(0), int64(0)
    for j in range(n):
        first = larger(first, readings[j].from_s)
        readings[j].second = took  # since the visit began
        took += readings[j].dwell + readings[j].pause
    took -= readings[n - 1].pause
    room = s.tick_s - first
    begun = first + place_in(mix(v.key ^ uint64(BEGUN)), larger(int64(1), room - took + 1))
    for j in range(n):
        of = readings[j]
        since = of.second if took <= room else of.second * room // took
        of.second = smaller(begun + since, s.tick_s - 1)
        of.done = smaller(of.second + of.dwell, s.tick_s - 1)


@njit_inline()
def begin_readings(v, opened, waiting, r, posts, s, chances, readings):
    """Begin the readings of what a visitor opened, but of what it knows, and until it has read enough today.

    Return how many `readings` (dtype `READING`) are filled.
    """
    n = 0
    for j in range(v.opened):
        offer = opened[j]
        if r.reads_today >= s.reads_per_day:
            break
        if not _has_read(waiting, offer.post + s.first_id):
            _note_as_read(waiting, r, offer.post + s.first_id)
            _begin_reading(offer, v, r, posts[offer.post], s, chances, readings[n])
            n += 1
    if n > 0:
        _place_in_tick(v, readings, n, s)
    return n
