"""Likes of each account, and how many of them were flagged."""

from __future__ import annotations

import numpy as np
import pytest

from sim.world.strikes import LikeCounts


def counts(given: list[int], flagged: list[int]) -> LikeCounts:
    """Accounts 0, 1, ... with so many likes given and flagged."""
    made = LikeCounts()
    made.add_given(np.repeat(np.arange(len(given)), given))
    made.add_flagged(np.repeat(np.arange(len(flagged)), flagged))
    return made


def test_enough_likes_and_a_large_share_of_them() -> None:
    made = counts([8, 8, 7, 4, 3, 2], [3, 4, 3, 4, 3, 2])
    assert made.stand_out(np.arange(6), 3, 0.5).tolist() == [False, True, False, True, True, False]
    assert made.stand_out(np.arange(6), 4, 0.5).tolist() == [False, True, False, True, False, False]
    assert made.stand_out(np.arange(6), 1, 0.0).all()


@pytest.mark.parametrize("hundredths", [7, 28, 29, 57, 58])
def test_a_share_that_is_just_reached_counts(hundredths: int) -> None:
    assert counts([100], [hundredths]).stand_out(np.array([0]), 1, hundredths / 100).tolist() == [True]


def test_counts_outlast_accounts_that_are_added_later() -> None:
    made = counts([3], [3])
    made.add_given(np.array([5000]))
    assert made.stand_out(np.array([0, 5000, 9000]), 3, 0.5).tolist() == [True, False, False]


def test_what_is_forgotten_begins_anew() -> None:
    made = counts([3, 3], [3, 3])
    made.forget(np.array([1]))
    assert made.stand_out(np.arange(2), 3, 0.5).tolist() == [True, False]
    made.add_flagged(np.array([1]))
    assert made.stand_out(np.array([1]), 2, 0.0).tolist() == [False]
