"""Compiled: counter-based random bits for many entities at once."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import uint64

from sim.kernels.compiled import njit


@njit(uint64(uint64), inline="always", cache=True)
def _mix(x):
    x = x + uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB)
    return x ^ (x >> uint64(31))


@njit("uint64[::1](uint64[::1], uint64, uint64)", cache=True, nogil=True)
def bits_of(entity, key, draw):
    """64 random bits for each entity, of one draw of the stream with that key."""
    found = np.empty_like(entity)
    for i in range(entity.shape[0]):
        found[i] = _mix(_mix(entity[i] ^ key) ^ draw)
    return found


@njit("uint64[::1](uint64[::1], uint64, uint64[::1])", cache=True, nogil=True)
def bits_of_draws(entity, key, draw):
    """64 random bits for each entity, each of a draw of its own."""
    found = np.empty_like(entity)
    for i in range(entity.shape[0]):
        found[i] = _mix(_mix(entity[i] ^ key) ^ draw[i])
    return found
