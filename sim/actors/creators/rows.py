"""Rows of the table `creators`: the state of creators at the end of a week, at the end of the run, and on leaving."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.plugins.registry import name_of
from sim.state import State

_COLUMNS = (
    "slot", "generation", "merchant", "topic", "talent", "skill", "effort", "followers", "income_week_cny",
    "spent_week_cny", "payoff_cny", "reads_week", "visible_week", "punished_total", "mcn", "group",
)  # fmt: skip


def strategy_names(state: State) -> NDArray[np.object_]:
    """Names of the scenario's strategies, in order."""
    return np.array([name_of(strategy) for strategy in state.scenario.strategies], object)


def write_creators(state: State, rows: NDArray[np.integer], day: int, present: bool = True) -> None:
    """One row of the table `creators` for each of these creators, as they are now, dated `day`.

    `present` is False for those who are leaving.
    """
    columns = state.world.creators
    state.tables.extend(
        "creators",
        day=np.full(len(rows), day),
        creator=rows,
        present=np.full(len(rows), present),
        strategy=strategy_names(state)[columns.strategy[rows]],
        **{name: getattr(columns, name.removesuffix("_cny"))[rows] for name in _COLUMNS},
    )
