"""Compiled counting for detectors: crowds behind an address, accounts on a phone."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import uint32

from sim.kernels.compiled import njit
from sim.kernels.scales import FLAG_BITS_MAX, FLAG_BITS_MIN, HASH_BITS_MIN, HASH_MULTIPLIER, HASH_ROOM, WORD_BITS


@njit(cache=True, nogil=True)
def busiest_windows(ip, time_s, account, n_accounts, window_s):
    """Most distinct accounts in any span of `window_s` seconds (both ends in) that contains each row.

    Rows are sorted by (ip, time) and only rows of one `ip` see each other; `account` is in
    0..n_accounts-1. Returns int64, one a row. Windows that end at a row are enough: any other holds no more.
    """
    n = ip.shape[0]
    present = np.zeros(n_accounts, np.int32)  # rows of each account in the window
    ending = np.empty(n, np.int64)  # distinct accounts in the window that ends at a row
    best = np.empty(n, np.int64)
    queue = np.empty(n, np.int64)  # rows whose `ending` may still be a maximum, falling
    start = 0
    while start < n:
        stop = start
        tail = start
        distinct = 0
        while stop < n and ip[stop] == ip[start]:
            present[account[stop]] += 1
            if present[account[stop]] == 1:
                distinct += 1
            while time_s[stop] - time_s[tail] > window_s:
                present[account[tail]] -= 1
                if present[account[tail]] == 0:
                    distinct -= 1
                tail += 1
            ending[stop] = distinct
            stop += 1
        for row in range(tail, stop):
            present[account[row]] = 0
        head, end, ahead = 0, 0, start
        for row in range(start, stop):
            while ahead < stop and time_s[ahead] - time_s[row] <= window_s:
                while end > head and ending[queue[end - 1]] <= ending[ahead]:
                    end -= 1
                queue[end] = ahead
                end += 1
                ahead += 1
            while queue[head] < row:
                head += 1
            best[row] = ending[queue[head]]
        start = stop
    return best


def count_members(column, names):
    """How often each of `names` (distinct uint32) stands in `column` (uint32); int64, one a name.

    One pass with a small hash table of the names, behind a table of flags short enough for the nearest cache:
    the flags settle most rows.
    """
    bits = max(HASH_BITS_MIN, (HASH_ROOM * len(names) - 1).bit_length())
    flag_bits = min(max(bits, FLAG_BITS_MIN), FLAG_BITS_MAX)
    # made here, for compiling what makes an array takes longer than all the rest
    flags, slots = np.zeros(1 << flag_bits, np.uint8), np.full(1 << bits, -1, np.int32)
    counts = np.zeros(len(names), np.int64)
    _count(column, names, np.uint32(WORD_BITS - bits), np.uint32(WORD_BITS - flag_bits), flags, slots, counts)
    return counts


@njit(cache=True, nogil=True)
def _count(column, names, shift, flag_shift, flags, slots, counts):
    size = slots.shape[0]
    for i in range(names.shape[0]):
        h = uint32(uint32(names[i]) * uint32(HASH_MULTIPLIER))
        flags[h >> flag_shift] = 1
        at = np.int64(h >> shift)
        while slots[at] >= 0:
            at = (at + 1) & (size - 1)
        slots[at] = i
    for row in range(column.shape[0]):
        h = uint32(uint32(column[row]) * uint32(HASH_MULTIPLIER))
        if flags[h >> flag_shift] == 0:
            continue
        at = np.int64(h >> shift)
        while slots[at] >= 0:
            if names[slots[at]] == column[row]:
                counts[slots[at]] += 1
                break
            at = (at + 1) & (size - 1)
