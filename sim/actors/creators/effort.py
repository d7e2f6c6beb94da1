"""How creators learn how much effort pays.

Every post is made with a little more or a little less effort than usual; once the post's numbers are in, its author
correlates them with the difference (Kiefer & Wolfowitz 1952, one coordinate). Where likes come from effort the two go
together; where they come from a farm they do not, and what is left is the cost (article, S10: creators who judge by
inflated counts lose sight of quality).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.kernels.scales import TINY
from sim.scenario.schema.creators import CreatorsSection
from sim.world.creators import Creators


def perceive_success(
    anxiety: NDArray[np.floating], visible_likes: NDArray[np.number], reads: NDArray[np.number]
) -> NDArray[np.float64]:
    """Success as creators see it, in log units: the more anxious, the more by likes instead of reads (S10, S18)."""
    by_likes = anxiety.astype(np.float64)
    return by_likes * _log1p(visible_likes) + (1.0 - by_likes) * _log1p(reads)


def learn_from_posts(
    creators: Creators,
    authors: Iterable[int],
    directions: Iterable[int],
    successes: Iterable[float],
    opts: CreatorsSection,
) -> None:
    """Let authors (rows) take in posts, one after another: the `directions` of their trials (1 or -1), and successes.

    One post counts at most `creators.surprise_max` above or below the mean: an extreme one would outweigh months.
    """
    memory, new, most = opts.effort_memory, 1.0 - opts.effort_memory, opts.surprise_max
    columns = creators.effort_posts, creators.effort_mean, creators.effort_slope, creators.effort_weight
    # as Python's numbers, which are faster one by one
    posts, mean, slope, weight = (column.tolist() for column in columns)
    for row, direction, success in zip(authors, directions, successes, strict=True):
        if weight[row] == 0.0:
            mean[row] = success
        posts[row] += 1
        weight[row] = memory * weight[row] + 1.0 - memory
        surprise = success - mean[row]
        mean[row] += new * surprise
        slope[row] = memory * slope[row] + new * max(-most, min(most, surprise)) * direction
    for column, learnt in zip(columns, (posts, mean, slope, weight), strict=True):
        column[:] = learnt


def gradients(creators: Creators, rows: NDArray[np.integer], opts: CreatorsSection) -> NDArray[np.float64]:
    """Log success gained per unit of effort, as far as the creators `rows` have learnt it.

    `creators.effort_prior` holds until the posts outweigh it, and for ever where trials have no size.
    """
    prior, size = opts.effort_prior, opts.effort_experiment
    if size == 0.0:
        return np.full(len(rows), prior)
    weight = creators.effort_weight[rows]
    learnt = creators.effort_slope[rows] / np.where(weight > 0.0, weight, 1.0) / size
    doubt = opts.effort_prior_posts / (opts.effort_prior_posts + creators.effort_posts[rows])
    return doubt * prior + (1.0 - doubt) * learnt


def revise_effort(
    effort: NDArray[np.float64], gain_cny: NDArray[np.float64], cost_cny: NDArray[np.float64], opts: CreatorsSection
) -> NDArray[np.float64]:
    """Effort after a step along marginal gain less marginal cost (CNY per unit of effort), up to 1.

    `creators.effort_pace` is the largest step; the smaller `creators.effort_softness`, the sooner it is reached.
    """
    surplus = (gain_cny - cost_cny) / np.maximum(cost_cny, TINY) / opts.effort_softness
    step = opts.effort_pace * np.array(list(map(math.tanh, surplus.tolist())))
    return np.minimum(1.0, np.maximum(opts.effort_min, effort + step))


def _log1p(numbers: NDArray[np.number]) -> NDArray[np.float64]:
    # NumPy's logarithms depend on the vector instructions of the processor, those of `math` do not
    return np.array(list(map(math.log1p, numbers.tolist())))
