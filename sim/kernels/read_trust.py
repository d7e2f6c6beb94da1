"""Compiled: what readers learn from a reading: expectations, trust, and whom they follow."""

# mypy: disable-error-code="no-untyped-def"

from numba import int64, uint64

from sim.kernels.compiled import njit_inline, njit_inner
from sim.kernels.ends import larger, smaller
from sim.kernels.mix import mix, unit_24
from sim.kernels.read_layout import FOLLOW, LOST, UNFOLLOW, WHEN, WON
from sim.kernels.scales import NO_CREATOR

NEITHER = -1  # neither follows nor unfollows


@njit_inline()
def _surprised(trust, d, gain, loss):
    """Trust (0..65535) after a surprise d (-255..255): gains close on 1, losses on 0, losses larger (C21)."""
    if d < 0:
        return trust - ((trust * -d * loss) >> 24)
    return trust + (((65535 - trust) * d * gain) >> 24)


@njit_inline()
def feel_surprise(r, trust8, post, of, s):
    """Compare experience with expectation (article, S11), move expectation and trust, and return the surprise.

    `trust8` is trust in counts when the visit began, 255 is 1.
    """
    noise = (int64((of.draw >> uint64(32)) & uint64(511)) * s.taste >> 8) - s.taste
    experience = smaller(255, larger(0, of.quality - int64(post.silence) + noise))
    expect = int64(r.expect)
    expected = (trust8 * int64(post.level) + (255 - trust8) * (expect >> 8)) >> 8
    r.expect = expect + (((experience << 8) - expect) * s.expect_pace >> 16)
    surprise = smaller(255, experience + s.tolerance - expected)
    r.trust_counts = smaller(65535, larger(0, _surprised(int64(r.trust_counts), surprise, s.gain, s.loss)))
    pace = s.platform_pace
    trust = _surprised(int64(r.trust_platform), surprise, (s.gain * pace) >> 8, (s.loss * pace) >> 8)
    r.trust_platform = smaller(65535, larger(0, trust))
    return surprise


@njit_inner()
def decide_to_follow(r, follows, follow_trust, creator, surprise, of, s, willing, change):
    """Move trust in the creator, if followed, and drop who disappoints; take up who pleases.

    `willing` is the chance to follow by quality. Return FOLLOW, UNFOLLOW or NEITHER.
    """
    first, size = int64(r.follow_at), int64(r.follow_n)
    at = _find_followed(follows, first, size, creator, of.place)
    if at >= 0:
        felt = int64(follow_trust[at])
        if surprise < 0:
            felt -= (felt * -surprise * s.loss * s.creator_pace) >> 32
        else:
            felt += ((255 - felt) * surprise * s.gain * s.creator_pace) >> 32
        felt = smaller(255, larger(0, felt))
        follow_trust[at] = felt
        if surprise >= 0 or felt >= s.unfollow_below:
            return NEITHER
        change[creator, LOST] += of.people
        _close_gap(follows, follow_trust, at, first + size - 1)
        r.follow_n = size - 1
        return UNFOLLOW
    if not of.finished or surprise <= 0 or r.follow_places == 0:
        return NEITHER
    if unit_24(mix(of.draw ^ uint64(WHEN))) >= willing[of.quality] * of.expressive:
        return NEITHER
    at = first + size
    if size == int64(r.follow_places):
        at = _least_trusted(follow_trust, first, size)  # a full list makes room
        change[follows[at], LOST] += of.people
    else:
        r.follow_n = size + 1
    follows[at] = creator
    follow_trust[at] = s.follow_start
    change[creator, WON] += of.people
    return FOLLOW


@njit_inline()
def _find_followed(follows, first, size, creator, place):
    """Where a creator stands in the list of `size` from `first`, most likely at `place` of it; -1 for nowhere."""
    if place < size and follows[first + place] == creator:
        return first + place
    found = False
    for j in range(uint64(first), uint64(first + size)):
        found |= follows[j] == creator  # without a way out, so that many are compared at once
    at = int64(-1)
    if found:
        at = first
        while follows[at] != creator:
            at += 1
    return at


@njit_inner()
def _close_gap(follows, follow_trust, at, last):
    """Move what follows place `at` up by one, to `last`, which becomes empty."""
    for j in range(at, last):
        follows[j] = follows[j + 1]
        follow_trust[j] = follow_trust[j + 1]
    follows[last] = NO_CREATOR


@njit_inner()
def _least_trusted(follow_trust, first, size):
    """The first place of a list where trust is least."""
    at = first
    for j in range(first + 1, first + size):
        if follow_trust[j] < follow_trust[at]:
            at = j
    return at
