"""How the work of creators differs by strategy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.plugins.strategies.strategies import work_factor
from sim.state import State


def work_factors(state: State, name: str) -> NDArray[np.float64]:
    """A factor of what creators do (`rate_factor`, `appeal_factor`), by strategy."""
    return np.array([work_factor(each, name) for each in state.scenario.strategies])


def posting_rates(state: State, rows: NDArray[np.integer]) -> NDArray[np.float64]:
    """Posts a day of the creators `rows`, as the strategies in use have it."""
    creators = state.world.creators
    return creators.posts_per_day[rows].astype(np.float64) * work_factors(state, "rate_factor")[creators.strategy[rows]]
