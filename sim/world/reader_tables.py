"""The integer thresholds that the reader kernel compares its draws with, by post and by quality."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.lookup_tables import log1p_counts, log1p_table
from sim.kernels.posts import fill_posts, fill_slots
from sim.kernels.read import POST
from sim.kernels.scales import BYTE, MOST_BASE, MOST_PROOF, ONE_8, ONE_16, ONE_24, PERCENT

if TYPE_CHECKING:
    from sim.scenario.schema.readers import ReadersSection
    from sim.world import World

POST_COLUMNS = ("likes", "discounted", "quality", "appeal", "comments", "key", "creator", "topic")


def by_quality(opts: ReadersSection) -> tuple[NDArray[np.int64], ...]:
    """Chances to finish (65536 is 1), comment, forward and follow (2**24 is 1) by quality 0..255."""
    q = np.arange(ONE_8) / float(BYTE)
    finish = np.minimum(opts.finish_max, opts.finish_base + opts.finish_quality * q) * ONE_16
    comment = opts.comment_base * q * ONE_24
    forward = (opts.forward_base + opts.forward_quality * q * q) * ONE_24
    follow = opts.follow_base * q * q * ONE_24
    return tuple(x.astype(np.int64) for x in (finish, comment, forward, follow))


def parts_read(opts: ReadersSection) -> NDArray[np.int64]:
    """Percent read of a post by those who do not finish it, 256 equally likely values (Weibull; D13)."""
    drawn = (opts.glance_mean * (-math.log(1 - (k + 1 / 2) / ONE_8)) ** (1 / opts.glance_shape) for k in range(ONE_8))
    return np.array([max(1, min(PERCENT - 1, round(PERCENT * part))) for part in drawn], np.int64)


def like_levels(visible: NDArray[Any], reference: float) -> NDArray[np.float64]:
    """How popular a count looks: log(1 + likes) against that of the reference count, at most 1."""
    return np.minimum(1.0, log1p_counts(visible) / _reference(reference))


def _reference(likes: float) -> float:
    """log(1 + the reference count)."""
    return float(log1p_table()[max(2, min(len(log1p_table()) - 1, round(likes)))])


def post_table(world: World, opts: ReadersSection) -> NDArray[Any]:
    """The posts alive as the kernel wants them (dtype `POST`); counts as they stood when the tick began."""
    posts, alive = world.posts, world.alive
    columns = [getattr(posts, name)[alive] for name in POST_COLUMNS]
    if not world.likes_shown:
        columns[:2] = np.zeros_like(columns[0]), np.zeros_like(columns[1])
    level = _reference(world.reference_likes), opts.expect_no_likes, opts.expect_hit - opts.expect_no_likes
    chances = (
        opts.open_hot, opts.open_plain, opts.social_proof_open, opts.like_base, opts.like_quality, opts.herding_like,
        *level, opts.comments_per_like, opts.silence_weight,
    )  # fmt: skip
    table = np.empty(alive.stop - alive.start, POST)
    fill_posts(*columns, log1p_table(), tuple(map(float, chances)), table)
    hidden = posts.hidden[alive]
    if hidden.any():
        table["base"][hidden] = table["proof"][hidden] = 0
    return table


def boost_posts(table: NDArray[Any], which: NDArray[np.bool_], factor: float) -> None:
    """Let the posts of a table (dtype `POST`) that are chosen be opened `factor` times as often, below certainty."""
    for name, most in (("base", MOST_BASE), ("proof", MOST_PROOF)):
        table[name][which] = np.minimum(factor * table[name][which], most).astype(table.dtype[name])


def slots(table: NDArray[Any], feeds: NDArray[np.int32]) -> tuple[NDArray[Any], ...]:
    """Columns of the posts on the recommendation lists, slot by slot: key, base, proof, eight times the topic."""
    laid = [np.empty(feeds.shape, dtype) for dtype in (np.uint32, np.uint32, np.uint32, np.uint64)]
    fill_slots(table, feeds, *laid)
    return tuple(laid)
