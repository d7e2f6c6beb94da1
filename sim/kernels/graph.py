"""Compiled set-up of the network of readers: friends, and creators followed.

Every number is a pure function of (key, reader), in integers, so that any machine gives the same bits.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import float64, int64, uint64

from sim.kernels.compiled import njit
from sim.kernels.ends import smaller
from sim.kernels.mix import mix
from sim.kernels.scales import FRIEND_BITS


@njit(cache=True, nogil=True)
def find_by_weight(sums, lo, hi, target):
    """The first place in [lo, hi) whose cumulative weight in `sums` is above `target`, else the last."""
    last = hi - 1
    while lo < hi:
        mid = (lo + hi) // 2
        if sums[mid] <= target:
            lo = mid + 1
        else:
            hi = mid
    return smaller(lo, last)


@njit(cache=True, nogil=True)
def mark_near_friends(near, sums, key, per_seat, size):
    """Make friends within communities of `size` seats, ends in proportion to sociability (Chung & Lu 2002).

    `near` (seats, size / 64) gets a bit for each friend by its place in the community; `sums` is cumulative
    sociability, `per_seat` how many friendships are drawn for a seat of average sociability. Doubles come to nothing.
    """
    n = near.shape[0]
    mean = float64(sums[n - 1]) / n
    for lo in range(0, n, size):
        hi = smaller(n, lo + size)
        before = sums[lo - 1] if lo > 0 else uint64(0)
        weight = sums[hi - 1] - before
        for e in range(int64(np.rint(per_seat * float64(weight) / mean))):
            h = mix(mix(key ^ uint64(lo)) ^ uint64(e))
            a = find_by_weight(sums, lo, hi, before + mix(h) % weight)
            b = find_by_weight(sums, lo, hi, before + mix(h ^ uint64(1)) % weight)
            if a != b:
                near[a, (b - lo) // FRIEND_BITS] |= uint64(1) << uint64((b - lo) % FRIEND_BITS)
                near[b, (a - lo) // FRIEND_BITS] |= uint64(1) << uint64((a - lo) % FRIEND_BITS)


@njit(cache=True, nogil=True)
def guide_by_weight(sums, guide):
    """For each of equal parts of the total weight, where in `sums` it begins: searches start there."""
    parts = guide.shape[0]
    step = sums[sums.shape[0] - 1] // uint64(parts) + uint64(1)
    at = 0
    for q in range(parts):
        while at < sums.shape[0] - 1 and sums[at] <= uint64(q) * step:
            at += 1
        guide[q] = at
    return step


@njit(cache=True, nogil=True)
def draw_far_friends(one, other, sums, guide, step, key, size):
    """Draw pairs of friends from different communities, ends in proportion to sociability; -1 for what is none."""
    n = sums.shape[0]
    total = sums[n - 1]
    for e in range(one.shape[0]):
        h = mix(key ^ uint64(e))
        for end in range(2):
            target = mix(h ^ uint64(end)) % total
            at = guide[int64(target // step)]
            while sums[at] <= target:
                at += 1
            if end == 0:
                one[e] = at
            else:
                other[e] = at
        if one[e] // size == other[e] // size:
            one[e] = -1


@njit(cache=True, nogil=True)
def count_friends(start, near, one, other):
    """Fill `start` (n + 1) with the offsets of each reader's friends, doubles among the far ones counted."""
    n = near.shape[0]
    for i in range(n + 1):
        start[i] = 0
    for i in range(n):
        for w in range(near.shape[1]):
            left = near[i, w]
            while left:
                left &= left - uint64(1)
                start[i + 1] += 1
    for e in range(one.shape[0]):
        if one[e] >= 0:
            start[one[e] + 1] += 1
            start[other[e] + 1] += 1
    for i in range(n):
        start[i + 1] += start[i]


def fill_friends(start, friends, near, one, other, size):
    """Fill `friends` to the offsets of `count_friends`, near ones first, and move both together without doubles."""
    _fill_friends(start, friends, near, one, other, size, start[:-1].copy())


@njit(cache=True, nogil=True)
def _fill_friends(start, friends, near, one, other, size, at):
    """As `fill_friends`; `at` is where the next friend of each reader goes."""
    n = near.shape[0]
    for i in range(n):
        base = i // size * size
        for w in range(near.shape[1]):
            for bit in range(FRIEND_BITS):
                if near[i, w] >> uint64(bit) & uint64(1):
                    friends[at[i]] = base + w * FRIEND_BITS + bit
                    at[i] += 1
    for e in range(one.shape[0]):
        if one[e] >= 0:
            a, b = one[e], other[e]
            friends[at[a]] = b
            at[a] += 1
            friends[at[b]] = a
            at[b] += 1
    kept = 0
    for i in range(n):
        first, stop = start[i], start[i + 1]
        start[i] = kept
        for q in range(first, stop):
            fresh = True
            for before in range(start[i], kept):
                if friends[before] == friends[q]:
                    fresh = False
            if fresh:
                friends[kept] = friends[q]
                kept += 1
    start[n] = kept


def fill_follows(
    follows, follow_trust, record, key, tries, by_niche, weight_sum, niche_start, niches, followers, trust,
    first_person, far, community,
):  # fmt: skip
    """Draw whom each reader follows: a topic by interest, a creator of it by popularity, no one twice.

    A topic has as many `niches`, and of each topic all readers of a community (2**`community` seats) know one: as many
    communities in a row know one each, in an order that is drawn for each topic. `by_niche` lists creators grouped by
    topic and niche, `weight_sum` their cumulative popularity in 2**32 units within each niche, `niche_start` (topics x
    niches + 1) the group bounds. After `tries` draws for each place of its list a reader takes anybody of the niche,
    since the well-known are all followed, and after `far` times as many it gives up. A seat counts for as many
    followers as it has people (`first_person`, seats + 1).
    """
    followed = np.full(followers.shape[0], -1, np.int64)  # by whom last
    _fill_follows(
        follows, follow_trust, record, key, tries, by_niche, weight_sum, niche_start, niches, followers, trust,
        first_person, far, community, followed,
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _fill_follows(
    follows, follow_trust, record, key, tries, by_niche, weight_sum, niche_start, niches, followers, trust,
    first_person, far, community, followed,
):  # fmt: skip
    """As `fill_follows`, with memory to work in."""
    topics = (niche_start.shape[0] - 1) // niches
    for i in range(record.shape[0]):
        h = mix(key ^ uint64(i))
        near = i >> community
        shift = mix(key ^ uint64(near // niches) ^ uint64(1) << uint64(40))  # no key of a seat: they are smaller
        want = int64(record[i].follow_places)
        first = int64(record[i].follow_at)
        total, interest = 0, record[i].interest
        for t in range(topics):
            total += interest[t]
        kept = 0
        for draw in range(far * tries * want):
            if kept == want:
                break
            g = mix(h ^ uint64(draw + 1))
            point = int64(g >> uint64(40)) % total
            topic = 0
            while point >= interest[topic]:
                point -= interest[topic]
                topic += 1
            niche = topic * niches
            if niches > 1:
                niche += (near + int64(mix(shift ^ uint64(topic)) >> uint64(32))) % niches
            lo, hi = niche_start[niche], niche_start[niche + 1]
            if lo == hi:
                continue
            target = g & uint64(0xFFFFFFFF)
            if draw < tries * want:
                creator = by_niche[find_by_weight(weight_sum, lo, hi, target)]
            else:
                creator = by_niche[lo + int64(target * uint64(hi - lo) >> uint64(32))]
            if followed[creator] != i:
                followed[creator] = i
                follows[first + kept] = creator
                follow_trust[first + kept] = trust
                followers[creator] += first_person[i + 1] - first_person[i]
                kept += 1
        record[i].follow_n = kept
