"""Counter-based random numbers keyed by (seed, stream, tick, entity, draw).

A draw is a pure function of its key, so there is no generator state to save, share or
disturb: one more agent, thread or policy changes nobody else's draws (as in starsim;
the mixing function is SplitMix64, Steele, Lea & Flood 2014).
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.kernels.mix import bits_of, units_of
from sim.kernels.scales import TO_UNIT

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
_M1, _M2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def mix(x: int) -> int:
    """SplitMix64 finalizer on a Python integer; same bits as `mix_array`."""
    x = (x + GOLDEN) & MASK
    x = ((x ^ (x >> 30)) * _M1) & MASK
    x = ((x ^ (x >> 27)) * _M2) & MASK
    return x ^ (x >> 31)


_GOLDEN64, _M1_64, _M2_64 = np.uint64(GOLDEN), np.uint64(_M1), np.uint64(_M2)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


def mix_array(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64 finalizer on an array of uint64 (at least one-dimensional: array arithmetic wraps silently)."""
    x = x + _GOLDEN64
    x = (x ^ (x >> _30)) * _M1_64
    x = (x ^ (x >> _27)) * _M2_64
    return x ^ (x >> _31)


def _as_words(numbers: ArrayLike) -> NDArray[np.uint64]:
    """Whole numbers as the kernels take them: words of 64 bits, in one row after another, that may be written to."""
    words = np.ascontiguousarray(numbers, np.uint64)
    return words if words.flags.writeable else words.copy()


@lru_cache(maxsize=4096)
def _stream(seed: int, stream: str) -> int:
    return mix((seed & MASK) ^ zlib.crc32(stream.encode()))


def stream_key(seed: int, stream: str, tick: int) -> int:
    """Key of one stream at one tick (64 bits); kernels continue from it with `mix(key ^ entity)`."""
    return mix(_stream(seed, stream) ^ (tick & MASK))


def standard_normals(us: NDArray[np.float64], vs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard normal numbers, each from two uniform ones (Box & Muller 1958)."""
    # NumPy's logarithms and cosines depend on the vector instructions of the processor, those of `math` do not
    logs = np.fromiter(map(math.log, (1.0 - us).tolist()), np.float64, len(us))
    waves = np.fromiter(map(math.cos, (2.0 * math.pi * vs).tolist()), np.float64, len(vs))
    return np.sqrt(-2.0 * logs) * waves


@dataclass(frozen=True)
class RandomStreams:
    """All random numbers of a run. Entities and draws are non-negative integers."""

    seed: int

    def bits(self, stream: str, tick: int, entity: int, draw: int = 0) -> int:
        """64 random bits for one entity."""
        return mix(mix(stream_key(self.seed, stream, tick) ^ int(entity)) ^ int(draw))

    def uniform(self, stream: str, tick: int, entity: int, draw: int = 0) -> float:
        """One uniform number in [0, 1)."""
        return (self.bits(stream, tick, entity, draw) >> 11) * TO_UNIT

    def uniforms(self, stream: str, tick: int, entity: int, n: int) -> list[float]:
        """Draws 0 to n-1 of one entity, uniform in [0, 1): the same numbers as `uniform` gives."""
        key = mix(stream_key(self.seed, stream, tick) ^ int(entity))
        return [(mix(key ^ draw) >> 11) * TO_UNIT for draw in range(n)]

    def normal(self, stream: str, tick: int, entity: int, draw: int = 0) -> float:
        """One standard normal number (Box-Muller on draws 2*draw and 2*draw + 1)."""
        u, v = (self.uniform(stream, tick, entity, 2 * draw + each) for each in (0, 1))
        return math.sqrt(-2.0 * math.log(1.0 - u)) * math.cos(2.0 * math.pi * v)

    def integer(self, stream: str, tick: int, entity: int, n: int, draw: int = 0) -> int:
        """One integer in [0, n)."""
        return self.bits(stream, tick, entity, draw) % n

    def bits_array(self, stream: str, tick: int, entity: ArrayLike, draw: int | ArrayLike = 0) -> NDArray[np.uint64]:
        """64 random bits for each entity (draw may be an array too); same bits as `bits`."""
        e, key = _as_words(entity), np.uint64(stream_key(self.seed, stream, tick))
        if isinstance(draw, int) and e.ndim == 1:
            found: NDArray[np.uint64] = bits_of(e, key, np.uint64(draw))
            return found
        d = np.asarray(draw).astype(np.uint64)
        if e.ndim == 1 and d.shape == e.shape:
            each: NDArray[np.uint64] = bits_of(e, key, d)
            return each
        return mix_array(mix_array(e ^ key) ^ d)

    def uniform_array(
        self, stream: str, tick: int, entity: ArrayLike, draw: int | ArrayLike = 0
    ) -> NDArray[np.float64]:
        """Uniform numbers in [0, 1), one for each entity."""
        e = _as_words(entity)
        if e.ndim == 1:
            key = np.uint64(stream_key(self.seed, stream, tick))
            if isinstance(draw, int):
                found: NDArray[np.float64] = units_of(e, key, np.uint64(draw))
                return found
            d = np.asarray(draw).astype(np.uint64)
            if d.shape == e.shape:
                each: NDArray[np.float64] = units_of(e, key, d)
                return each
        return (self.bits_array(stream, tick, entity, draw) >> _11).astype(np.float64) * TO_UNIT

    def uniform_each(self, stream: str, ticks: ArrayLike, entity: ArrayLike, draw: int = 0) -> NDArray[np.float64]:
        """Uniform numbers in [0, 1), one for each entity at a tick of its own: those that `uniform` gives."""
        keys = mix_array(_as_words(ticks) ^ np.uint64(_stream(self.seed, stream)))
        found: NDArray[np.float64] = units_of(_as_words(entity) ^ keys, np.uint64(0), np.uint64(draw))
        return found

    def normal_array(self, stream: str, tick: int, entity: ArrayLike, draw: int = 0) -> NDArray[np.float64]:
        """Standard normal numbers, one for each entity (NumPy's log and cos: set-up only, never in thresholds)."""
        u = 1.0 - self.uniform_array(stream, tick, entity, 2 * draw)
        v = self.uniform_array(stream, tick, entity, 2 * draw + 1)
        return np.sqrt(-2.0 * np.log(u)) * np.cos(2.0 * np.pi * v)

    def permutation(self, stream: str, tick: int, entity: ArrayLike, draw: int = 0) -> NDArray[np.intp]:
        """A random permutation (indices into `entity`): stable sort by each entity's own bits."""
        return np.argsort(self.bits_array(stream, tick, entity, draw), kind="stable")
