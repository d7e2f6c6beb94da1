"""Compiled: who comes online, and what a visit begins with."""

# mypy: disable-error-code="no-untyped-def"

from numba import float64, int64, uint64

from sim.kernels.compiled import njit_inline, njit_inner
from sim.kernels.ends import larger, smaller
from sim.kernels.mix import mix, place_in, unit_24
from sim.kernels.prefetch import prefetch, prefetch_to_write
from sim.kernels.read_layout import BANNED, LOOKED
from sim.kernels.scales import BYTE, FULL_16, N_CHRONOTYPES, N_TOPICS, ROWS_PER_VISIT


@njit_inline()
def is_anybody_allowed(seat, status, persons, first_person):
    """Whether one of the people of a seat is not banned."""
    at, end = uint64(first_person[seat]), uint64(first_person[seat + uint64(1)])
    while at < end and status[persons[at]] >= BANNED:
        at += uint64(1)
    return at < end


@njit_inner(error_model="numpy")
def list_online(seats, lo, hi, key, rhythm, s, who):
    """List in `who` the seats of [lo, hi) whose people come online; return how many."""
    rate, last_tick = seats.rate, seats.last_tick
    status, persons, first_person = seats.status, seats.persons, seats.first_person
    bursts = 1.0 + s.burst
    since = larger(0, s.tick - s.burst_ticks)
    drawn = uint64(0)
    for i in range(uint64(lo), uint64(hi)):
        chance = float64(rate[i]) * rhythm[i % uint64(N_CHRONOTYPES)]
        chance *= bursts if last_tick[i] >= since else 1.0
        who[drawn] = i  # without a branch, which nobody could predict
        drawn += uint64(unit_24(mix(key ^ i)) < chance)
    n = uint64(0)
    for w in range(drawn):
        i = uint64(who[w])
        who[n] = i
        n += uint64(is_anybody_allowed(i, status, persons, first_person))
    return int64(n)


@njit_inner()
def count_that_fit(first_person, who, room):
    """How many of the seats in `who` can be visited before `room` rows are full."""
    n = 0
    while n < who.shape[0]:
        room -= (first_person[who[n] + 1] - first_person[who[n]]) * ROWS_PER_VISIT
        if room < 0:
            break
        n += 1
    return n


@njit_inner()
def begin_visits(seats, who, key, s, patience, visits):
    """Fill `visits` (dtype `VISIT`) for the seats in `who`, and ask for the memory that they are going to need."""
    record, last_tick, first_person = seats.record, seats.last_tick, seats.first_person
    follows, follow_trust, lists = seats.follows, seats.follow_trust, seats.lists
    for w in range(who.shape[0]):
        prefetch_to_write(record, who[w], 0)
    for w in range(who.shape[0]):
        me = uint64(who[w])
        r, v = record[me], visits[w]
        k = mix(key ^ me)
        v.seat = me
        v.key = k
        v.most = patience[k >> uint64(56)]
        v.first_person = first_person[me]
        v.people = first_person[me + uint64(1)] - first_person[me]
        v.last = last_tick[me]
        last_tick[me] = s.tick
        v.trust = float64(r.trust_counts) / float64(FULL_16)
        v.cell = r.cell
        v.zeal = float64(r.zeal) / float64(BYTE)
        taste = uint64(0)
        for t in range(N_TOPICS):
            taste |= uint64(r.interest[t]) << uint64(8 * t)
        v.taste = taste
        at, size = uint64(r.follow_at), uint64(r.follow_n)
        look_at = place_in(mix(k ^ uint64(LOOKED)), size)
        v.look_at = look_at
        if size > 0:
            prefetch(follows, at + uint64(look_at), 0)
            prefetch(follows, at + smaller(uint64(look_at + s.follow_window), size) - uint64(1), 0)
            prefetch(follow_trust, at + uint64(look_at), 0)
        if r.inbox_n > 0:
            prefetch(lists, me, 0)
