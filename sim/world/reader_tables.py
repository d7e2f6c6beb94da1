"""The integer thresholds that the reader kernel compares its draws with, by post and by quality."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_S
from sim.core.lookup_tables import log1p_counts, log1p_table
from sim.kernels.posts import fill_posts, fill_slots
from sim.kernels.read_layout import POST, SEEN
from sim.kernels.scales import BYTE, MOST_OPENED, ONE_8, ONE_16, PERCENT

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.scenario.schema.readers import ReadersSection
    from sim.world import World

POST_COLUMNS = (
    "likes", "discounted", "quality", "appeal", "share", "comments", "reads", "key", "creator", "topic", "published_s",
)  # fmt: skip
SLOT_TYPES = np.int32, np.uint32, np.float32, np.float32, np.uint64
Slots = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


def by_quality(opts: ReadersSection) -> tuple[NDArray[Any], ...]:
    """Chances to finish (int64, 65536 is 1), comment, forward and follow (float64) by quality 0..255."""
    q = np.arange(ONE_8) / float(BYTE)
    finish = np.minimum(opts.finish_max, opts.finish_base + opts.finish_quality * q) * ONE_16
    forward = opts.forward_base + opts.forward_quality * q * q
    return finish.astype(np.int64), opts.comment_base * q, forward, opts.follow_base * q * q


def parts_read(opts: ReadersSection) -> NDArray[np.int64]:
    """Percent read of a post by those who do not finish it, 256 equally likely values (Weibull; D13)."""
    drawn = (opts.glance_scale * (-math.log(1 - (k + 1 / 2) / ONE_8)) ** (1 / opts.glance_shape) for k in range(ONE_8))
    return np.array([max(1, min(PERCENT - 1, round(PERCENT * part))) for part in drawn], np.int64)


def patience(opts: ReadersSection) -> NDArray[np.int64]:
    """Posts that a visit opens at most, 256 equally likely values: an inverse Gaussian law, rounded up, 16 at most.

    So many pages people open on a site before they leave (Huberman and others, Science 1998). The share of the law
    below a number is that of Shuster (JASA 1968).
    """
    from scipy.special import log_ndtr, ndtr  # slow to import: for worlds only

    mean, shape = opts.patience_mean, opts.patience_shape
    most = np.arange(1, MOST_OPENED)
    root = np.sqrt(shape / most)
    below = ndtr(root * (most / mean - 1)) + np.exp(2 * shape / mean + log_ndtr(-root * (most / mean + 1)))
    return 1 + np.searchsorted(below, (np.arange(ONE_8) + 1 / 2) / ONE_8)


def pauses(opts: ReadersSection) -> NDArray[np.int64]:
    """Seconds between two readings of a visit, 256 equally likely values (exponential)."""
    return np.array([round(-opts.pause_s * math.log(1 - (k + 1 / 2) / ONE_8)) for k in range(ONE_8)], np.int64)


def like_levels(visible: NDArray[Any], reference: float) -> NDArray[np.float64]:
    """How popular a count looks: log(1 + likes) against that of the reference count, at most 1."""
    return np.minimum(1.0, log1p_counts(visible) / _reference(reference))


def _reference(likes: float) -> float:
    """log(1 + the reference count)."""
    return float(log1p_table()[max(2, min(len(log1p_table()) - 1, round(likes)))])


@lru_cache(maxsize=4)
def _what_likes_do(
    reference: float, click_first: float, click_more: float, like_first: float, like_more: float, expect_none: float,
    expect_hit: float, per_like: float, silence: float,
) -> NDArray[Any]:  # fmt: skip
    """What each count of visible likes does to whoever sees it (dtype `SEEN`); `reference` is a logarithm.

    Counts above the last are taken for the last.
    """
    logs = log1p_table()
    level = np.minimum(1.0, logs / reference)
    more = np.clip((logs - logs[1]) / (reference - logs[1]), 0.0, 1.0)  # beyond the first like
    liked = np.arange(len(logs)) > 0
    seen = np.zeros(len(logs), SEEN)
    seen["like"] = 1.0 + liked * (like_first + like_more * more)
    seen["silence"] = BYTE * silence * level
    seen["comments"] = 1.0 + per_like * np.arange(len(logs))
    seen["proof"] = liked * (click_first + click_more * more)
    seen["level"] = BYTE * (expect_none + (expect_hit - expect_none) * level)
    seen.flags.writeable = False  # it is kept
    return seen


def post_table(world: World, opts: ReadersSection, clock: Clock) -> NDArray[Any]:
    """The posts alive as the kernel wants them (dtype `POST`); counts as they stood when the tick began."""
    posts, alive = world.posts, world.alive
    columns = {name: getattr(posts, name)[alive] for name in POST_COLUMNS}
    if not world.readers_see_likes:
        columns["likes"] = columns["discounted"] = np.zeros_like(columns["likes"])
    elif world.likes_swapped:
        for name in ("likes", "discounted"):
            columns[name] = getattr(posts, name)[world.displayed_posts(alive)]
    seen = _what_likes_do(
        _reference(world.reference_likes), opts.click_first, opts.click_more, opts.like_first, opts.like_more,
        opts.expect_no_likes, opts.expect_hit, opts.comments_per_like, opts.silence_weight,
    )  # fmt: skip
    people = opts.reached_share * len(world.readers.persons)
    chances = tuple(map(float, (opts.like_base, opts.like_quality, people, opts.reached_max)))
    table = np.empty(alive.stop - alive.start, POST)
    fill_posts(*columns.values(), clock.start_s, float(opts.news_days * DAY_S), seen, chances, table)
    hidden = posts.hidden[alive]
    if hidden.any():
        table["base"][hidden] = 0
    return table


def boost_posts(table: NDArray[Any], which: NDArray[np.intp], factor: float) -> None:
    """Let some posts (entries) of a table (dtype `POST`) be opened `factor` times as often."""
    table["base"][which] *= np.float32(factor)


def slots(table: NDArray[Any], feeds: NDArray[np.int32], window: int) -> Slots:
    """Columns of the posts on the recommendation lists, slot by slot: entry, key, base, proof, eight times the topic.

    The first `window` slots follow the last once more; where there are no lists there are no slots.
    """
    shape = (len(feeds), feeds.shape[1] + window)
    entry, key, base, proof, shift = (np.empty(shape, dtype) for dtype in SLOT_TYPES)
    if feeds.shape[1]:
        fill_slots(table, feeds, window, entry, key, base, proof, shift)
    return entry, key, base, proof, shift
