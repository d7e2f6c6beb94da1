"""Compiled: sums over tables of counters."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import int64

from sim.kernels.compiled import njit


@njit(cache=True, nogil=True)
def sum_all(counts):
    """The sum of all entries of a table (rows, columns) of whole numbers."""
    found = int64(0)
    for one in counts.reshape(-1):
        found += one
    return found


@njit(cache=True, nogil=True)
def sum_columns(counts):
    """The sum of each column of a table (rows, columns) of whole numbers (int64)."""
    found = np.zeros(counts.shape[1], np.int64)
    for row in range(counts.shape[0]):
        for column in range(counts.shape[1]):
            found[column] += counts[row, column]
    return found
