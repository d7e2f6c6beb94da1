"""Compiled: the best posts of every cell's recommendation list."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np

from sim.kernels.compiled import njit


@njit(inline="always", cache=True)
def _worse(hot_a, score_a, a, hot_b, score_b, b):
    """Whether post a comes after post b: hot ones first, then the score, then the older."""
    if hot_a != hot_b:
        return hot_a < hot_b
    if score_a != score_b:
        return score_a < score_b
    return a > b


@njit(cache=True, nogil=True)
def _sift(heap, heat, value, size, at, post, hot, score):
    """Put a post (`hot`, `score`) at the place `at` of the heap, worst on top, or as far below as it belongs.

    What posts are compared by lies beside them in the heap, not at their own places in long columns.
    """
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and _worse(
            heat[child + 1], value[child + 1], heap[child + 1], heat[child], value[child], heap[child]
        ):
            child += 1
        if not _worse(heat[child], value[child], heap[child], hot, score, post):
            break
        heap[at], heat[at], value[at] = heap[child], heat[child], value[child]
        at = child
    heap[at], heat[at], value[at] = post, hot, score


def fill_feeds(scores, hot, drawn, trial, feeds):
    """Fill `feeds` (cells, slots): the best by `scores` (cells, posts) where `trial` is false, drawn posts elsewhere.

    Each cell takes the next stretch of `drawn`. Where there are fewer posts than slots they repeat from the top.
    """
    n = scores.shape[1]
    size = min(n, max(1, len(trial) - int(trial.sum())))  # without any fresh post the ranked take the trial slots too
    # made here, for compiling what makes an array takes longer than all the rest
    heap, heat, value = np.arange(size), np.empty(size, np.uint8), np.empty(size)
    _fill(scores, hot, drawn, trial, feeds, heap, heat, value, np.empty(n, np.bool_))


@njit(cache=True, nogil=True)
def _fill(scores, hot, drawn, trial, feeds, heap, heat, value, guessed):
    cells, n = scores.shape
    slots, size = feeds.shape[1], heap.shape[0]
    turn = 0
    for cell in range(cells):
        score = scores[cell]
        # what was best for the last cell is a good first guess for this one: fewer posts push others out
        for i in range(n):
            guessed[i] = False
        for i in range(size):
            guessed[heap[i]] = True
            heat[i], value[i] = hot[heap[i]], score[heap[i]]
        for at in range(size // 2 - 1, -1, -1):
            _sift(heap, heat, value, size, at, heap[at], heat[at], value[at])
        for i in range(n):
            if not guessed[i] and _worse(heat[0], value[0], heap[0], hot[i], score[i], i):
                _sift(heap, heat, value, size, 0, i, np.uint8(hot[i]), score[i])
        for last in range(size - 1, 0, -1):
            post, is_hot, at_score = heap[last], heat[last], value[last]
            heap[last] = heap[0]
            _sift(heap, heat, value, last, 0, post, is_hot, at_score)
        ranked = 0
        for s in range(slots):
            if trial[s] and drawn.shape[0] > 0:
                feeds[cell, s] = drawn[turn % drawn.shape[0]]
                turn += 1
            else:
                feeds[cell, s] = heap[ranked % size]
                ranked += 1
