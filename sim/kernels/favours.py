"""Compiled: which requests the members of a mutual-aid group answer."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from sim.kernels.compiled import njit
from sim.kernels.ends import smaller
from sim.kernels.scales import N_FAVOUR


def choose(budget, owes, owner, done):
    """Let every seat pick up to `budget[seat]` requests not yet answered: whom it owes most, then the oldest.

    `owes` (seats, seats); `owner` (requests,) seat of the asker, oldest request first; `done` (requests,
    seats), updated here. Returns (seat, request, turn) of each favour as three int64 arrays.
    """
    out = np.empty((N_FAVOUR, int(np.minimum(budget, owner.shape[0]).sum())), np.int64)
    return out[:, : _fill_favours(budget, owes, owner, done, out)]


@njit(cache=True, nogil=True)
def _fill_favours(budget, owes, owner, done, out):
    """Write the favours that `choose` gives; return how many."""
    n = 0
    for seat in range(budget.shape[0]):
        for turn in range(smaller(budget[seat], owner.shape[0])):
            best = -1
            most = np.int64(0)
            for request in range(owner.shape[0]):
                if not done[request, seat]:
                    debt = np.int64(owes[seat, owner[request]])
                    if best < 0 or debt > most:
                        best, most = request, debt
            if best < 0:
                break
            done[best, seat] = True
            out[0, n], out[1, n], out[2, n] = seat, best, turn
            n += 1
    return n


@njit(cache=True, nogil=True)
def note(owes, givers, getters):
    """Book favours: who received owes who gave one more, and is owed one less."""
    for i in range(givers.shape[0]):
        owes[getters[i], givers[i]] += 1
        owes[givers[i], getters[i]] -= 1
