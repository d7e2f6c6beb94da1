"""Counting for detectors against plain Python: crowds on phones and at addresses, and bursts."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.views import ACCOUNT_COLUMNS, AccountRows, AccountsView
from sim.kernels.detect import busiest_windows
from sim.world.observables import view_accounts
from tests.helpers.by_hand import share_phones, world

# values that differ in few bits, so that places in a hash table would collide
crowded = st.integers(0, 40).map(lambda x: (x * 0x9E3779B1) & 0xFFFFFFFF) | st.integers(0, 2**32 - 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(crowded, max_size=60), st.lists(crowded, max_size=60, unique=True))
def test_members_are_counted_in_a_stored_register(column, names):
    plain = {name: np.zeros(len(column), np.int64) for name in ACCOUNT_COLUMNS}
    rows = AccountRows(**plain | {"device": np.array(column, np.uint32)})
    register = AccountsView.stored(np.arange(len(column)), rows)
    seen = Counter(column)
    assert register.per_device(np.array(names, np.uint32)).tolist() == [seen[name] for name in names]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=20, max_size=20), st.lists(crowded, max_size=20))
def test_members_are_counted_in_the_platform_s_own_register(phones, strange):
    made = world(20)
    share_phones(made, slice(None), phones)
    register, key = view_accounts(made), made.tokens["device"]
    assert register.per_device(key.tokens_of(np.arange(31))).tolist() == [phones.count(k) for k in range(31)]
    nobody = np.array(strange, np.uint32)
    known = key.rows_of(nobody) < made.devices.n if len(nobody) else np.zeros(0, bool)
    assert (register.per_device(nobody)[~known] == 0).all()  # a token that no phone has carries nobody


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 50), st.integers(0, 5)), max_size=20), st.integers(0, 30))
def test_busiest_windows_are_those_of_every_start(rows, window_s):
    rows = sorted(rows)
    address, time_s, account = (np.array([row[k] for row in rows], np.int64) for k in range(3))
    found = busiest_windows(address, time_s, account, 6, window_s)
    for i, (place, at, _) in enumerate(rows):
        crowds = [
            {who for where, t, who in rows if where == place and 0 <= t - start <= window_s}
            for where, start, _ in rows
            if where == place and at - window_s <= start <= at
        ]
        assert found[i] == max(map(len, crowds))
