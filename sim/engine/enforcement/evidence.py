"""Flags as evidence: which likes and posts count against whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Kind, Target
from sim.core.sorted_lookup import is_among

if TYPE_CHECKING:
    from sim.plugins.detectors.flags import Flags
    from sim.world.log import Log

Found = tuple[
    NDArray[np.int64], NDArray[np.int16]
]  # ids, each once, and the number of the first detector that flagged it


def flagged_likes(verdicts: Sequence[Flags], log: Log) -> Found:
    """Rows of the log that a detector flagged, or that are likes of an account that one flagged."""
    cause = np.full(log.n, -1, np.int16)
    for number, found in enumerate(verdicts):
        if found.target is Target.POST or len(found.ids) == 0:
            continue
        rows = np.asarray(found.ids)
        if found.target is Target.ACCOUNT:
            likes = log.rows_of(Kind.LIKE)
            rows = likes[is_among(log.account.take(likes), rows)]
        cause[rows[cause[rows] < 0]] = number
    flagged = np.flatnonzero(cause >= 0)
    return flagged, cause[flagged]


def flagged_posts(verdicts: Sequence[Flags]) -> Found:
    """Posts that a detector flagged."""
    posts, causes = [np.zeros(0, np.int64)], [np.zeros(0, np.int16)]
    for number, found in enumerate(verdicts):
        if found.target is Target.POST:
            posts.append(np.asarray(found.ids, np.int64))
            causes.append(np.full(len(found.ids), number, np.int16))
    return firsts(np.concatenate(posts), np.concatenate(causes))


def firsts(ids: NDArray[Any], causes: NDArray[Any]) -> Found:
    """Each id once, in order, with the cause that stands first."""
    distinct, at = np.unique(ids, return_index=True)
    return distinct, causes[at]
