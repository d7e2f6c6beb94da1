"""Bursts from one address, and the campus that looks like one (S4)."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.plugins.detectors import IpBurst
from tests.helpers.by_hand import CLOCK, likes, view, world


def scores(made, **parameters):
    return IpBurst(**parameters).inspect(view(made), CLOCK).values.tolist()


def test_four_accounts_within_the_window_are_a_burst_of_four():
    made = world()
    likes(made, [1, 2, 3, 4], second=[0, 200, 400, 599], address=7)
    assert scores(made) == [4, 4, 4, 4]


def test_the_window_slides():
    made = world()
    likes(made, [1, 2, 3, 4], second=[500, 700, 900, 1100], address=7)  # across any fixed ten-minute border
    assert scores(made) == [4, 4, 4, 4]
    spread = world()
    likes(spread, [1, 2, 3, 4], second=[0, 500, 1000, 1500], address=7)
    assert scores(spread) == [2, 2, 2, 2]


def test_both_ends_of_the_window_count():
    made = world()
    likes(made, [1, 2], second=[0, 600], address=7)
    assert scores(made) == [2, 2]
    assert scores(made, window_s=599) == [1, 1]


def test_one_person_liking_much_is_no_crowd():
    made = world()
    likes(made, [1] * 10, post=[0, 1] * 5, second=range(10), address=7)
    likes(made, [2], second=[5], address=7)
    assert scores(made) == [2] * 11


def test_addresses_do_not_mix():
    made = world()
    likes(made, [1, 2, 3, 4], second=0, address=[7, 8, 7, 9])
    assert scores(made) == [2, 1, 2, 1]


def test_a_campus_trips_a_low_threshold_and_not_a_high_one():
    """Sixty students read the morning's post behind one address; a farm delivers two hundred likes."""
    made = world(400)
    rng = np.random.default_rng(1)
    students = likes(made, np.arange(60), second=rng.integers(0, 3600, 60), address=47)
    farm = likes(made, np.arange(100, 300), second=np.arange(200) * 0.5, address=48, dwell_s=0)
    strict, lax = (IpBurst(threshold=t) for t in (8.0, 60.0))
    found = strict.inspect(view(made), CLOCK).values
    assert (found[students] >= strict.threshold).mean() > 0.5  # wrong about most of them
    assert (found[farm] >= strict.threshold).all()
    assert not (found[students] >= lax.threshold).any()
    assert (found[farm] >= lax.threshold).all()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60), st.integers(0, 5)), min_size=1, max_size=18),
    st.integers(1, 30),
)
def test_the_fast_answer_is_the_plain_one(rows, window_s):
    """Every window that starts at a row, counted by hand."""
    made = world()
    address, second, account = (np.array(column) for column in zip(*rows, strict=True))
    likes(made, account, second=second, address=address)
    plain = []
    for i in range(len(rows)):
        crowds = [
            {account[k] for k in range(len(rows)) if address[k] == address[i] and 0 <= second[k] - start <= window_s}
            for start in second[(address == address[i]) & (second <= second[i]) & (second[i] - second <= window_s)]
        ]
        plain.append(max(len(crowd) for crowd in crowds))
    assert scores(made, window_s=window_s) == plain


@pytest.mark.parametrize("token", [0, 0x7FFFFFFF, 0xFFFFFFFF])
def test_extreme_tokens_of_addresses(token):
    made = world()
    likes(made, [1, 2, 3], second=[0, 1, 3599], address=7)
    seen = view(made)
    log = replace(seen.log, address=np.full(3, token, np.uint32))
    assert IpBurst().inspect(replace(seen, log=log), CLOCK).values.tolist() == [2, 2, 1]
