"""Opaque names: what the platform and the stored log call an account, a post, a creator, a phone or an address."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.core.random_streams import stream_key
from sim.kernels.scales import WORD_BITS
from sim.kernels.tokens import fill_rows, fill_tokens

LOW = (1 << WORD_BITS) - 1
BEYOND = 1 << WORD_BITS  # a row that no table has
KINDS = ("account", "post", "creator", "device", "address")


class TokenKey:
    """The key of one kind of token: a bijection of 0..2**32-1 that shows neither order nor origin.

    The same row has the same token through the whole run, and another one under another seed.
    """

    def __init__(self, seed: int, kind: str, tick: int = 0) -> None:
        key = stream_key(seed, f"token {kind}", tick)
        self.first, self.second = np.uint32(key & LOW), np.uint32(key >> WORD_BITS)

    def tokens_of(self, rows: ArrayLike) -> NDArray[np.uint32]:
        """Tokens of rows (uint32, one each)."""
        given = np.atleast_1d(np.asarray(rows))
        tokens = np.empty(len(given), np.uint32)
        fill_tokens(given, self.first, self.second, tokens)
        return tokens

    def rows_of(self, tokens: ArrayLike) -> NDArray[np.int64]:
        """Rows that tokens stand for (int64); a token that nobody was given stands for a row beyond the table."""
        given = np.atleast_1d(np.asarray(tokens))
        rows = np.empty(len(given), np.uint32)
        fill_rows(given, self.first, self.second, rows)
        found = rows.astype(np.int64)
        if given.dtype != np.uint32:
            found[(given < 0) | (given > LOW)] = BEYOND  # the kernel looks at 32 bits only
        return found


def token_keys(seed: int) -> dict[str, TokenKey]:
    """The keys of a run by kind (`KINDS`)."""
    return {kind: TokenKey(seed, kind) for kind in KINDS}


def session_tokens(seed: int, tick: int, accounts: NDArray[Any]) -> NDArray[np.uint32]:
    """A token for the visit of each account in a tick: all that one account does in it belongs to one visit."""
    return TokenKey(seed, "session", tick).tokens_of(accounts)


def or_none(names: NDArray[Any], of: NDArray[Any]) -> NDArray[np.int64]:
    """Tokens of rows, or rows of tokens, as int64; -1 where what they are `of` is negative: nobody."""
    found: NDArray[np.int64] = np.where(of < 0, -1, names.astype(np.int64))
    return found
