"""Compiled set-up of the readers: taste, habits, addresses, friends and follows.

Every number is a pure function of (key, reader), in integers, so that any chunking and any machine
gives the same bits. `_mix` is SplitMix64, written out here because numba's cache watches one file at a time.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import int64, njit, uint64

BLOCK = 256  # readers of a community
N_MASKS = 24  # candidate friends within the community
N_MIRRORS = 6  # candidate friends anywhere


@njit(uint64(uint64), inline="always", cache=True)
def _mix(x):
    x = x + uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB)
    return x ^ (x >> uint64(31))


@njit(cache=True, nogil=True)
def fill_readers(record, key, pages, fast, trust, prior):
    """Draw each reader's taste and habits into `record`; `fast` is a threshold out of 65536."""
    topics = record[0].interest.shape[0]
    for i in range(record.shape[0]):
        h = _mix(key ^ uint64(i))
        g = _mix(h ^ uint64(1))
        e = _mix(h ^ uint64(2))
        r = record[i]
        main = (h >> uint64(3)) % uint64(topics)
        second = (main + uint64(1) + (h >> uint64(9)) % uint64(topics - 1)) % uint64(topics)
        for t in range(topics):
            r.interest[t] = uint64(25) + ((g >> uint64(8 * t)) & uint64(255)) * uint64(70) // uint64(255)
        r.interest[second] = uint64(120) + (e & uint64(63))
        r.interest[main] = uint64(200) + ((e >> uint64(6)) & uint64(55))
        r.cell = main
        r.last_tick = -1
        r.trust_counts = trust
        r.trust_platform = trust
        r.expect = prior
        # a skewed activity: the product of two uniform draws, mean 128 once scaled
        a = ((h >> uint64(16)) & uint64(255)) + uint64(64)
        b = ((h >> uint64(24)) & uint64(255)) + uint64(64)
        r.activity = min(uint64(255), a * b * uint64(128) // uint64(191 * 191))
        r.chronotype = (h >> uint64(32)) & uint64(7)
        r.pages = max(uint64(1), uint64(pages) + ((h >> uint64(36)) % uint64(3)) - uint64(1))
        speed = uint64(20) + ((h >> uint64(40)) & uint64(31))
        if ((e >> uint64(16)) & uint64(0xFFFF)) < uint64(fast):
            speed = uint64(220) + ((h >> uint64(40)) & uint64(31))
        r.speed = speed
        r.expressive = uint64(32) + ((e >> uint64(32)) & uint64(255)) * uint64(192) // uint64(255)
        r.finished = uint64(100)


@njit(cache=True, nogil=True)
def fill_addresses(ip, device, registered, key, household_max, campus, office, shared_phone):
    """Give readers addresses and phones (article, S4: detectors must have something honest to get wrong).

    Communities of 256 share a campus address with chance `campus`, runs of 32 an office address with chance
    `office`; the rest live in households. Thresholds are out of 65536.
    """
    n = ip.shape[0]
    home = 0
    left = 0
    for i in range(n):
        h = _mix(key ^ uint64(i))
        if left == 0:
            home = i
            left = 1 + int64((h >> uint64(8)) % uint64(household_max))
        left -= 1
        block = _mix(key ^ uint64(i // 256) ^ uint64(0xCA3B) << uint64(40))
        desk = _mix(key ^ uint64(i // 32) ^ uint64(0x0FF1) << uint64(40))
        if (block & uint64(0xFFFF)) < uint64(campus):
            ip[i] = uint64(0x80000000) + uint64(i // 512)
        elif (desk & uint64(0xFFFF)) < uint64(office):
            ip[i] = uint64(0x40000000) + uint64(i // 32)
        else:
            ip[i] = home
        device[i] = i
        if i > 0 and ((h >> uint64(24)) & uint64(0xFFFF)) < uint64(shared_phone):
            # half share the phone of somebody at home, half bought one that was somebody else's
            device[i] = device[home] if h & uint64(1) else device[(h >> uint64(40)) % uint64(i)]
        registered[i] = -int64((h >> uint64(44)) % uint64(2500)) - 1


@njit(cache=True, nogil=True)
def _edge(key, i, j, threshold):
    a, b = min(i, j), max(i, j)
    h = _mix(key ^ (uint64(a) << uint64(32)) ^ uint64(b))
    return (h & uint64(0xFFFF)) < threshold


@njit(cache=True, nogil=True)
def friends_of(i, n, key, near, far, out):
    """Write the friends of `i` into `out` in a fixed order; return how many. Friendship is mutual.

    Near friends sit at fixed exclusive-or distances within the community, far ones at mirror images of the
    whole population (j = c - i): both relations are their own inverse, so each side finds the other.
    """
    count = 0
    block = i // BLOCK
    for m in range(N_MASKS):
        mask = int64(_mix(key ^ uint64(block * N_MASKS + m) ^ uint64(0xA5) << uint64(56)) % uint64(BLOCK - 1)) + 1
        j = i ^ mask
        if j < n and _edge(key, i, j, uint64(near)):
            fresh = True
            for q in range(count):
                if out[q] == j:
                    fresh = False
            if fresh:
                out[count] = j
                count += 1
    for m in range(N_MIRRORS):
        centre = int64(_mix(key ^ uint64(m) ^ uint64(0x5A) << uint64(56)) % uint64(n))
        j = (centre - i) % n
        if j != i and j // BLOCK != block and _edge(key, i, j, uint64(far)):
            fresh = True
            for q in range(count):
                if out[q] == j:
                    fresh = False
            if fresh:
                out[count] = j
                count += 1
    return count


@njit(cache=True, nogil=True)
def count_friends(start, n, key, near, far):
    """Fill `start` (n + 1) with the offsets of each reader's friends."""
    scratch = np.empty(N_MASKS + N_MIRRORS, np.int32)
    start[0] = 0
    for i in range(n):
        start[i + 1] = start[i] + friends_of(i, n, key, near, far, scratch)


@njit(cache=True, nogil=True)
def fill_friends(start, friends, n, key, near, far):
    """Fill the CSR column `friends` to the offsets of `count_friends`."""
    for i in range(n):
        friends_of(i, n, key, near, far, friends[start[i] : start[i + 1] + N_MASKS + N_MIRRORS])


@njit(cache=True, nogil=True)
def fill_follows(follows, follow_trust, record, key, mean, by_topic, weight_sum, topic_start, followers, trust):
    """Draw whom each reader follows: a topic by interest, a creator of it by popularity, no one twice.

    `by_topic` lists creators grouped by topic, `weight_sum` their cumulative popularity in 2**32 units within
    each topic, `topic_start` (topics + 1) the group bounds. `mean` is out of 256.
    """
    width = follows.shape[1]
    topics = topic_start.shape[0] - 1
    for i in range(follows.shape[0]):
        h = _mix(key ^ uint64(i))
        # spread between half and one and a half times the mean
        want = int64((uint64(mean) * (uint64(128) + (h & uint64(255)))) >> uint64(16))
        total = 0
        for t in range(topics):
            total += record[i].interest[t]
        kept = 0
        for draw in range(3 * want):
            if kept in (want, width):
                break
            g = _mix(h ^ uint64(draw + 1))
            point = int64(g >> uint64(40)) % total
            topic = 0
            while point >= record[i].interest[topic]:
                point -= record[i].interest[topic]
                topic += 1
            lo, hi = topic_start[topic], topic_start[topic + 1]
            if lo == hi:
                continue
            target = g & uint64(0xFFFFFFFF)
            while lo < hi:
                mid = (lo + hi) // 2
                if weight_sum[mid] <= target:
                    lo = mid + 1
                else:
                    hi = mid
            creator = by_topic[min(lo, topic_start[topic + 1] - 1)]
            fresh = True
            for q in range(kept):
                if follows[i, q] == creator:
                    fresh = False
            if fresh:
                follows[i, kept] = creator
                follow_trust[i, kept] = trust
                followers[creator] += 1
                kept += 1
