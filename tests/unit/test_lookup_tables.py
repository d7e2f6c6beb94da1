"""Functions that are looked up give what the mathematical library gives, also outside of their tables."""

import math

import numpy as np
import pytest

from sim.core.lookup_tables import AGE_HOURS, LOG_SIZE, age_decay, log1p_counts


def test_counts_and_ages_inside_the_table():
    assert log1p_counts([0, 1, 500]).tolist() == [0.0, math.log(2), math.log1p(500)]
    assert age_decay([0, 3], 2.3, 2.0).tolist() == [math.pow(2, -2.3), math.pow(5, -2.3)]


def test_what_lies_outside_is_taken_for_the_nearest():
    assert log1p_counts([-1, LOG_SIZE + 7]).tolist() == [0.0, math.log1p(LOG_SIZE - 1)]
    assert age_decay([10 * AGE_HOURS], 1.0)[0] == pytest.approx(1 / (AGE_HOURS + 1))


@pytest.mark.parametrize("age", [-1, -5])
def test_a_post_that_comes_out_later_in_a_long_tick_counts_as_new(age):
    assert age_decay(np.array([age]), 2.3)[0] == age_decay(np.array([0]), 2.3)[0]
