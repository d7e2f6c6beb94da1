"""Compiled: numbers of rows as opaque tokens, and back.

A keyed bijection of 32 bits: two rounds of multiply and shift after C. Wellons (2018), with a key before each. It needs
no table, so that a growing population keeps its tokens.
"""

# mypy: disable-error-code="no-untyped-def"

from numba import uint32

from sim.kernels.compiled import njit

M1, M2 = 0x7FEB352D, 0x846CA68B
BACK_1, BACK_2 = pow(M1, -1, 1 << 32), pow(M2, -1, 1 << 32)


@njit(cache=True, nogil=True)
def fill_tokens(rows, first, second, tokens):
    """Write the token (uint32) of each of `rows`; `first` and `second` are the two halves of the key (uint32)."""
    for i in range(rows.shape[0]):
        x = uint32(uint32(rows[i]) ^ uint32(first))
        x = uint32(x ^ (x >> uint32(16)))
        x = uint32(x * uint32(M1))
        x = uint32(x ^ (x >> uint32(15)) ^ uint32(second))
        x = uint32(x * uint32(M2))
        tokens[i] = uint32(x ^ (x >> uint32(16)))


@njit(cache=True, nogil=True)
def fill_rows(tokens, first, second, rows):
    """The reverse of `fill_tokens`: write the row (uint32) that each token stands for."""
    for i in range(tokens.shape[0]):
        x = uint32(tokens[i])
        x = uint32(x ^ (x >> uint32(16)))
        x = uint32(x * uint32(BACK_2))
        x = uint32(x ^ uint32(second))
        x = uint32(x ^ (x >> uint32(15)) ^ (x >> uint32(30)))
        x = uint32(x * uint32(BACK_1))
        x = uint32(x ^ (x >> uint32(16)))
        rows[i] = uint32(x ^ uint32(first))
