"""Order of whole numbers, and whether values are among a few, against plain Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.ordering import distinct, distinct_with_places, order_of, order_of_pairs
from sim.core.random_streams import RandomStreams
from sim.core.sorted_lookup import is_among

BITS = 7


@pytest.mark.parametrize("spare", [0, 64 - BITS])  # with room for the places beside the keys, and without
@given(keys=st.lists(st.integers(0, 2**BITS - 1), max_size=60))
def test_keys_are_put_in_order_and_equals_stay_as_they_stand(spare, keys):
    order = order_of(np.array(keys, np.uint64) << np.uint64(spare), BITS + spare)
    assert order.tolist() == sorted(range(len(keys)), key=lambda i: keys[i])


@given(st.lists(st.integers(-50, 50)))
def test_each_value_once(values):
    found = distinct(np.array(values, np.int32))
    assert found.tolist() == sorted(set(values)) and found.dtype == np.int32


@given(st.lists(st.integers(0, 2**32 - 1)))
def test_each_value_once_and_where_each_stands_there(values):
    found, places = distinct_with_places(np.array(values, np.uint32))
    assert found.tolist() == sorted(set(values)) and found.dtype == np.uint32
    assert found[places].tolist() == values


@given(st.lists(st.integers(0, 40)), st.lists(st.integers(0, 40)))
def test_values_among_a_few(values, few):
    found = is_among(np.array(values, np.int64), np.array(few, np.int64))
    assert found.tolist() == [value in few for value in values]


@given(st.lists(st.tuples(st.integers(0, 2**31), st.integers(0, 2**62)), min_size=1, max_size=20), st.integers(0, 3))
def test_a_tick_for_each_entity_draws_what_it_would_alone(pairs, draw):
    rng = RandomStreams(7)
    found = rng.uniform_each("look", [tick for tick, _ in pairs], np.array([who for _, who in pairs], np.uint64), draw)
    assert found.tolist() == [rng.uniform("look", tick, who, draw) for tick, who in pairs]


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0, 1, 1 << 40, (1 << 64) - 1])), max_size=30))
def test_pairs_are_in_order_of_the_first_then_of_the_second_and_equals_stand_as_they_did(pairs):
    first = np.array([pair[0] for pair in pairs], np.int64)
    second = np.array([pair[1] for pair in pairs], np.uint64)
    assert order_of_pairs(first, second).tolist() == sorted(range(len(pairs)), key=lambda at: pairs[at])
