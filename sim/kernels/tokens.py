"""Compiled: numbers of rows as opaque tokens, and back.

A keyed bijection of 32 bits: two rounds of multiply and shift after C. Wellons (2018), with a key before each. It needs
no table, so that a growing population keeps its tokens.
"""

# mypy: disable-error-code="no-untyped-def"

from numba import uint32

from sim.kernels.compiled import njit

M1, M2 = 0x7FEB352D, 0x846CA68B
BACK_1, BACK_2 = pow(M1, -1, 1 << 32), pow(M2, -1, 1 << 32)


def fill_tokens(rows, first, second, tokens):
    """Write the token (uint32) of each of `rows`; `first` and `second` are the two halves of the key (uint32)."""
    tokens[:] = rows  # the last 32 bits, so that the kernel is compiled for one type
    _turn_into_tokens(tokens, first, second)


def fill_rows(tokens, first, second, rows):
    """The reverse of `fill_tokens`: write the row (uint32) that each token stands for."""
    rows[:] = tokens
    _turn_into_rows(rows, first, second)


@njit(cache=True, nogil=True)
def _turn_into_tokens(words, first, second):
    for i in range(words.shape[0]):
        x = uint32(words[i] ^ first)
        x = uint32(x ^ (x >> uint32(16)))
        x = uint32(x * uint32(M1))
        x = uint32(x ^ (x >> uint32(15)) ^ second)
        x = uint32(x * uint32(M2))
        words[i] = uint32(x ^ (x >> uint32(16)))


@njit(cache=True, nogil=True)
def _turn_into_rows(words, first, second):
    for i in range(words.shape[0]):
        x = words[i]
        x = uint32(x ^ (x >> uint32(16)))
        x = uint32(x * uint32(BACK_2))
        x = uint32(x ^ second)
        x = uint32(x ^ (x >> uint32(15)) ^ (x >> uint32(30)))
        x = uint32(x * uint32(BACK_1))
        x = uint32(x ^ (x >> uint32(16)))
        words[i] = uint32(x ^ first)
