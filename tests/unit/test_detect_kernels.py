"""The compiled counting against plain Python."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.kernels.detect import count_members

# values that differ in few bits, so that places in the hash table collide
crowded = st.integers(0, 40).map(lambda x: (x * 0x9E3779B1) & 0xFFFFFFFF) | st.integers(0, 2**32 - 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(crowded, max_size=60), st.lists(crowded, max_size=60, unique=True))
def test_members_are_counted(column, names):
    counts = count_members(np.array(column, np.uint32), np.array(names, np.uint32))
    seen = Counter(column)
    assert counts.tolist() == [seen[name] for name in names]


def test_many_names():
    names = np.arange(100_000, dtype=np.uint32) * np.uint32(3)
    column = np.r_[names, names[:7], np.array([1, 2, 4], np.uint32)].astype(np.uint32)
    counts = count_members(column, names)
    assert counts[:7].tolist() == [2] * 7
    assert (counts[7:] == 1).all()
