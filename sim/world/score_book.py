"""A week of a detector's scores, from which its threshold is set."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class ScoreBook:
    """Scores with the likes that each stands for; `likes` counts all that the detector could have judged."""

    def __init__(self) -> None:
        self.values = np.zeros(0)
        self.weights = np.zeros(0, np.int64)
        self.likes = 0

    def add(self, values: NDArray[Any], weights: NDArray[Any], likes: int) -> None:
        """Add scores, each with its number of likes, out of so many likes."""
        self.likes += likes
        every = np.concatenate([self.values, values[weights > 0]])
        self.values, back = np.unique(every, return_inverse=True)
        count = np.concatenate([self.weights, weights[weights > 0]])
        self.weights = np.bincount(back, count, len(self.values)).astype(np.int64)

    def threshold_for(self, share: float) -> tuple[float, float] | None:
        """The least threshold that flags at most this share of the likes, and the share that it flags.

        None when nothing was scored: nothing is known then.
        """
        if self.likes == 0 or len(self.values) == 0:
            return None
        flagged = np.cumsum(self.weights[::-1])[::-1] / self.likes  # by a threshold at each value
        fits = np.flatnonzero(flagged <= share)
        if len(fits):
            first = int(fits[0])
            least = self.values[first] if first == 0 else np.nextafter(self.values[first - 1], np.inf)
            return float(least), float(flagged[first])
        return float(np.nextafter(self.values[-1], np.inf)), 0.0
