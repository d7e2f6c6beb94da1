"""A control world in which under every post stands the like count of another post of the same day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_S
from sim.core.random_streams import RandomStreams

if TYPE_CHECKING:
    from sim.world.posts import Posts


def partners(posts: Posts, seed: int, at: slice | NDArray[np.int64]) -> NDArray[np.int64]:
    """The post whose likes stand under each of the posts `at` (ids): one of those published on the same day.

    The posts of a day stand in a circle in drawn order, and each shows what the next one has. So a new post changes
    the count under one other post only, and everybody shows another's where a day has two posts.
    """
    wanted = np.arange(at.start, at.stop) if isinstance(at, slice) else np.asarray(at, np.int64)
    if len(wanted) == 0:
        return wanted
    day = posts.published_s // DAY_S  # never falls from one id to the next
    first = int(np.searchsorted(day, day[wanted.min()]))
    place = np.arange(first, posts.n)
    order = place[np.lexsort((RandomStreams(seed).bits_array("swap", 0, posts.key[place]), day[place]))]
    behind = np.roll(order, -1)
    ends = np.flatnonzero(np.diff(day[order], append=-1))  # the last of a day shows what its first has
    starts = np.concatenate([[0], ends[:-1] + 1])
    behind[ends] = order[starts]
    found = np.empty(posts.n - first, np.int64)
    found[order - first] = behind
    return found[wanted - first]
