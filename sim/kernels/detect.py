"""Compiled counting for detectors: crowds behind an address."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from sim.kernels.compiled import njit


def busiest_windows(address, time_s, account, n_accounts, window_s):
    """Most distinct accounts in any span of `window_s` seconds (both ends in) that contains each row.

    Rows are sorted by (address, time) and only rows of one `address` see each other; `account` is in
    0..n_accounts-1. Returns int64, one a row. Windows that end at a row are enough: any other holds no more.
    """
    n = len(address)
    best = np.empty(n, np.int64)
    room = np.zeros(n_accounts, np.int32), np.empty(n, np.int64), np.empty(n, np.int64)
    _fill_busiest(address, time_s, account, window_s, *room, best)
    return best


@njit(cache=True, nogil=True)
def _fill_busiest(address, time_s, account, window_s, present, ending, queue, best):
    """Fill `best` as `busiest_windows` says, working in the other three.

    `present` (accounts,) counts the rows of each account in the window, 0 at first; `ending` the distinct accounts in
    the window that ends at a row; `queue` lists rows whose `ending` may still be a maximum, falling.
    """
    n = address.shape[0]
    start = 0
    while start < n:
        stop = start
        tail = start
        distinct = 0
        while stop < n and address[stop] == address[start]:
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
