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
    """Say when the first `n` readings of a visit begin and end: one after the other, within the tick if they can.

    Where it is too short for all the visit begins at any time, and they come closer to each other. A post that comes
    out after its turn is read apart from the others, at any time from then on: if the visit waited for it, its place in
    the tick would tell people from those who read nothing new.
    """
    took = -readings[n - 1].pause
    for j in range(n):
        took += readings[j].dwell + readings[j].pause
    fits = took <= s.tick_s
    begun = place_in(mix(v.key ^ uint64(BEGUN)), s.tick_s - took + 1 if fits else s.tick_s)
    since = int64(0)
    for j in range(n):
        of = readings[j]
        of.second = smaller(begun + (since if fits else since * (s.tick_s - begun) // took), s.tick_s - 1)
        of.apart = of.second < of.from_s
        if of.apart:
            left = s.tick_s - of.from_s
            latest = larger(int64(1), larger(left - of.dwell, left // 2))
            of.second = of.from_s + place_in(mix(of.draw ^ uint64(BEGUN)), latest)
        else:
            since += of.dwell + of.pause
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
