"""Numbers and lists as text."""

from __future__ import annotations

import pytest

from sim.core.formatting import name_seeds


@pytest.mark.parametrize(
    ("seeds", "words"),
    [
        ((4,), "seed 4"),
        ((4, 5), "seeds 4, 5"),
        (tuple(range(1, 11)), "seeds 1 to 10"),
        ((1, 2, 4), "seeds 1, 2, 4"),
        ((3, 2, 1), "seeds 3, 2, 1"),
    ],
)
def test_seeds_in_words(seeds: tuple[int, ...], words: str) -> None:
    assert name_seeds(seeds) == words
