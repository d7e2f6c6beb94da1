"""Paired differences: known answers, and what must hold for any numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.paired import difference, holm, interval, least_p, seeds_to_be_sure

rows = st.lists(st.floats(-1e3, 1e3).map(lambda x: round(x, 3)), min_size=12, max_size=20)


def generator(n: int = 30, seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_holm_against_a_worked_example() -> None:
    # Holm's procedure by hand: 4 x .005, then 3 x .01, 2 x .03, and .04 held up by the one before
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(holm([0.5, np.nan, 0.6]), [1.0, np.nan, 1.0])
    assert len(holm([])) == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_keeps_the_order_and_never_helps(p: list[float]) -> None:
    found = holm(p)
    assert (found >= np.array(p) - 1e-12).all()
    assert (found <= 1).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(found[order]) >= -1e-12).all()
    assert found.min() == pytest.approx(min(1.0, len(p) * min(p)))


def test_a_shared_shock_is_taken_out() -> None:
    shock, noise = generator().normal(0, 10, 40), generator(seed=2).normal(0, 0.1, 40)
    found = difference(shock, shock + 1 + noise)
    assert found.low < 1 < found.high
    assert found.high - found.low < 0.1
    assert found.correlation > 0.999
    # sd of a difference of independent worlds over that of paired ones: sqrt(2) x 10 / 0.1, but for sampling
    assert found.narrowed == pytest.approx(np.hypot(shock.std(), (shock + noise).std()) / noise.std(), rel=0.1)
    assert found.p <= 0.0002
    assert found.effect == pytest.approx(found.mean / (noise.std(ddof=1)) * (1 - 3 / 155), rel=1e-6)
    assert found.in_reference_sd == pytest.approx(found.mean / shock.std(ddof=1))


def test_a_constant_difference_but_for_rounding_has_no_spread() -> None:
    a = np.array([0.3, 0.3, 0.7, 0.8])
    found = difference(a, a + 0.1)
    assert found.low == found.high == found.mean == pytest.approx(0.1)
    assert np.isnan(found.effect) and np.isnan(found.narrowed)
    same = difference(a, a * (1 + 1e-15))
    assert (same.mean, same.p) == (0.0, 1.0)


def test_how_many_seeds_it_takes_to_be_sure_of_anything() -> None:
    for n in (3, 6, 9):
        assert difference(np.zeros(n), np.arange(1.0, n + 1)).p == pytest.approx(least_p(n))
    assert seeds_to_be_sure(1) == 6
    enough = seeds_to_be_sure(84)
    assert holm([least_p(enough)] * 84).max() <= 0.05 < holm([least_p(enough - 1)] * 84).max()


def test_independent_worlds_are_not_narrowed() -> None:
    a, b = generator(seed=3).normal(size=200), generator(seed=4).normal(size=200)
    assert difference(a, b).narrowed == pytest.approx(1.0, abs=0.15)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    held = 0
    for seed in range(120):
        low, high = interval(np.random.default_rng(seed).exponential(1.0, 25))
        held += low <= 1.0 <= high
    assert 0.85 <= held / 120 <= 0.99  # BCa of a skewed law and 25 values: a little under 95 %


def test_the_permutation_test_is_exact_for_few_pairs() -> None:
    # of the 2^5 sign flips only the one seen and its mirror are as extreme
    assert difference(np.zeros(5), [1.0, 2, 3, 4, 5]).p == pytest.approx(2 / 32)


@given(rows)
def test_a_world_does_not_differ_from_itself(row: list[float]) -> None:
    found = difference(row, row)
    assert (found.mean, found.low, found.high, found.effect, found.p) == (0, 0, 0, 0, 1)


@given(rows, st.integers(0, 100))
def test_both_worlds_moved_alike_differ_alike(row: list[float], seed: int) -> None:
    a = np.array(row)
    b = a + np.random.default_rng(seed).normal(size=len(a))
    here, there = difference(a, b), difference(a + 64.0, b + 64.0)
    assert here.mean == pytest.approx(there.mean, abs=1e-9)
    assert here.p == pytest.approx(there.p, abs=0.03)
    assert (here.low, here.high) == pytest.approx((there.low, there.high), rel=0.15, abs=0.1)


def test_the_same_numbers_give_the_same_interval() -> None:
    a, b = generator().normal(size=20), generator(seed=9).normal(size=20)
    assert difference(a, b) == difference(a.copy(), b.copy())


def test_what_is_missing_is_left_out_and_counted() -> None:
    a, b = np.array([1.0, np.nan, 3, 4, 5]), np.array([2.0, 2, 5, np.nan, 6.5])
    found = difference(a, b)
    assert found.n == 3
    assert found.mean == pytest.approx((1 + 2 + 1.5) / 3)
    alone = difference([1.0], [3.0])
    assert (alone.n, alone.mean) == (1, 2.0)
    assert np.isnan([alone.low, alone.high, alone.p, alone.effect]).all()
    assert difference([np.nan], [1.0]).n == 0
