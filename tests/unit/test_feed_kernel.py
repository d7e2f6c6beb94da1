"""The compiled hot table against systematic sampling written out."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.random_streams import mix
from sim.kernels.feeds import fill_table, shuffle_rows, weigh_finished
from sim.kernels.scales import TO_UNIT

NOBODY = np.zeros(0, np.int64)


def by_definition(weight: np.ndarray, boosted: np.ndarray, slots: int, offset: float) -> list[int]:
    """Posts at evenly spaced places of the summed weights, in order."""
    own = np.where(boosted, 3.0, 1.0) * weight
    places = (np.arange(slots) + offset) * (own.sum() / slots)
    return np.searchsorted(np.cumsum(own), places, side="right").tolist()


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 40), st.booleans())
def test_slots_are_a_systematic_sample(seed, n, slots, apart):
    rng = np.random.default_rng(seed)
    weight = rng.choice([0.0, 1.0, 2.5], size=(8 if apart else 1, n)) + (rng.random((1, n)) < 0.5) * 0.25
    weight[:, 0] += 1.0
    topic = rng.integers(0, 8, n).astype(np.uint8)
    keys = rng.integers(0, 2**63, 8, dtype=np.uint64)
    table = np.empty((8, slots), np.int32)
    fill_table(weight, topic, 3.0, NOBODY, 0, keys, table)
    for cell in range(8):
        offset = (mix(int(keys[cell])) >> 11) * TO_UNIT
        expected = by_definition(weight[cell if apart else 0], topic == cell, slots, offset)
        assert sorted(table[cell].tolist()) == expected


def test_the_lot_is_even_and_leaves_the_rest_to_weight():
    table = np.empty((8, 1000), np.int32)
    weight, topic = np.array([[1.0, 0.0, 0.0, 0.0]]), np.zeros(4, np.uint8)
    counts = np.zeros(4, np.int64)
    for key in range(50):
        keys = np.arange(8, dtype=np.uint64) + np.uint64(1000 * key)
        fill_table(weight, topic, 3.0, np.array([1, 2, 3]), 300, keys, table)
        counts += np.bincount(table.ravel(), minlength=4)
    assert counts[0] == 50 * 8 * 700
    share = counts[1:] / counts[1:].sum()
    assert np.abs(share - 1 / 3).max() < 5 * np.sqrt(2 / 9 / counts[1:].sum())


def test_every_order_of_a_row_is_as_likely():
    found = {}
    for seed in range(400):
        table = np.tile(np.arange(3, dtype=np.int32), (8, 1))
        shuffle_rows(np.arange(8, dtype=np.uint64) + np.uint64(8 * seed), table)
        for row in table.tolist():
            found[tuple(row)] = found.get(tuple(row), 0) + 1
    assert len(found) == 6
    assert max(abs(count - 3200 / 6) for count in found.values()) < 5 * np.sqrt(3200 / 6 * 5 / 6)


def test_weight_of_an_older_post_by_hand():
    weight = np.empty((1, 2))
    finishes, reads = np.array([50, 0]), np.array([99, 0])
    weigh_finished(finishes, reads, np.array([5.0, 10.0]), np.array([1.0, 0.5]), 0.45, 12.0, 3.0, 0.5, 10.0, weight)
    np.testing.assert_allclose(
        weight[0], [((50 + 5.4) / 111) ** 3 * 10 * np.exp(-0.5), 0.45**3 * np.exp(-1) * 0.5], rtol=1e-12
    )
