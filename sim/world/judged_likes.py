"""The likes that a detector judges: those of the tick, or of the day or week that ends with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_S, WEEK_DAYS
from sim.core.enums import Kind
from sim.plugins.detectors.detector import TICK, WEEK

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.world import LikeTable, Log, World


def find_judged_likes(world: World, clock: Clock, cadence: str) -> tuple[Log | LikeTable, NDArray[Any]]:
    """Rows of the log (cadence "tick"), or of the table of all likes ("day", "week"), and which of the two."""
    if cadence == TICK:
        return world.log, world.log.rows_of(Kind.LIKE)
    days = WEEK_DAYS if cadence == WEEK else 1
    since = int(np.searchsorted(world.likes.time_s, (clock.day + 1 - days) * DAY_S))
    return world.likes, np.arange(since, world.likes.n)
