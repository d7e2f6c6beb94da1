"""What the reader kernel compares its draws with: integer chances by post and by quality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.kernels.read import POST
from sim.numbers import LOG1P, log1p_counts

if TYPE_CHECKING:
    from sim.scenario.readers import ReadersSection
    from sim.world import World

ONE = 1 << 24
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
    top = LOG1P[max(2, min(len(LOG1P) - 1, round(reference)))]
    return np.minimum(1.0, log1p_counts(visible) / top)


def post_table(world: World, opts: ReadersSection) -> NDArray[Any]:
    """The posts alive as the kernel wants them (dtype `POST`); counts as they stood when the tick began."""
    posts, alive = world.posts, world.alive
    visible = posts.likes[alive] - posts.discounted[alive]
    level = like_levels(visible, world.reference_likes)
    quality = posts.quality[alive].astype(np.float64)
    table = np.zeros(len(visible), POST)
    base = opts.open_hot * (0.5 + posts.appeal[alive].astype(np.float64)) * ONE
    table["base"] = np.minimum(base, ONE // 4)
    table["proof"] = np.minimum(base * opts.social_proof_open * level, ONE // 2)
    liking = (opts.like_base + opts.like_quality * quality * quality) * (1.0 + opts.herding_like * (visible > 0))
    table["like"] = np.minimum(liking * ONE, ONE - 1)
    table["key"] = posts.key[alive]
    table["creator"] = posts.creator[alive]
    table["topic"] = posts.topic[alive]
    table["level"] = 255 * (COUNT_FLOOR + (COUNT_TOP - COUNT_FLOOR) * level)
    table["quality"] = np.rint(255 * quality)
    silent = np.maximum(0.0, 1.0 - posts.comments[alive] / (1.0 + COMMENTS_PER_LIKE * visible))
    table["silence"] = 255 * opts.silence_weight * level * silent
    return table
