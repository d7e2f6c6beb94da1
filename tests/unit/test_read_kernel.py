"""The compiled reader phase against a slow one in plain Python, to the bit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.core.enums import Status
from sim.kernels.count import draw_acts
from sim.kernels.scales import CHUNK, ROWS_PER_VISIT
from tests.helpers.oracle_read import acts_of
from tests.helpers.read_cases import assert_agree, case, run_kernel, run_oracle

ACCOUNT, KIND, SINCE, PARENT, DWELL = 0, 6, 3, 4, 5  # places in a row
LIKES, COMMENTS, FORWARDS = 1, 2, 3


@pytest.mark.parametrize("seed", range(12))
def test_the_kernel_agrees_with_the_oracle(seed):
    slow, fast = run_oracle(case(seed)), run_kernel(case(seed))
    assert_agree(slow, fast)
    assert slow["rows"] and slow["impressions"] > 500  # something happened
    assert {row[KIND] for row in slow["rows"]} >= {0, 1, 2, 3}


@pytest.mark.parametrize("most_people", [2, 3, 40])
def test_the_kernel_agrees_with_the_oracle_about_several_people_at_a_seat(most_people):
    for seed in range(3):
        made = [case(20 + seed, most_people=most_people) for _ in range(2)]
        slow, fast = run_oracle(made[0]), run_kernel(made[1])
        assert_agree(slow, fast)
        likes = [row for row in slow["rows"] if row[KIND] == LIKES]
        assert any(row[SINCE] < 0 for row in likes) and any(row[SINCE] >= 0 for row in likes)
        assert any(row[PARENT] >= 0 for row in slow["rows"])


@pytest.mark.parametrize("people", [1, 2, 3, 17, 400])
@pytest.mark.parametrize("share", [0.0, 1e-6, 0.01, 0.3, 0.9, 1.0, 3.0])
def test_acts_are_binomial_by_the_same_bits(people, share):
    chance = round(share * 2**31)
    draws = np.random.default_rng(people).integers(0, 2**64, 300, dtype=np.uint64)
    counted = np.zeros(300, np.int64)
    draw_acts(draws, np.full(300, people), np.full(300, chance), counted)
    assert counted.tolist() == [acts_of(int(bits), people, chance) for bits in draws]
    p = min(1.0, share)
    expected, spread = people * p, (people * p * (1 - p)) ** 0.5
    assert abs(np.mean(counted) - expected) <= 4 * spread / 300**0.5 + 1e-9
    assert 0 <= counted.min() <= counted.max() <= people


@pytest.mark.parametrize(
    "changes",
    [
        {"want_reads": 0},
        {"n_outside": 0},
        {"tick_s": 300, "longest_s": 90},
        {"reads_per_day": 1},
        {"first_id": 0},
        {"tick": 32, "burst_ticks": 0},
        {"follow_window": 0, "search_share": 1.0},
        {"feed_window": 1, "outside_share": 1.0},
        {"tie": 1.0, "social": 0.0},
        {"taste": 0, "tolerance": 0},
        {"finished_percent": 40},
        {"unread": 0},
        {"unread": 65536},
        {"glance_like": 0, "like_at_end": 0, "blank": 0},
        {"glance_like": 256, "like_at_end": 65536, "blank": 256},
        {"stock": 0, "short_s": 0},
        {"blank": 0, "glance_like": 256},
        {"blank": 256, "like_at_end": 65536},
        {"glance_like": 0, "like_at_end": 0},
        {"longest_s": 40, "pace_least": 0, "pace_range": 512},
        {"finish_least": 0, "finish_range": 256, "remembered": 1},
        {"finish_least": 256, "finish_range": 0, "remembered": 64, "pace_least": 256, "pace_range": 0},
        {"expect_pace": 65536, "creator_pace": 4096, "gain": 32_897, "loss": 328_970},
        {"expect_pace": 0, "creator_pace": 0},
    ],
)
def test_it_agrees_under_other_settings(changes):
    def made() -> dict[str, Any]:
        c = case(99, **changes)
        if "n_outside" in changes:
            c["tables"]["outside"] = c["tables"]["outside"][:0]
        return c

    assert_agree(run_oracle(made()), run_kernel(made()))


def test_any_cut_of_the_readers_gives_the_same():
    whole = run_kernel(case(5))
    for pieces in (2, 3, 7):
        assert_agree(whole, run_kernel(case(5), pieces))


def test_a_full_buffer_loses_nothing():
    """With room for one chunk only, a second chunk must wait until the rows are fetched."""
    n = CHUNK + 700
    whole = run_kernel(case(3, n=n), capacity=4 * CHUNK * ROWS_PER_VISIT)
    assert_agree(whole, run_kernel(case(3, n=n), capacity=CHUNK * ROWS_PER_VISIT))


def test_banned_readers_and_those_who_left_do_nothing_and_limited_ones_only_read():
    c = case(8)
    status = c["status"]
    before = c["readers"].record.copy()
    fast = run_kernel(c)
    away = status[c["readers"].persons] >= Status.BANNED
    assert (c["readers"].record[away] == before[away]).all()
    acts = {row[ACCOUNT] for row in fast["rows"] if row[KIND] in (LIKES, COMMENTS, FORWARDS)}
    assert not acts & set(np.flatnonzero(status > 0).tolist())


def test_no_index_leaves_its_array():
    """The same cases with numba's bounds checks on, in a process of its own."""
    agree = "t.assert_agree(t.run_oracle(t.case(s, most_people=3)), t.run_kernel(t.case(s, most_people=3)))"
    code = f"import tests.helpers.read_cases as t\nfor s in range(3): {agree}"
    root = str(Path(__file__).parents[2])
    env = os.environ | {
        "NUMBA_BOUNDSCHECK": "1",
        "PYTHONPATH": root,
        "NUMBA_CACHE_DIR": os.path.join(root, ".numba-checked"),
    }
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
