"""What is held against creators, and who arranged it: the truth behind punishments, which the platform cannot see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Target
from sim.state import Punished
from sim.world import is_by_creator
from sim.world.arrangers import OtherCounts
from sim.world.strikes import ActCounts

if TYPE_CHECKING:
    from sim.engine.enforcement.pending import Decision
    from sim.state import State
    from sim.world.likes import LikeTable
    from sim.world.log import Log


def hold_likes(state: State, rows: NDArray[Any]) -> None:
    """Flagged likes (rows of the log) are held against their posts."""
    guilt, log = state.guilt, state.world.log
    _count(state, log, rows, guilt.posts, guilt.posts_by_others)


def charge_posts(state: State, posts: NDArray[Any], creator: NDArray[Any]) -> None:
    """Hold against creators what is newly held against their posts: flagged likes, or all when none was.

    What was held against a creator for a post before is not counted again.
    """
    guilt = state.guilt
    acts, own = guilt.posts.of(posts)
    by_others = guilt.posts_by_others.of(posts)
    whole = np.flatnonzero(acts == 0)
    if len(whole):
        likes, all_likes, all_by_others = state.world.likes, ActCounts(), OtherCounts()
        rows = likes.rows_of_posts(posts[whole], state.world.posts.n)
        _count(state, likes, rows, all_likes, all_by_others)
        acts[whole], own[whole] = all_likes.of(posts[whole])
        by_others[whole] = all_by_others.of(posts[whole])
    before = guilt.charged.of(posts)
    new = np.maximum(0, acts - before[0]), np.maximum(0, own - before[1])
    new_by_others = np.maximum(0, by_others - guilt.charged_by_others.of(posts))
    guilt.charged.add(posts, *new)
    guilt.charged_by_others.add(posts, new_by_others)
    guilt.creators.add(creator, *new)
    guilt.creators_by_others.add(creator, new_by_others)


def _count(state: State, source: Log | LikeTable, rows: NDArray[Any], into: ActCounts, by_others: OtherCounts) -> None:
    """Count likes (rows of the log, or of the table of all likes) by the posts under which they stand."""
    post, origin = source.post[rows].astype(np.int64), source.origin[rows]
    into.add(post, np.ones(len(rows), np.int64), is_by_creator(origin))
    by_others.add_each(post, state.buyers.others_of(origin, source.order[rows]))


def note_punished(
    state: State, decision: Decision, creators: NDArray[Any], entries: NDArray[Any], innocent: NDArray[np.bool_]
) -> None:
    """Keep who was hit (`creators`, with their `entries` in the case), for which rule, and what was held against each.

    For likes that a creator's own account gave nothing is held against its posts.
    """
    case, known, guilt = decision.action.case, decision.detectors, state.guilt
    causes = case.causes[entries].astype(np.int64).tolist()
    acts, own = guilt.creators.of(creators)
    state.today.punished.append(
        Punished(
            creators,
            innocent,
            np.array([known[cause] if 0 <= cause < len(known) else "" for cause in causes]),
            np.full(len(creators), case.target is Target.LIKE),
            acts,
            own,
            guilt.creators_by_others.of(creators),
        )
    )
