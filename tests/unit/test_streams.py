"""Counter-based random numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.core.random_streams import RandomStreams, mix, mix_array, stream_key

SEEDS = st.integers(0, 2**63 - 1)


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20))
def test_the_mixing_function_is_the_same_on_integers_and_arrays(values):
    assert mix_array(np.array(values, np.uint64)).tolist() == [mix(v) for v in values]


@given(SEEDS, st.integers(0, 10**6), st.lists(st.integers(0, 2**40), min_size=1, max_size=10), st.integers(0, 1000))
def test_scalar_and_array_draws_are_the_same_numbers(seed, tick, entities, draw):
    rng = RandomStreams(seed)
    assert rng.uniform_array("s", tick, entities, draw).tolist() == [rng.uniform("s", tick, e, draw) for e in entities]
    assert rng.bits_array("s", tick, entities, draw).tolist() == [rng.bits("s", tick, e, draw) for e in entities]
    assert rng.uniforms("s", tick, entities[0], 4) == [rng.uniform("s", tick, entities[0], k) for k in range(4)]


@given(SEEDS, st.integers(2, 50))
def test_one_more_entity_changes_nobody_else(seed, n):
    rng = RandomStreams(seed)
    assert rng.uniform_array("s", 3, np.arange(n)).tolist() == rng.uniform_array("s", 3, np.arange(n + 1)).tolist()[:n]


def test_draws_are_uniform_and_streams_independent():
    rng = RandomStreams(11)
    a, b = rng.uniform_array("a", 0, np.arange(20_000)), rng.uniform_array("b", 0, np.arange(20_000))
    for draws in (
        a,
        b,
        rng.uniform_array("a", np.int64(1).item(), np.arange(20_000)),
        rng.uniform_array("a", 0, 7, np.arange(20_000)),
    ):
        assert stats.kstest(draws, "uniform").pvalue > 1e-4
        assert (draws >= 0).all() and (draws < 1).all()
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.03
    assert abs(np.corrcoef(a[:-1], a[1:])[0, 1]) < 0.03


def test_normal_draws_have_the_moments_of_one():
    draws = RandomStreams(5).normal_array("n", 0, np.arange(50_000))
    assert stats.kstest(draws, "norm").pvalue > 1e-4
    assert RandomStreams(5).normal("n", 0, 17) == pytest.approx(draws[17], abs=1e-12)


def test_every_part_of_the_key_matters():
    keys = {stream_key(s, name, t) for s in (1, 2) for name in ("a", "b") for t in (0, 1)}
    assert len(keys) == 8


@given(SEEDS, st.integers(1, 200))
def test_an_order_is_a_permutation(seed, n):
    assert sorted(RandomStreams(seed).permutation("o", 1, np.arange(n)).tolist()) == list(range(n))
