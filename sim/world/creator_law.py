"""How popular creators are and how often they post: two heavy-tailed laws that go together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.random_streams import standard_normals
from sim.kernels.scales import EVEN_VARIANCE, HALVINGS, TALENT_DRAWS, TINY

if TYPE_CHECKING:
    from sim.core.random_streams import RandomStreams
    from sim.scenario.schema.creators import CreatorsSection


@dataclass(frozen=True)
class CreatorScales:
    """What the creators of the start were like as a whole, by which newcomers are measured as well.

    `popularity` is the lognormal at which popularity is one half; `rate` makes the mean of the creators' posts a day,
    within the bounds, what the scenario says. A newcomer's numbers so depend on its own draws alone.
    """

    popularity: float = 1.0
    rate: float = 1.0


@dataclass(frozen=True)
class CreatorDraws:
    """Lognormal factors of some creators, before they are scaled (float64, one entry each)."""

    popularity: NDArray[np.float64]
    rate: NDArray[np.float64]


def draw_creators(
    opts: CreatorsSection, rng: RandomStreams, entity: NDArray[np.int64], talent_draws: NDArray[np.float64]
) -> CreatorDraws:
    """Popularity and posting rate of creators (`entity`), given the sum of the two draws that made their talent."""
    spread = math.sqrt(EVEN_VARIANCE / TALENT_DRAWS)
    talent = (talent_draws / TALENT_DRAWS - 1 / 2) / spread  # of mean 0 and variance 1
    popular = _correlated(opts.popularity_talent, talent, _normal(rng, entity, 0))
    busy = _correlated(opts.rate_popularity, popular, _normal(rng, entity, 2))
    return CreatorDraws(_lognormal(opts.popularity_sigma, popular), _lognormal(opts.rate_sigma, busy))


def find_scales(opts: CreatorsSection, draws: CreatorDraws) -> CreatorScales:
    """The scales of a population, from the draws of all who are there at the start."""
    cap = float(np.quantile(draws.popularity, opts.popularity_cap))
    least, most = TINY / float(draws.rate.max()), max(1.0, opts.rate_max) / float(draws.rate.min())
    for _ in range(HALVINGS):
        middle = math.sqrt(least * most)
        if math.fsum(_bounded(opts, middle * draws.rate)) < len(draws.rate):
            least = middle
        else:
            most = middle
    return CreatorScales(cap, most)


def popularity(scales: CreatorScales, draws: CreatorDraws) -> NDArray[np.float64]:
    """Popularity, 0..1: in proportion to the lognormal while that is small, and never above 1."""
    return draws.popularity / (draws.popularity + scales.popularity)


def posts_per_day(opts: CreatorsSection, scales: CreatorScales, draws: CreatorDraws) -> NDArray[np.float64]:
    """Posts a day, within the bounds."""
    return opts.posts_per_day * _bounded(opts, scales.rate * draws.rate)


def _bounded(opts: CreatorsSection, rate: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(rate, opts.rate_min, opts.rate_max)


def _normal(rng: RandomStreams, entity: NDArray[np.int64], draw: int) -> NDArray[np.float64]:
    """Standard normal numbers of two draws each; by `math`, so that every machine gets the same bits."""
    u, v = (rng.uniform_array("popularity", 0, entity, draw + k) for k in (0, 1))
    return standard_normals(u, v)


def _correlated(rho: float, with_: NDArray[np.float64], own: NDArray[np.float64]) -> NDArray[np.float64]:
    return rho * with_ + math.sqrt(1 - rho * rho) * own


def _lognormal(sigma: float, z: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([math.exp(sigma * each) for each in z.tolist()])
