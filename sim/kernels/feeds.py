"""Compiled: the posts of the recommendation lists, drawn in proportion to what each weighs."""

# mypy: disable-error-code="no-untyped-def"

import math

from numba import int64

from sim.kernels.compiled import njit, njit_inline
from sim.kernels.ends import smaller
from sim.kernels.mix import mix, unit_53
from sim.kernels.scales import HIGHEST_RATIO

LOG, LINEAR, HILL, CLIFF = 0, 1, 2, 3


@njit_inline()
def _shuffle(row, bits):
    """Put the entries of `row` in random order (Fisher & Yates), by the draws that follow `bits`."""
    for j in range(row.shape[0] - 1, 0, -1):
        bits = mix(bits)
        other = int64(unit_53(bits) * (j + 1))
        kept = row[j]
        row[j] = row[other]
        row[other] = kept


@njit(cache=True, nogil=True)
def weigh_posts(scores, factor, curve, yardstick, prior, threshold, step, weight):
    """Fill `weight` (rows, posts) from `scores` >= 0: (prior + curve(score / yardstick)) x `factor` (posts,).

    `curve` is one of LOG, LINEAR, HILL and CLIFF; at a cliff a ratio of at least `threshold` adds `step`.
    """
    for row in range(scores.shape[0]):
        for i in range(scores.shape[1]):
            r = smaller(scores[row, i] / yardstick, HIGHEST_RATIO)
            if curve == LOG:
                worth = math.log1p(r)
            elif curve == HILL:
                worth = r / (1.0 + r)
            elif curve == CLIFF and r >= threshold:
                worth = r + step
            else:
                worth = r
            weight[row, i] = (prior + worth) * factor[i]


@njit(cache=True, nogil=True)
def weigh_finished(finishes, reads, age_days, shown, prior, prior_reads, power, reads_power, fade_days, weight):
    """Fill `weight` (1, posts): smoothed share finished^power x (reads + 1)^reads_power x exp(-age / fade) x `shown`.

    The share is smoothed towards `prior` as by `prior_reads` earlier reads.
    """
    for i in range(reads.shape[0]):
        finished = (finishes[i] + prior * prior_reads) / (reads[i] + prior_reads)
        reach = math.pow(reads[i] + 1.0, reads_power)
        weight[0, i] = math.pow(finished, power) * reach * math.exp(-age_days[i] / fade_days) * shown[i]


@njit(cache=True, nogil=True)
def fill_table(weight, topic, boost, drawn, n_drawn, keys, table):
    """Fill `table` (cells, slots) with posts, and put each row in random order.

    All but `n_drawn` slots of a cell go to posts in proportion to `weight` (1 or cells, posts), times `boost` where
    the post's `topic` is the cell, by systematic sampling: a post gets its share of the slots, rounded up or down.
    The others go to posts of `drawn`, by lot. Slots stay -1 where no post has any weight. `keys` (cells,) makes the
    chance of each cell.
    """
    cells, slots = table.shape
    n = weight.shape[1]
    lots = n_drawn if drawn.shape[0] > 0 else 0
    for cell in range(cells):
        row = weight[cell if weight.shape[0] > 1 else 0]
        bits = mix(keys[cell])
        ranked = slots - lots
        total = 0.0
        for i in range(n):
            total += row[i] * (boost if topic[i] == cell else 1.0)
        for j in range(slots):
            table[cell, j] = -1
        if total > 0.0 and ranked > 0:
            step, offset = total / ranked, unit_53(bits)
            below, at, last = 0.0, 0, 0
            for i in range(n):
                own = row[i] * (boost if topic[i] == cell else 1.0)
                if own <= 0.0:
                    continue
                last = i
                below += own
                while at < ranked and (at + offset) * step < below:
                    table[cell, at] = i
                    at += 1
            while at < ranked:  # sums differ in the last bit
                table[cell, at] = last
                at += 1
        for j in range(lots):
            bits = mix(bits)
            table[cell, ranked + j] = drawn[int64(unit_53(bits) * drawn.shape[0])]
        _shuffle(table[cell], bits)


@njit(cache=True, nogil=True)
def shuffle_rows(keys, table):
    """Put each row of `table` (cells, slots) in random order, by the key of its cell."""
    for cell in range(table.shape[0]):
        _shuffle(table[cell], mix(keys[cell]))
