"""Opaque names of accounts, posts, phones and addresses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.world.observables import view_accounts
from sim.world.tokens import KINDS, TokenKey, session_tokens, token_keys
from tests.helpers.by_hand import view, world

SEEDS = st.integers(0, 2**63 - 1)
ROWS = st.integers(0, 2**32 - 1)
MANY = np.arange(50_000)


@given(SEEDS, st.sampled_from(KINDS), st.lists(ROWS | st.sampled_from([0, 1, 2**31, 2**32 - 1]), min_size=1))
def test_rows_and_tokens_are_one_to_one_both_ways(seed: int, kind: str, rows: list[int]) -> None:
    key, given_rows = TokenKey(seed, kind), np.array(rows, np.uint32)
    assert key.rows_of(key.tokens_of(given_rows)).tolist() == rows
    assert key.tokens_of(key.rows_of(given_rows)).tolist() == rows


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_tokens_show_no_order(seed: int, kind: str) -> None:
    tokens = TokenKey(seed, kind).tokens_of(MANY)
    assert len(np.unique(tokens)) == len(MANY)
    assert abs(stats.spearmanr(MANY, tokens).statistic) < 0.02
    assert abs(stats.spearmanr(tokens[:-1], tokens[1:]).statistic) < 0.02
    assert stats.kstest(tokens / 2**32, "uniform").pvalue > 1e-4
    for bit in range(32):  # no bit says whether a row is an early or an odd one
        ones = (tokens >> np.uint32(bit)) & np.uint32(1)
        assert abs(ones[: len(MANY) // 2].mean() - ones[len(MANY) // 2 :].mean()) < 0.03
        assert abs(ones[::2].mean() - ones[1::2].mean()) < 0.03


def test_another_seed_another_kind_and_another_visit_have_other_tokens() -> None:
    rows = MANY[:2000]
    of = [key.tokens_of(rows) for seed in (1, 2) for key in token_keys(seed).values()]
    of += [session_tokens(1, tick, rows) for tick in (0, 1)]
    for i, one in enumerate(of):
        for other in of[:i]:
            assert (one == other).mean() < 0.01
            assert abs(stats.spearmanr(one, other).statistic) < 0.1


def test_a_growing_population_keeps_its_tokens() -> None:
    made = world(40)
    before = made.tokens["account"].tokens_of(np.arange(40))
    device = view_accounts(made).of(before).device
    made.open_accounts(np.arange(10), np.arange(10), np.zeros(10, np.uint8), np.zeros(10, np.int32))
    assert made.tokens["account"].tokens_of(np.arange(50))[:40].tolist() == before.tolist()
    register = view_accounts(made)
    assert len(register) == 50
    assert register.of(before).device.tolist() == device.tolist()


def test_the_register_refuses_tokens_that_nobody_has() -> None:
    made = world(40)
    strange = made.tokens["account"].tokens_of([40])
    with pytest.raises(ValueError, match=f"1 of the tokens belong to no account, such as {strange[0]}"):
        view(made).accounts.of(np.concatenate([made.tokens["account"].tokens_of([3]), strange]))
