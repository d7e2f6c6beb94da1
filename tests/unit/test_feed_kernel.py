"""The compiled recommendation lists against what they are by definition: all posts sorted."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.kernels.feeds import fill_feeds


def by_sorting(scores, hot, drawn, trial):
    """Hot ones first, then the score, then the older; drawn posts in the trial's slots, each cell the next ones."""
    cells, n = scores.shape
    feeds, turn = np.zeros((cells, len(trial)), np.int32), 0
    for cell in range(cells):
        best = sorted(range(n), key=lambda i, c=cell: (not hot[i], -scores[c, i], i))[: max(1, int((~trial).sum()))]
        ranked = 0
        for slot in range(len(trial)):
            if trial[slot] and len(drawn):
                feeds[cell, slot], turn = drawn[turn % len(drawn)], turn + 1
            else:
                feeds[cell, slot], ranked = best[ranked % len(best)], ranked + 1
    return feeds


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 40), st.booleans())
def test_lists_are_the_sorted_posts(seed, n, slots, ties):
    rng = np.random.default_rng(seed)
    scores = rng.choice([0.0, 1.0, 2.0], size=(8, n)) if ties else rng.random((8, n))
    hot, drawn = rng.random(n) < 0.3, rng.integers(0, n, size=rng.integers(0, 5))
    trial = np.arange(slots) % 5 == 4
    feeds = np.zeros((8, slots), np.int32)
    fill_feeds(scores, hot, drawn, trial, feeds)
    assert np.array_equal(feeds, by_sorting(scores, hot, drawn, trial))
