"""Compiled: forwards reach friends' Moments and group chats; and the readers' day's end."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import int32, int64, uint8, uint64

from sim.kernels.acts import count_acts
from sim.kernels.compiled import njit, njit_inline, njit_inner
from sim.kernels.ends import smaller
from sim.kernels.mix import mix, place_in
from sim.kernels.prefetch import prefetch, prefetch_to_write
from sim.kernels.scales import CERTAIN, MOST_DEPTH, N_TRUST_SUMS, NEAR, NO_CREATOR, ONE_8, ONE_16, SHOWN_AT_ONCE

LEFT, BANNED, ACTIVE = 4, 3, 0  # sim.core.enums.Status


def to_moments(
    account, entity, seat, post, depth, post_key, share, key, friend_start, friends, first_person, record, lists, size,
    fewest,
):  # fmt: skip
    """Deliver each forward (account, its entity and seat, post, depth) to Moments of the seat's friends.

    Return deliveries. `share` (one a forward) is the chance that a friend is shown it: the platform's Moments priority
    times any reduction. A forward is one person's, so it reaches a seat of k people with a k-th of that chance: how
    many friends it reaches is drawn first (`fewest` people at a seat), and then which. A full inbox loses any of its
    posts. Near friends live in the same community of `size` seats.
    """
    longest = int((friend_start[seat + 1] - friend_start[seat]).max(initial=0))
    shown = np.empty(longest + SHOWN_AT_ONCE, np.int64)  # friends who are shown a forward
    of_shown = np.empty(longest + SHOWN_AT_ONCE, np.int32)  # which forward that is
    of_act = np.empty(len(seat), np.uint64)
    taken = np.full(longest, -1, np.int32)  # by place in a list of friends: the forward that drew it last
    return _to_moments(
        account, entity, seat, post, depth, post_key, share, key, friend_start, friends, first_person, record, lists,
        size, fewest, shown, of_shown, of_act, taken,
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _to_moments(
    account, entity, seat, post, depth, post_key, share, key, friend_start, friends, first_person, record, lists, size,
    fewest, shown, of_shown, of_act, taken,
):  # fmt: skip
    """As `to_moments`, with memory to work in."""
    delivered, n = int64(0), int64(0)
    for f in range(seat.shape[0]):
        of_act[f] = mix(mix(key ^ uint64(post_key[f])) ^ entity[f])
        first = friend_start[seat[f]]
        all_friends = friend_start[seat[f] + 1] - first
        count = count_acts(of_act[f], all_friends, uint64(share[f] / fewest * float(CERTAIN)))
        n = _draw_friends(f, count, of_act[f], first, all_friends, friends, taken, shown, of_shown, n)
        if n >= SHOWN_AT_ONCE or f == seat.shape[0] - 1:
            _ask_for_inboxes(friends, first_person, record, lists, shown[:n])
            for q in range(n):
                delivered += _deliver(
                    of_shown[q], shown[q], account, seat, post, depth, of_act, first_person, record, lists, size, fewest
                )
            n = 0
    return delivered


@njit_inner()
def _draw_friends(f, count, bits, first, all_friends, friends, taken, shown, of_shown, n):
    """Draw `count` different places among a list of friends into `shown`, and ask for who is there; return where."""
    while count > 0:
        bits = mix(bits)
        place = place_in(bits, all_friends)
        if taken[place] != f:
            taken[place] = f
            shown[n], of_shown[n] = first + place, f
            prefetch(friends, first + place, 0)
            n += 1
            count -= 1
    return n


@njit_inner()
def _ask_for_inboxes(friends, first_person, record, lists, shown):
    """Replace places in `friends` by who is there, and ask for the memory that deliveries to them need."""
    for q in range(shown.shape[0]):
        j = int64(friends[shown[q]])
        shown[q] = j
        prefetch(first_person, j, 0)
        prefetch_to_write(record, j, 0)
        prefetch_to_write(lists, j, 0)


@njit_inline()
def _deliver(f, j, account, seat, post, depth, of_act, first_person, record, lists, size, fewest):
    """Show forward `f` to seat `j`, if it is one of those reached; return whether it is new there."""
    people = int64(first_person[j + 1] - first_person[j])
    draw = mix(of_act[f] ^ uint64(j))
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


@njit_inline()
def _reaches_chat(bits, people):
    """Whether the chat of one person of a seat is the one that stands for those of all its `people`."""
    return place_in(bits, people) == 0


@njit(cache=True, nogil=True)
def to_chats(
    account, entity, seat, post, depth, post_key, key, tick, chat_size, first_person, chat_post, chat_tick, chat_from,
    chat_depth,
):  # fmt: skip
    """Put forwards (account, its entity and seat, post, depth) into the group chat of the seat.

    A chat of seats stands for as many chats of people as there are people at a seat, and holds what is in one of them;
    without a seat (-1) there is none.
    """
    for f in range(account.shape[0]):
        i = int64(seat[f])
        if i >= 0:
            bits = mix(mix(key ^ uint64(post_key[f])) ^ entity[f])
            if _reaches_chat(bits, first_person[i + 1] - first_person[i]):
                _put_in_chat(
                    i // chat_size, account[f], post[f], depth[f], tick, chat_post, chat_tick, chat_from, chat_depth
                )


@njit(cache=True, nogil=True)
def send_to_chats(
    account, entity, seat, post, post_key, key, chats, seats, tick, chat_size, first_person, chat_post, chat_tick,
    chat_from, chat_depth,
):  # fmt: skip
    """Put each new post (its author's account, entity and seat, and the post) into the author's `chats` group chats.

    The first is that of the author's seat; the others are those of any of the `seats`, the same for life. An author
    without a seat (-1) has none. Chats of seats stand for several of people, as with `to_chats`.
    """
    for number in range(chats):
        for f in range(account.shape[0]):
            if seat[f] < 0:
                continue
            member = int64(seat[f])
            if number > 0:
                member = int64(mix(mix(entity[f] ^ key) ^ uint64(number)) % uint64(seats))
            bits = mix(mix(mix(key ^ uint64(post_key[f])) ^ entity[f]) ^ uint64(number))
            if _reaches_chat(bits, first_person[member + 1] - first_person[member]):
                _put_in_chat(
                    member // chat_size,
                    account[f],
                    int32(post[f]),
                    uint8(0),
                    tick,
                    chat_post,
                    chat_tick,
                    chat_from,
                    chat_depth,
                )


@njit_inline()
def _put_in_chat(chat, account, post, depth, tick, chat_post, chat_tick, chat_from, chat_depth):
    """Put a post into the slot of a chat that is oldest, unless it is there already."""
    slot = 0
    for q in range(chat_tick.shape[1]):
        if chat_post[chat, q] == post + 1:
            return
        if chat_tick[chat, q] < chat_tick[chat, slot]:
            slot = q
    chat_post[chat, slot] = post + 1
    chat_tick[chat, slot] = tick
    chat_from[chat, slot] = account
    chat_depth[chat, slot] = depth


@njit(cache=True, nogil=True)
def end_day(
    record, status, persons, first_person, follows, follow_trust, key, leave, come_back, repair, start, absent,
    any_absent,
):  # fmt: skip
    """Readers leave, come back, mend their trust while away, and drop creators who are gone.

    `status` is that of all accounts, `persons` and `first_person` say who lives at each seat; `leave` (256,) is the
    chance to leave by trust in the platform, `come_back` the chance to return, both out of 2**24; `repair` out of
    65536; `start` the trust that time can restore; `absent` (creators,) who is gone.
    """
    for i in range(record.shape[0]):
        r = record[i]
        r.reads_today = 0
        who = persons[first_person[i]]
        if status[who] == BANNED:
            continue
        bits = int64(mix(key ^ uint64(i)) >> uint64(40))
        if status[who] == LEFT:
            if r.trust_platform < start:
                r.trust_platform = int64(r.trust_platform) + ((start - int64(r.trust_platform)) * repair // ONE_16)
            if r.trust_counts < start:
                r.trust_counts = int64(r.trust_counts) + ((start - int64(r.trust_counts)) * repair // ONE_16)
            if bits < come_back:
                status[who] = ACTIVE
        elif status[who] == ACTIVE and bits < leave[r.trust_platform // ONE_8]:
            status[who] = LEFT
        if any_absent:
            first, kept = int64(r.follow_at), int64(0)
            for j in range(first, first + int64(r.follow_n)):
                if not absent[follows[j]]:
                    follows[first + kept] = follows[j]
                    follow_trust[first + kept] = follow_trust[j]
                    kept += 1
            for j in range(kept, int64(r.follow_n)):
                follows[first + j] = NO_CREATOR
            r.follow_n = kept


@njit(cache=True, nogil=True)
def note_standing(record, persons, first_person, finished, level, standing):
    """Write the `level` (256,) of the share of reads finished of every account; that of people is kept with their seat.

    `finished` and `standing` have an entry for each account.
    """
    for who in range(finished.shape[0]):
        standing[who] = level[finished[who]]
    for i in range(record.shape[0]):
        for at in range(first_person[i], first_person[i + 1]):
            standing[persons[at]] = level[record[i].finished]


def trust_sums(record, status, persons, first_person):
    """Sums over people whose seats are active: how many, trust in the platform, trust in counts (65535 is 1)."""
    out = np.zeros(N_TRUST_SUMS, np.int64)
    _add_trust(record, status, persons, first_person, out)
    return out


@njit(cache=True, nogil=True)
def _add_trust(record, status, persons, first_person, out):
    """Add to `out` what `trust_sums` gives."""
    for i in range(record.shape[0]):
        people = first_person[i + 1] - first_person[i]
        if status[persons[first_person[i]]] < BANNED:
            out[0] += people
            out[1] += people * int64(record[i].trust_platform)
            out[2] += people * int64(record[i].trust_counts)
