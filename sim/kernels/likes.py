"""Compiled: which likes are the first of their account under their post, and which rows belong to some accounts."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import int64, uint64

from sim.kernels.compiled import njit, njit_inline
from sim.kernels.ends import smaller
from sim.kernels.mix import mix
from sim.kernels.prefetch import prefetch_to_write
from sim.kernels.scales import AHEAD, WORD_BITS


@njit_inline()
def _pair(account, post):
    """Account and post in one number, never 0."""
    return (uint64(post + 1) << uint64(WORD_BITS)) | uint64(account)


@njit_inline()
def _place(pair, pairs):
    """Where a pair stands in the table, or the empty place where it would."""
    last = uint64(pairs.shape[0] - 1)
    at = mix(pair) & last
    while pairs[at] != uint64(0) and pairs[at] != pair:
        at = (at + uint64(1)) & last
    return at


def find_pairs(account, post, pairs, keep, new):
    """Set `new` for pairs (account, post) that are not in the open-addressing table `pairs` (a power of 2; 0 is empty).

    With `keep` they are put into it, so that a pair given twice is new once. Return how many were put in.
    """
    # one type, so that the kernel is compiled once
    return _find_pairs(np.asarray(account, np.int64), np.asarray(post, np.int64), pairs, keep, new)


@njit(cache=True, nogil=True)
def _find_pairs(account, post, pairs, keep, new):
    """As `find_pairs`, of accounts and posts as int64."""
    added, n, last = int64(0), account.shape[0], uint64(pairs.shape[0] - 1)
    for i in range(n):
        soon = smaller(i + AHEAD, n - 1)
        prefetch_to_write(pairs, mix(_pair(account[soon], post[soon])) & last, 0)
        pair = _pair(account[i], post[i])
        at = _place(pair, pairs)
        if pairs[at] == uint64(0):
            new[i] = True
            if keep:
                pairs[at] = pair
                added += 1
    return added


@njit_inline()
def _is_live(pair, oldest_post):
    """Whether a place of the table is taken by a pair under `oldest_post` or a later one."""
    return (pair >> uint64(WORD_BITS)) > uint64(oldest_post)


@njit(cache=True, nogil=True)
def count_pairs(pairs, oldest_post):
    """How many pairs of a table are under `oldest_post` or later posts."""
    live = int64(0)
    for i in range(pairs.shape[0]):
        live += _is_live(pairs[i], oldest_post)
    return live


@njit(cache=True, nogil=True)
def take_pairs(pairs, oldest_post, taken):
    """Empty a table; those of its pairs that are under `oldest_post` or later posts go to `taken`, in its order."""
    n = int64(0)
    for i in range(pairs.shape[0]):
        if _is_live(pairs[i], oldest_post):
            taken[n] = pairs[i]
            n += 1
        pairs[i] = uint64(0)


@njit(cache=True, nogil=True)
def put_pairs(taken, pairs):
    """Put pairs into a table."""
    for pair in taken:
        pairs[_place(pair, pairs)] = pair


@njit(cache=True, nogil=True)
def mark_rows(column, wanted, found):
    """Set `found` for the rows whose entry in `column` is wanted (`wanted`, one entry for each value)."""
    for i in range(column.shape[0]):
        found[i] = wanted[column[i]]
