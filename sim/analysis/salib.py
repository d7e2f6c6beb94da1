"""Sobol' and Morris indices through SALib.

First and total order indices: estimators of Saltelli et al. 2010, bootstrap over base samples. mu* and sigma: Morris
1991, Campolongo, Cariboni & Saltelli 2007, bootstrap over trajectories.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from sim.analysis.design_data import DESIGN_STREAM, RESAMPLES, Inputs, Matrix, Row, index_row
from sim.core.errors import RunError

NOT_INSTALLED = "sobol and morris designs need SALib: pip install 'gresham[sensitivity]'"


@contextmanager
def needs_salib() -> Iterator[None]:
    """RunError, with what to install, where SALib is imported in the block and is missing: it is an optional extra."""
    try:
        yield
    except ImportError:
        raise RunError(NOT_INSTALLED) from None


def unit_problem(factors: int) -> dict[str, Any]:
    """SALib's description of so many factors in the unit cube."""
    return {
        "num_vars": factors,
        "names": [f"x{i}" for i in range(factors)],
        "bounds": [[0.0, 1.0]] * factors,
    }


def sobol_indices(inputs: Inputs, y: Matrix) -> list[Row]:
    """First and total order indices, and those of pairs where the design has them; `y` has shape (points,)."""
    with needs_salib():
        from SALib.analyze.sobol import analyze
    names = inputs.names
    problem = unit_problem(len(names)) | {"names": names}
    second = bool(inputs.design["second_order"])
    found = analyze(problem, y, calc_second_order=second, num_resamples=RESAMPLES, seed=_nonzero(inputs.seed))
    rows = [
        index_row(index, name, v, v - half, v + half)
        for index in ("S1", "ST")
        for name, v, half in zip(names, found[index], found[f"{index}_conf"], strict=True)
    ]
    for i, first in enumerate(names if second else []):
        for j in range(i + 1, len(names)):
            v, half = found["S2"][i, j], found["S2_conf"][i, j]
            rows.append(index_row("S2", f"{first} × {names[j]}", v, v - half, v + half))
    return rows


def _nonzero(seed: int) -> int:
    """SALib takes a seed of 0 for none, and then draws from NumPy's global state."""
    return seed + 1


def morris_indices(inputs: Inputs, x: Matrix, y: Matrix) -> list[Row]:
    """mu*, mu and sigma of every factor; `x` has shape (points, factors) in 0..1, `y` (points,)."""
    with needs_salib():
        from SALib.analyze.morris import analyze
    names, levels = inputs.names, int(inputs.design["levels"])
    random = np.random.default_rng([inputs.seed, DESIGN_STREAM])
    found = analyze(
        unit_problem(len(names)) | {"names": names}, x, y, num_levels=levels, num_resamples=RESAMPLES, seed=random
    )
    effects = elementary_effects(x, y)
    resampled = random.integers(len(effects), size=(RESAMPLES, len(effects)))
    rows = []
    for j, name in enumerate(names):
        mu_star, half = float(found["mu_star"][j]), float(found["mu_star_conf"][j])
        rows.append(index_row("mu_star", name, mu_star, max(0.0, mu_star - half), mu_star + half))
        mean, spread = effects[:, j][resampled].mean(axis=1), effects[:, j][resampled].std(axis=1, ddof=1)
        rows.append(index_row("mu", name, found["mu"][j], *np.quantile(mean, (0.025, 0.975))))
        rows.append(index_row("sigma", name, found["sigma"][j], *np.quantile(spread, (0.025, 0.975))))
    return rows


def elementary_effects(x: Matrix, y: Matrix) -> Matrix:
    """Change of the outcome per change of a factor over its whole range, shape (trajectories, factors)."""
    k = x.shape[1]
    xs, ys = x.reshape(-1, k + 1, k), y.reshape(-1, k + 1)
    moved = np.diff(xs, axis=1)  # one factor a step
    factor = np.abs(moved).argmax(axis=2)
    slope = np.diff(ys, axis=1) / np.take_along_axis(moved, factor[:, :, None], axis=2)[:, :, 0]
    effects = np.empty((len(xs), k))
    np.put_along_axis(effects, factor, slope, axis=1)
    return effects
