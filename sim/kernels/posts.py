"""Compiled: the posts alive, and those on the recommendation lists, as the reader kernel wants them."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import uint64

from sim.kernels.compiled import njit
from sim.kernels.scales import BYTE, MOST_BASE, MOST_PROOF, ONE_24


@njit(cache=True, nogil=True, error_model="numpy")
def fill_posts(likes, discounted, quality, appeal, comments, key, creator, topic, logs, chances, table):
    """Fill `table` (dtype `POST`) from the columns of the posts, one entry each.

    `logs` is log(1 + count) of whole counts, `chances` what `sim.world.reader_tables.post_table` says.
    """
    open_hot, plain, proof, like_base, like_quality, herding, reference, floor, span, per_like, silence = chances
    for i in range(table.shape[0]):
        visible = likes[i] - discounted[i]
        level = min(1.0, logs[min(max(visible, 0), logs.shape[0] - 1)] / reference)
        q = np.float64(quality[i])
        base = open_hot * (plain + np.float64(appeal[i])) * ONE_24
        liking = (like_base + like_quality * q * q) * (1.0 + herding * (visible > 0))
        silent = max(0.0, 1.0 - comments[i] / (1.0 + per_like * visible))
        post = table[i]
        post.key = key[i]
        post.creator = creator[i]
        post.topic = topic[i]
        post.base = min(base, MOST_BASE)
        post.proof = min(base * proof * level, MOST_PROOF)
        post.like = min(liking * ONE_24, ONE_24 - 1)
        post.level = BYTE * (floor + span * level)
        post.quality = np.rint(BYTE * q)
        post.silence = BYTE * silence * level * silent


@njit(cache=True, nogil=True)
def fill_slots(table, feeds, key, base, proof, shift):
    """Lay the posts of `feeds` (cells, slots) out slot by slot; `shift` is eight times the topic."""
    for cell in range(feeds.shape[0]):
        for slot in range(feeds.shape[1]):
            post = table[feeds[cell, slot]]
            key[cell, slot] = post.key
            base[cell, slot] = post.base
            proof[cell, slot] = post.proof
            shift[cell, slot] = uint64(post.topic) << uint64(3)
