"""Compiled: the posts alive, and those on the recommendation lists, as the reader kernel wants them."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import float32, float64, int64, uint64

from sim.kernels.compiled import njit
from sim.kernels.ends import larger, smaller
from sim.kernels.read_layout import SURFACES
from sim.kernels.scales import BYTE


@njit(cache=True, nogil=True, error_model="numpy")
def fill_posts(
    likes, discounted, quality, appeal, share, comments, reads, key, creator, topic, published_s, start_s, news_s, seen,
    chances, table,
):  # fmt: skip
    """Fill `table` (dtype `POST`) from the columns of the posts, one entry each.

    `reads` are those of all surfaces (posts, surfaces), `seen` (dtype `SEEN`) is what whole counts of likes do, and
    `chances` what `sim.world.reader_tables.post_table` says. The tick starts at `start_s`; at an age of `news_s` posts
    are shared half as readily.
    """
    like_base, like_quality, people, most_reached = chances
    for i in range(table.shape[0]):
        visible = seen[smaller(larger(likes[i] - discounted[i], 0), seen.shape[0] - 1)]
        q = float64(quality[i])
        read = int64(0)
        for s in range(SURFACES):
            read += reads[i, s]
        post = table[i]
        post.key = key[i]
        post.creator = creator[i]
        post.topic = topic[i]
        post.base = float64(appeal[i]) * (1.0 - smaller(most_reached, read / people))
        post.proof = visible.proof
        post.like = (like_base + like_quality * q * q) * visible.like
        age_s = start_s - published_s[i]
        post.from_s = larger(int64(0), -age_s)
        post.share = float32(share[i]) * float32(news_s / (news_s + larger(int64(0), age_s)))
        post.level = visible.level
        post.quality = np.rint(BYTE * q)
        post.silence = visible.silence * larger(0.0, 1.0 - comments[i] / visible.comments)


@njit(cache=True, nogil=True)
def fill_slots(table, feeds, window, entry, key, base, proof, shift):
    """Lay the posts of `feeds` (cells, slots) out slot by slot; `shift` is eight times the topic.

    The first `window` slots follow the last once more, so that a stretch from any place has no end. Entry -1 is no
    post, which nobody opens.
    """
    slots = feeds.shape[1]
    for cell in range(feeds.shape[0]):
        for at in range(slots + window):
            e = feeds[cell, at % slots]
            entry[cell, at] = e
            if e >= 0:
                post = table[e]
                key[cell, at] = post.key
                base[cell, at] = post.base
                proof[cell, at] = post.proof
                shift[cell, at] = uint64(post.topic) << uint64(3)
            else:
                key[cell, at] = shift[cell, at] = 0
                base[cell, at] = proof[cell, at] = 0.0
