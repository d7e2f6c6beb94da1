"""Compiled: the best posts of every cell's recommendation list."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import njit


@njit(inline="always", cache=True)
def _worse(score, hot, a, b):
    """Whether post a comes after post b: hot ones first, then the score, then the older."""
    if hot[a] != hot[b]:
        return not hot[a]
    if score[a] != score[b]:
        return score[a] < score[b]
    return a > b


@njit(cache=True, nogil=True)
def _sift(heap, size, at, score, hot):
    """Restore the heap (worst on top) below `at`."""
    while True:
        child = 2 * at + 1
        if child >= size:
            return
        if child + 1 < size and _worse(score, hot, heap[child + 1], heap[child]):
            child += 1
        if not _worse(score, hot, heap[child], heap[at]):
            return
        heap[at], heap[child] = heap[child], heap[at]
        at = child


@njit(cache=True, nogil=True)
def fill_feeds(scores, hot, drawn, trial, feeds):
    """Fill `feeds` (cells, slots): the best by `scores` (cells, posts) where `trial` is false, drawn posts elsewhere.

    Each cell takes the next stretch of `drawn`. Where there are fewer posts than slots they repeat from the top.
    """
    cells, n = scores.shape
    slots = feeds.shape[1]
    n_ranked = 0
    for s in range(slots):
        n_ranked += not trial[s]
    size = min(n, max(1, n_ranked))  # without any fresh post the ranked ones take the trial slots too
    heap = np.empty(size, np.int64)
    turn = 0
    for cell in range(cells):
        score = scores[cell]
        for i in range(size):
            heap[i] = i
        for at in range(size // 2 - 1, -1, -1):
            _sift(heap, size, at, score, hot)
        for i in range(size, n):
            if _worse(score, hot, heap[0], i):
                heap[0] = i
                _sift(heap, size, 0, score, hot)
        for last in range(size - 1, 0, -1):
            heap[0], heap[last] = heap[last], heap[0]
            _sift(heap, last, 0, score, hot)
        ranked = 0
        for s in range(slots):
            if trial[s] and drawn.shape[0] > 0:
                feeds[cell, s] = drawn[turn % drawn.shape[0]]
                turn += 1
            else:
                feeds[cell, s] = heap[ranked % size]
                ranked += 1
