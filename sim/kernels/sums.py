"""Compiled: sums over tables of counters."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from sim.kernels.compiled import njit


def sum_columns(counts):
    """The sum of each column of a table (rows, columns) of whole numbers (int64)."""
    found = np.zeros(counts.shape[1], np.int64)
    _add_rows(counts, found)
    return found


@njit(cache=True, nogil=True)
def _add_rows(counts, found):
    """Add the rows of a table to `found`."""
    for row in range(counts.shape[0]):
        for column in range(counts.shape[1]):
            found[column] += counts[row, column]
