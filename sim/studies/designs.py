"""Designs: which settings of the factors a study runs. The same seed gives the same points, to the bit."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.design_data import DESIGN_STREAM
from sim.analysis.salib import needs_salib, unit_problem
from sim.studies.schema import Grid, LatinHypercube, Morris, Sobol

if TYPE_CHECKING:
    from sim.studies.factors import Axis

Design = Grid | LatinHypercube | Sobol | Morris
Units = NDArray[np.float64]
# Morris' outermost steps on a distribution without end stand at these quantiles
CUT = 0.01


def size(design: Design, axes: Sequence[Axis]) -> int:
    """How many points a design has."""
    k = len(axes)
    if isinstance(design, Grid):
        return math.prod(len(axis.grid()) for axis in axes)
    if isinstance(design, LatinHypercube):
        return design.samples
    if isinstance(design, Sobol):
        return design.samples * block(design, k)
    return design.trajectories * block(design, k)


def block(design: Design, factors: int) -> int:
    """Points that belong together: a Saltelli block, a trajectory; 1 in the other designs."""
    if isinstance(design, Sobol):
        return 2 * factors + 2 if design.second_order else factors + 2
    return factors + 1 if isinstance(design, Morris) else 1


def refusals(design: Design, axes: Iterable[Axis]) -> list[tuple[Axis, str, str]]:
    """Factors that a design cannot take: the factor, the key of it that is at fault, and what to do."""
    found = []
    for axis in axes:
        if isinstance(design, Grid) and not axis.grid():
            key = "range" if axis.spread is not None and axis.spread.range else "distribution"
            message = "a grid needs to know how many values to take of it: add `levels: 5`, or list `values`"
            found.append((axis, key, message))
        elif isinstance(design, Sobol | Morris) and not axis.is_number:
            word = "Sobol' indices" if isinstance(design, Sobol) else "Morris' elementary effects"
            message = (
                f"{word} need factors that are numbers, and this one's levels are names: take a grid or a "
                "latin_hypercube, or run the study once for each level"
            )
            found.append((axis, "", message))
    return found


def settings(design: Design, axes: Sequence[Axis], seed: int) -> list[dict[str, Any]]:
    """The factors' values at every point, in the order of the design."""
    if isinstance(design, Grid):
        combinations = itertools.product(*(axis.grid() for axis in axes))
        return [dict(zip((axis.name for axis in axes), values, strict=True)) for values in combinations]
    units = unit_points(design, len(axes), seed)
    columns = {axis.name: axis.values(_cut(design, axis, units[:, i])) for i, axis in enumerate(axes)}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _cut(design: Design, axis: Axis, unit: Units) -> Units:
    return CUT + (1 - 2 * CUT) * unit if isinstance(design, Morris) and axis.unbounded else unit


def unit_points(design: LatinHypercube | Sobol | Morris, factors: int, seed: int) -> Units:
    """Points in the unit cube, shape (points, factors).

    Latin hypercube: McKay, Beckman & Conover 1979. Sobol': scrambled sequence in Saltelli's scheme (Saltelli et al.
    2010), A, the A-with-one-column-of-B, (B-with-one-of-A,) and B of each base point in a row. Morris: trajectories of
    one step a factor (Morris 1991, as sampled by SALib).
    """
    random = np.random.default_rng([seed, DESIGN_STREAM])
    if isinstance(design, LatinHypercube):
        from scipy.stats import qmc

        points: Units = qmc.LatinHypercube(factors, seed=random).random(design.samples)
        return points
    with needs_salib():
        from SALib.sample import morris, sobol
    if isinstance(design, Sobol):
        made = sobol.sample(unit_problem(factors), design.samples, calc_second_order=design.second_order, seed=random)
    else:
        made = morris.sample(unit_problem(factors), design.trajectories, num_levels=design.levels, seed=random)
    return np.asarray(made, float)
