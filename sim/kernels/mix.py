"""Compiled: counter-based random bits for many entities at once."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import float64, uint64

from sim.kernels.compiled import njit
from sim.kernels.scales import TO_UNIT


@njit(uint64(uint64), inline="always", cache=True)
def _mix(x):
    x = x + uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB)
    return x ^ (x >> uint64(31))


@njit(float64(uint64), inline="always", cache=True)
def _unit(bits):
    """The first 53 of 64 bits as a number in [0, 1)."""
    return float64(bits >> uint64(11)) * TO_UNIT


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


@njit("float64[::1](uint64[::1], uint64, uint64)", cache=True, nogil=True)
def units_of(entity, key, draw):
    """A uniform number in [0, 1) for each entity, of the bits that `bits_of` gives."""
    found = np.empty(entity.shape[0], np.float64)
    for i in range(entity.shape[0]):
        found[i] = _unit(_mix(_mix(entity[i] ^ key) ^ draw))
    return found


@njit("float64[::1](uint64[::1], uint64, uint64[::1])", cache=True, nogil=True)
def units_of_draws(entity, key, draw):
    """A uniform number in [0, 1) for each entity, of the bits that `bits_of_draws` gives."""
    found = np.empty(entity.shape[0], np.float64)
    for i in range(entity.shape[0]):
        found[i] = _unit(_mix(_mix(entity[i] ^ key) ^ draw[i]))
    return found
