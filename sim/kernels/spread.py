"""Compiled: posts reach group chats; and the readers' day's end."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import int64, uint64

from sim.kernels.compiled import njit, njit_inline
from sim.kernels.mix import bits_of, mix, place_in
from sim.kernels.read_layout import BANNED
from sim.kernels.read_visits import is_anybody_allowed
from sim.kernels.scales import N_TRUST_SUMS, NO_CREATOR, ONE_8, ONE_16


@njit_inline()
def _reaches_chat(bits, people):
    """Whether the chat of one person of a seat is the one that stands for those of all its `people`."""
    return place_in(bits, people) == 0


def to_chats(
    account, entity, seat, post, depth, post_key, key, tick, chat_size, first_person, chat_post, chat_tick, chat_from,
    chat_depth,
):  # fmt: skip
    """Put forwards (account, its entity and seat, post, depth) into the group chat of the seat.

    A chat of seats stands for as many chats of people as there are people at a seat, and holds what is in one of them;
    without a seat (-1) there is none.
    """
    put_in_chats(
        bits_of(post_key.astype(np.uint64), key, entity), account, seat, post, depth, tick, chat_size, first_person,
        chat_post, chat_tick, chat_from, chat_depth,
    )  # fmt: skip


def put_in_chats(bits, account, seat, post, depth, *chats):
    """As `to_chats`, each post by `bits` that decide whether the chat of its person stands for those of all."""
    # one type of each column, so that the kernel is compiled once
    _put_all(
        bits, account.astype(np.int32), seat.astype(np.int64), post.astype(np.int32), depth.astype(np.uint8), *chats
    )


@njit(cache=True, nogil=True)
def _put_all(
    bits, account, seat, post, depth, tick, chat_size, first_person, chat_post, chat_tick, chat_from, chat_depth
):
    """As `put_in_chats`."""
    for f in range(account.shape[0]):
        i = seat[f]
        if i >= 0 and _reaches_chat(bits[f], first_person[i + 1] - first_person[i]):
            _put_in_chat(
                i // chat_size, account[f], post[f], depth[f], tick, chat_post, chat_tick, chat_from, chat_depth
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
    first, last, record, status, persons, first_person, follows, follow_trust, key, leave, come_back, repair, start,
    absent, any_absent,
):  # fmt: skip
    """Readers [first, last) leave, come back, mend their trust while away, and drop creators who are gone.

    The people of a seat leave and return together; where all are banned nobody is there to leave. `status` is that of
    all accounts, `persons` and `first_person` say who lives at each seat; `leave` (256,) is the
    chance to leave by trust in the platform, `come_back` the chance to return, both out of 2**24; `repair` out of
    65536; `start` the trust that time can restore; `absent` (creators,) who is gone.
    """
    for i in range(first, last):
        r = record[i]
        r.reads_today = 0
        bits = int64(mix(key ^ uint64(i)) >> uint64(40))
        if r.left:
            if r.trust_platform < start:
                r.trust_platform = int64(r.trust_platform) + ((start - int64(r.trust_platform)) * repair // ONE_16)
            if r.trust_counts < start:
                r.trust_counts = int64(r.trust_counts) + ((start - int64(r.trust_counts)) * repair // ONE_16)
            r.left = bits >= come_back
        elif bits < leave[r.trust_platform // ONE_8]:
            r.left = is_anybody_allowed(uint64(i), status, persons, first_person)
        if any_absent:
            at, kept = int64(r.follow_at), int64(0)
            for j in range(at, at + int64(r.follow_n)):
                if not absent[follows[j]]:
                    follows[at + kept] = follows[j]
                    follow_trust[at + kept] = follow_trust[j]
                    kept += 1
            for j in range(kept, int64(r.follow_n)):
                follows[at + j] = NO_CREATOR
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
    """Sums over people who are here, neither left nor banned: how many, trust in the platform, trust in counts.

    65535 is full trust.
    """
    out = np.zeros(N_TRUST_SUMS, np.int64)
    _add_trust(record, status, persons, first_person, out)
    return out


@njit(cache=True, nogil=True)
def _add_trust(record, status, persons, first_person, out):
    """Add to `out` what `trust_sums` gives."""
    for i in range(record.shape[0]):
        if record[i].left:
            continue
        people = int64(0)
        for at in range(first_person[i], first_person[i + 1]):
            people += status[persons[at]] < BANNED
        out[0] += people
        out[1] += people * int64(record[i].trust_platform)
        out[2] += people * int64(record[i].trust_counts)
