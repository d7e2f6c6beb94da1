"""Compiled: forwards reach friends' Moments."""

# mypy: disable-error-code="no-untyped-def"

from functools import partial

import numpy as np
from numba import int64, uint8, uint64

from sim.kernels.acts import count_acts
from sim.kernels.compiled import njit, njit_inline, njit_inner
from sim.kernels.ends import smaller
from sim.kernels.mix import bits_of, mix, place_in
from sim.kernels.parts import bounds_of_parts, in_turn
from sim.kernels.prefetch import prefetch, prefetch_to_write
from sim.kernels.scales import AHEAD, CERTAIN, MOST_DEPTH, NEAR, SHOWN_AT_ONCE


def to_moments(
    account, entity, seat, post, depth, post_key, share, key, friend_start, friends, first_person, record, lists, size,
    fewest, parts=1, run=in_turn,
):  # fmt: skip
    """Deliver each forward (account, its entity and seat, post, depth) to Moments of the seat's friends.

    Return deliveries. `share` (one a forward) is the chance that a friend is shown it: the platform's Moments priority
    times any reduction. A forward is one person's, so it reaches a seat of k people with a k-th of that chance: how
    many friends it reaches is drawn first (`fewest` people at a seat), and then which. A full inbox loses any of its
    posts. Near friends live in the same community of `size` seats.

    The work is made of `parts`, which `run` may carry out at once: forwards draw their friends apart from each other,
    and an inbox takes in what comes in the order of the forwards, whoever else is delivered to.
    """
    bits = bits_of(post_key.astype(np.uint64), key, entity)
    chance = (share / fewest * float(CERTAIN)).astype(np.uint64)
    all_friends = friend_start[seat + 1] - friend_start[seat]
    longest = int(all_friends.max(initial=0))
    found, draws, deliveries = [], [], []
    for first, last in bounds_of_parts(len(seat), parts):
        # friends who are shown a forward, and which forward that is
        shown, of_shown = (np.empty(int(all_friends[first:last].sum()), np.int32) for _ in range(2))
        found.append((shown, of_shown))
        draws.append(
            partial(
                _draw_all, first, last, seat, bits, chance, friend_start, friends,
                np.full(longest, -1, np.int32),  # by place in a list of friends: the forward that drew it last
                np.empty(longest + SHOWN_AT_ONCE, np.int64), shown, of_shown,
            )
        )  # fmt: skip
    found = [(shown[:n], of_shown[:n]) for (shown, of_shown), n in zip(found, run(draws), strict=True)]
    forwards = account, seat, post, depth, bits
    for first, last in bounds_of_parts(len(record), parts):
        to = first, last, first_person, record, lists, size, fewest
        deliveries.append(partial(_deliver_found, found, forwards, to))
    return sum(run(deliveries))


def _deliver_found(found, forwards, to):
    return sum(_deliver_all(*shown, *forwards, *to) for shown in found)


@njit(cache=True, nogil=True)
def _draw_all(first, last, seat, bits, chance, friend_start, friends, taken, places, shown, of_shown):
    """Draw who is shown the forwards [first, last), in their order; return how many that are."""
    n, found = int64(0), int64(0)
    for f in range(first, last):
        start = friend_start[seat[f]]
        all_friends = friend_start[seat[f] + 1] - start
        count = count_acts(bits[f], all_friends, chance[f])
        for q in range(found + n, found + n + count):
            of_shown[q] = f
        n = _draw_friends(f, count, bits[f], start, all_friends, friends, taken, places, n)
        if n >= SHOWN_AT_ONCE or f == last - 1:
            for q in range(n):
                shown[found + q] = friends[places[q]]
            found += n
            n = 0
    return found


@njit_inner()
def _draw_friends(f, count, bits, first, all_friends, friends, taken, places, n):
    """Draw `count` different places among a list of friends into `places`, and ask for who is there; return the end."""
    while count > 0:
        bits = mix(bits)
        place = place_in(bits, all_friends)
        if taken[place] != f:
            taken[place] = f
            places[n] = first + place
            prefetch(friends, first + place, 0)
            n += 1
            count -= 1
    return n


@njit(cache=True, nogil=True)
def _deliver_all(
    shown, of_shown, account, seat, post, depth, bits, first, last, first_person, record, lists, size, fewest
):
    """Deliver to those shown a forward whose seats are in [first, last), in this order; return deliveries."""
    delivered = int64(0)
    for q in range(shown.shape[0]):
        soon = int64(shown[smaller(q + AHEAD, shown.shape[0] - 1)])
        if first <= soon < last:
            prefetch(first_person, soon, 0)
            prefetch_to_write(record, soon, 0)
            prefetch_to_write(lists, soon, 0)
        if first <= shown[q] < last:
            delivered += _deliver(
                of_shown[q],
                int64(shown[q]),
                account,
                seat,
                post,
                depth,
                bits,
                first_person,
                record,
                lists,
                size,
                fewest,
            )
    return delivered


@njit_inline()
def _deliver(f, j, account, seat, post, depth, bits, first_person, record, lists, size, fewest):
    """Show forward `f` to seat `j`, if it is one of those reached; return whether it is new there."""
    people = int64(first_person[j + 1] - first_person[j])
    draw = mix(bits[f] ^ uint64(j))
    # a seat of more people than the smallest is reached more rarely by any one forward
    if place_in(draw, people) >= fewest:
        return False
    near = NEAR if seat[f] // size == j // size else 0
    way = uint8(smaller(int64(depth[f]), MOST_DEPTH) | near)
    return _put_in_inbox(record[j], lists[j], post[f], account[f], way, draw)


@njit_inline()
def _put_in_inbox(r, waiting, post, account, way, bits):
    """Leave a post, forwarded by an account, for the reader of record `r`; return whether it is new there."""
    n = int64(r.inbox_n)
    for q in range(n):
        if waiting.inbox[q] == post + 1:
            return False
    at = n
    if n == waiting.inbox.shape[0]:
        at = int64((bits & uint64(0xFFFFFFFF)) * uint64(n) >> uint64(32))
    else:
        r.inbox_n = n + 1
    waiting.inbox[at] = post + 1
    waiting.inbox_from[at] = account
    r.inbox_way[at] = way
    return True
