"""Compiled: sums over tables of counters."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from sim.kernels.compiled import njit


@njit(cache=True, nogil=True)
def sum_columns(counts):
    """The sum of each column of a table (rows, columns) of whole numbers (int64)."""
    found = np.zeros(counts.shape[1], np.int64)
    for row in range(counts.shape[0]):
        for column in range(counts.shape[1]):
            found[column] += counts[row, column]
    return found
