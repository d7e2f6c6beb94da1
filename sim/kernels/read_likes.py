"""Compiled: who of the people at a seat likes a post."""

# mypy: disable-error-code="no-untyped-def"

from numba import float64, int64, uint64

from sim.kernels.acts import MASK_24
from sim.kernels.compiled import njit_inline, njit_inner
from sim.kernels.mix import mix
from sim.kernels.scales import TO_UNIT_24


@njit_inline()
def _place_of_liker(voice_sums, of, bits):
    """Who of the people at the seat likes: each in proportion to its readiness."""
    low, high = int64(of.first_person), int64(of.first_person + of.people - 1)
    drawn = float64(bits & uint64(MASK_24)) * TO_UNIT_24 * float64(voice_sums[high])
    while low < high:
        middle = (low + high) // 2
        if float64(voice_sums[middle]) > drawn:
            high = middle
        else:
            low = middle + 1
    return low


@njit_inline()
def _has_row(rows, first, n, account):
    """Whether a row from `first` on is of that account."""
    found = False
    for k in range(first, n):
        found |= rows[k].account == account
    return found


@njit_inner()
def draw_likers(likes, bits, seats, of, rows, first):
    """Note in rows from `first` on the accounts of those who like: drawn by their readiness, each of them once.

    In the place of somebody drawn before comes the next at the seat who ever likes. Return the number of rows then.
    """
    sums, n = seats.voice_sums, first
    for j in range(likes):
        place = _place_of_liker(sums, of, mix(mix(bits ^ uint64(1 + j))))
        for _ in range(of.people):
            before = float64(sums[place - 1]) if place > of.first_person else 0.0
            if float64(sums[place]) > before and not _has_row(rows, first, n, seats.persons[place]):
                rows[n].account = seats.persons[place]
                n += 1
                break
            place = place + 1 if place + 1 < of.first_person + of.people else int64(of.first_person)
    return n
