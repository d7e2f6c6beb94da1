"""What the reader kernel compares its draws with: integer chances by post and by quality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.lookup_tables import LOG1P, log1p_counts
from sim.kernels.posts import ONE, fill_posts, fill_slots
from sim.kernels.read import POST

if TYPE_CHECKING:
    from sim.scenario.schema.readers import ReadersSection
    from sim.world import World

POST_COLUMNS = ("likes", "discounted", "quality", "appeal", "comments", "key", "creator", "topic")
# quality that readers expect behind no likes and behind the reference count (assumed; it brackets the qualities met)
COUNT_FLOOR, COUNT_TOP = 0.15, 0.80
COMMENTS_PER_LIKE = 0.1  # fewer than this under a liked post look silent (assumed)


def by_quality(opts: ReadersSection) -> tuple[NDArray[np.int64], ...]:
    """Chances to finish (65536 is 1), comment, forward and follow (2**24 is 1) by quality 0..255."""
    q = np.arange(256) / 255.0
    finish = np.minimum(0.98, opts.finish_base + opts.finish_quality * q) * 65536
    comment = opts.comment_base * q * ONE
    forward = (opts.forward_base + opts.forward_quality * q * q) * ONE
    follow = opts.follow_base * q * q * ONE
    return tuple(x.astype(np.int64) for x in (finish, comment, forward, follow))


def like_levels(visible: NDArray[Any], reference: float) -> NDArray[np.float64]:
    """How popular a count looks: log(1 + likes) against that of the reference count, at most 1."""
    return np.minimum(1.0, log1p_counts(visible) / _reference(reference))


def _reference(likes: float) -> float:
    """log(1 + the reference count)."""
    return float(LOG1P[max(2, min(len(LOG1P) - 1, round(likes)))])


def post_table(world: World, opts: ReadersSection) -> NDArray[Any]:
    """The posts alive as the kernel wants them (dtype `POST`); counts as they stood when the tick began."""
    posts, alive = world.posts, world.alive
    columns = (getattr(posts, name)[alive] for name in POST_COLUMNS)
    level = _reference(world.reference_likes), COUNT_FLOOR, COUNT_TOP - COUNT_FLOOR
    chances = (
        opts.open_hot, opts.social_proof_open, opts.like_base, opts.like_quality, opts.herding_like,
        *level, COMMENTS_PER_LIKE, opts.silence_weight,
    )  # fmt: skip
    table = np.empty(alive.stop - alive.start, POST)
    fill_posts(*columns, LOG1P, tuple(map(float, chances)), table)
    return table


def slots(table: NDArray[Any], feeds: NDArray[np.int32]) -> tuple[NDArray[Any], ...]:
    """Columns of the posts on the recommendation lists, slot by slot: key, base, proof, eight times the topic."""
    laid = [np.empty(feeds.shape, dtype) for dtype in (np.uint32, np.uint32, np.uint32, np.uint64)]
    fill_slots(table, feeds, *laid)
    return tuple(laid)
