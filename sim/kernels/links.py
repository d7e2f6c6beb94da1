"""Compiled: how readily posts are linked to elsewhere."""

# mypy: disable-error-code="no-untyped-def"

from numba import int64

from sim.kernels.compiled import njit
from sim.kernels.ends import larger
from sim.kernels.scales import ONE_24


@njit(cache=True, nogil=True, error_model="numpy")
def sum_link_weights(published_s, forwards, hidden, start_s, fade_s, summed):
    """Write the running sum of how readily posts are linked to: by forwards, and the rarer the older."""
    total = int64(0)
    for i in range(summed.shape[0]):
        if not hidden[i]:
            fresh = fade_s / (fade_s + larger(int64(0), start_s - published_s[i]))
            total += int64((1 + forwards[i]) * larger(1.0, ONE_24 * fresh * fresh))
        summed[i] = total
