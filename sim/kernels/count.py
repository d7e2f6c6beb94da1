"""Compiled: what reads and reactions add to the counters of posts."""

# mypy: disable-error-code="no-untyped-def"

from sim.kernels.compiled import njit
from sim.kernels.read import COMMENT, FOLLOW, FORWARD, HOT, LIKE
from sim.kernels.scales import PAGE


@njit(cache=True, nogil=True)
def count_reads(post, channel, completion, dwell_s, finished, impressions, reads, finishes, total_s):
    """Add reads (one entry each in the first four columns) to the counters of their posts.

    From a `completion` of `finished` percent on, a post counts as read to the end.
    """
    for i in range(post.shape[0]):
        p = post[i]
        impressions[p, channel[i]] += 1
        reads[p, channel[i]] += 1
        finishes[p] += completion[i] >= finished
        total_s[p] += dwell_s[i]


@njit(cache=True, nogil=True)
def add_counts(counts, pages, feeds, impressions, reads, finishes, total_s):
    """Add what a thread counted (columns as the reader kernel has them) to the counters of the posts alive.

    On the hot surface it counted the pages of `feeds` that were seen; each shows all posts on it.
    """
    surfaces = impressions.shape[1]
    for cell in range(feeds.shape[0]):
        for slot in range(pages.shape[1] * PAGE):
            impressions[feeds[cell, slot], HOT] += pages[cell, slot // PAGE]
    for p in range(counts.shape[0]):
        for s in range(surfaces):
            impressions[p, s] += counts[p, s]
            reads[p, s] += counts[p, surfaces + s]
        finishes[p] += counts[p, 2 * surfaces]
        total_s[p] += counts[p, 2 * surfaces + 1]


@njit(cache=True, nogil=True)
def count_reactions(kind, post, aux, standing, origin, comments, depths, forwards, standings, follows, likes, origins):
    """Add the reactions of the log (first five columns, one entry an interaction) to the counters of their posts."""
    for i in range(kind.shape[0]):
        p = post[i]
        if kind[i] == LIKE:
            likes[p] += 1
            origins[p, origin[i]] += 1
        elif kind[i] == COMMENT:
            comments[p] += 1
            depths[p] += aux[i]
        elif kind[i] == FORWARD:
            forwards[p] += 1
            standings[p] += standing[i]
        elif kind[i] == FOLLOW:
            follows[p] += 1
