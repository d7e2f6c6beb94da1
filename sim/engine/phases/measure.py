"""The observer measures the tick, and the day when it is over."""

from __future__ import annotations

from sim.core.clock import WEEK_DAYS
from sim.engine.cast import Actors
from sim.measures.snapshots import creators_of_week, survival_of_day
from sim.state import State


def measure(state: State, actors: Actors) -> None:
    """Compare the tick's flags with the truth; write the day's row, and every week one for each creator."""
    actors.observer.observe(state)
    if not state.clock.ends_day:
        return
    row = actors.observer.close_day(state, actors.market, actors.groups, actors.advertisers)
    state.tables.add("daily", **row)
    survival_of_day(state)
    if (state.clock.day + 1) % WEEK_DAYS == 0:
        creators_of_week(state)
