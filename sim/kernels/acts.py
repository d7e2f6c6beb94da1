"""Compiled: how many of several people act."""

# mypy: disable-error-code="no-untyped-def"

from numba import float64, int64, uint64

from sim.kernels.compiled import njit_inline, njit_inner
from sim.kernels.ends import larger, smaller
from sim.kernels.mix import mix
from sim.kernels.scales import CERTAIN, TO_UNIT_24

EXPECTED_MOST = 16.0  # acts expected of the people drawn for at once: e**-16 is far from underflow
MARGIN = 1e-9  # far more than powers of the chance not to act are rounded by, far less than a draw tells apart
MASK_24 = 0xFFFFFF


@njit_inline()
def count_acts(bits, people, chance):
    """How many of `people` act, each with `chance` (2**31 is 1): Binomial by 24 bits; one person by one comparison.

    Mostly nobody does, which is seen without taking a power: (1 - p)**n is at least 1 - n * p.
    """
    if people == 1:
        return int64((bits & uint64(MASK_24)) << uint64(7) < uint64(chance))
    expected = float64(people) * float64(chance) * (1.0 / CERTAIN)
    if float64(bits & uint64(MASK_24)) * TO_UNIT_24 < 1.0 - MARGIN - expected:
        return int64(0)
    return _binomial(bits, int64(people), uint64(chance))  # one type, so that it is compiled once


@njit_inner()
def _binomial(bits, people, chance):
    """By inversion, in sums and products alone, so that every machine has the same bits."""
    p = smaller(1.0, float64(chance) / float64(CERTAIN))
    if p == 0.0 or people == 0:
        return int64(0)
    if p == 1.0:
        return people
    acts, left = int64(0), people
    while left > 0:
        size = smaller(left, larger(int64(1), int64(EXPECTED_MOST / p)))
        part, power, n = 1.0, 1.0 - p, size  # part becomes (1 - p)**size
        while n > 0:
            if n & 1:
                part *= power
            power *= power
            n >>= 1
        u = float64(bits & uint64(MASK_24)) * TO_UNIT_24
        k = int64(0)
        while u >= part and k < size:
            u -= part
            part *= (size - k) * p / ((k + 1) * (1.0 - p))
            k += 1
        acts += k
        left -= size
        bits = mix(bits)
    return acts
