"""Compiled: counter-based random bits, for one entity and for many at once."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import float64, int64, uint32, uint64

from sim.kernels.compiled import njit, njit_inline
from sim.kernels.scales import TO_UNIT, TO_UNIT_24


@njit_inline()
def mix(x):
    """64 random bits that belong to a number: SplitMix64."""
    x = x + uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB)
    return x ^ (x >> uint64(31))


@njit_inline()
def mix_32(x):
    """32 random bits that belong to a number: lowbias32, C. Wellons 2018; its two multiplications vectorise."""
    x = uint32(x ^ (x >> uint32(16)))
    x = uint32(x * uint32(0x7FEB352D))
    x = uint32(x ^ (x >> uint32(15)))
    x = uint32(x * uint32(0x846CA68B))
    return uint32(x ^ (x >> uint32(16)))


@njit_inline()
def unit_24(bits):
    """The first 24 of 64 bits as a number in [0, 1)."""
    return float64(bits >> uint64(40)) * TO_UNIT_24


@njit_inline()
def place_in(bits, size):
    """A place in a list of `size`, by the first 32 of 64 bits."""
    return int64((bits >> uint64(32)) * uint64(size) >> uint64(32))


@njit_inline()
def unit_53(bits):
    """The first 53 of 64 bits as a number in [0, 1)."""
    return float64(bits >> uint64(11)) * TO_UNIT


def bits_of(entity, key, draw):
    """64 random bits for each entity, of one draw (uint64) of the stream with that key or each of a draw of its own."""
    found = np.empty(entity.shape[0], np.uint64)
    _fill_bits(entity, key, draw.reshape(-1), found)
    return found


def units_of(entity, key, draw):
    """A uniform number in [0, 1) for each entity, of the bits that `bits_of` gives."""
    found = np.empty(entity.shape[0], np.float64)
    _fill_units(entity, key, draw.reshape(-1), found)
    return found


@njit(cache=True, nogil=True)
def _fill_bits(entity, key, draw, found):
    step = int64(draw.shape[0] > 1)
    for i in range(entity.shape[0]):
        found[i] = mix(mix(entity[i] ^ key) ^ draw[step * i])


@njit(cache=True, nogil=True)
def _fill_units(entity, key, draw, found):
    step = int64(draw.shape[0] > 1)
    for i in range(entity.shape[0]):
        found[i] = unit_53(mix(mix(entity[i] ^ key) ^ draw[step * i]))
