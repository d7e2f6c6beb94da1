"""Sensitivity: how much of an outcome each factor decides, with intervals, convergence, and the part that is luck.

Sobol' first and total order indices: estimators of Saltelli et al. 2010 through SALib, bootstrap over base samples.
Morris' mu* and sigma: Morris 1991, Campolongo, Cariboni & Saltelli 2007, through SALib, bootstrap over trajectories.
Latin hypercube: partial rank correlations and standardised regression coefficients (Iman & Conover 1979; Saltelli &
Marivoet 1990), bootstrap over points. Grid: shares of variance (see `anova`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.anova import Luck, grid_shares, luck_of
from sim.studies import designs

if TYPE_CHECKING:
    import pandas as pd

Matrix = NDArray[np.float64]
Row = dict[str, Any]
RESAMPLES = 500
PARTS = (0.25, 0.5, 0.75, 1.0)
FEWEST_BLOCKS = 4
ROUNDING = 1e-20  # of a variance of 1: what a regression leaves unexplained by rounding alone
NOTABLE = 0.1  # of the largest index: what is below does not count for the order of the factors
MAIN = {"sobol": "ST", "morris": "mu_star", "latin_hypercube": "prcc", "grid": "share"}
UNITS = {"sobol": "base samples", "morris": "trajectories", "latin_hypercube": "points", "grid": "repetitions"}


@dataclass(frozen=True)
class Inputs:
    """What an analysis needs: the design, the factors' values at every point, and the outcome of every run.

    `outcome` has shape (points, repetitions), NaN where a run is missing; `steps` are the Morris design's levels.
    """

    design: dict[str, Any]
    factors: pd.DataFrame
    numeric: dict[str, bool]
    outcome: Matrix
    seed: int = 1
    steps: NDArray[np.int64] | None = None

    @property
    def names(self) -> list[str]:
        """Names of the factors."""
        return [str(name) for name in self.factors.columns]

    @property
    def kind(self) -> str:
        """Kind of the design."""
        return str(self.design["kind"])


@dataclass(frozen=True)
class Sensitivity:
    """What was found about one outcome.

    `indices`: index, factor, value, low, high (95 %). `convergence`: the main index of growing parts of the design,
    with the size of each part in column n. `lost` counts points left out because a run of them is missing.
    """

    main: str
    indices: pd.DataFrame
    convergence: pd.DataFrame
    luck: Luck
    verdict: str
    used: int
    lost: int
    r2: dict[str, float]

    def ranked(self) -> list[str]:
        """Factors by the main index, the strongest first."""
        return _order(self.indices[self.indices["index"] == self.main])

    def sure(self) -> list[str]:
        """Those of them that can be told from luck: their interval leaves out 0, or they have none."""
        rows = self.indices[self.indices["index"] == self.main]
        return _order(rows[_told_from_0(rows)])


def analyse(inputs: Inputs) -> Sensitivity:
    """Indices of all factors, from the means over repetitions, and how they settled as the design grew."""
    import pandas as pd

    whole = np.asarray(~np.isnan(inputs.outcome).any(axis=1))
    keep = _whole_blocks(whole, _block(inputs))
    main = MAIN[inputs.kind]
    rows, r2 = _indices(inputs, keep, 1.0) if keep.any() else ([], {})
    grown: list[Row] = []
    for part, size in _parts(inputs, keep) if keep.any() else ():
        found = rows if part == 1.0 else _indices(inputs, keep, part)[0]
        grown += [{"n": size, **row} for row in found if row["index"] == main]
    columns = ["index", "factor", "value", "low", "high"]
    indices = pd.DataFrame(rows, columns=columns)
    convergence = pd.DataFrame(grown, columns=["n", *columns])
    return Sensitivity(
        main,
        indices,
        convergence,
        luck_of(inputs.outcome[keep]),
        verdict(convergence, UNITS[inputs.kind]),
        int(keep.sum()),
        int((~keep).sum()),
        r2,
    )


# -- parts of a design ------------------------------------------------------------------------------------


def _block(inputs: Inputs) -> int:
    if inputs.kind == "sobol":
        return 2 * inputs.factors.shape[1] + 2 if inputs.design["second_order"] else inputs.factors.shape[1] + 2
    return inputs.factors.shape[1] + 1 if inputs.kind == "morris" else 1


def _whole_blocks(whole: NDArray[np.bool_], block: int) -> NDArray[np.bool_]:
    """A Saltelli block or a trajectory with a gap is of no use."""
    return np.repeat(whole.reshape(-1, block).all(axis=1), block)


def _sizes(inputs: Inputs, keep: NDArray[np.bool_]) -> int:
    return inputs.outcome.shape[1] if inputs.kind == "grid" else int(keep.sum()) // _block(inputs)


def _parts(inputs: Inputs, keep: NDArray[np.bool_]) -> list[tuple[float, int]]:
    """Shares of the design, and how many blocks (points, repetitions) each is; those too small are left out."""
    n = _sizes(inputs, keep)
    fewest = {"grid": min(2, n), "morris": 2, "latin_hypercube": inputs.factors.shape[1] + 4}.get(
        inputs.kind, FEWEST_BLOCKS
    )
    sizes = {max(1, round(part * n)): part for part in PARTS}
    return [(1.0 if size == n else part, size) for size, part in sizes.items() if size >= fewest]


def _indices(inputs: Inputs, keep: NDArray[np.bool_], part: float) -> tuple[list[Row], dict[str, float]]:
    n = max(1, round(part * _sizes(inputs, keep)))
    if inputs.kind == "grid":
        return grid_shares(inputs.factors[keep], inputs.outcome[keep][:, :n]), {}
    rows = np.flatnonzero(keep)[: n * _block(inputs)]
    if len(rows) == 0:
        return [], {}
    y = inputs.outcome[rows].mean(axis=1)
    if np.ptp(y) <= 1e-12 * max(1.0, float(np.abs(y).max())):
        return [_row(MAIN[inputs.kind], name, 0.0, 0.0, 0.0) for name in inputs.names], {}
    if inputs.kind == "sobol":
        return _sobol(inputs, y), {}
    if inputs.kind == "morris":
        assert inputs.steps is not None
        return _morris(inputs, inputs.steps[rows] / (inputs.design["levels"] - 1), y), {}
    return _regression(inputs, inputs.factors.iloc[rows], y)


def _row(index: str, factor: str, value: float, low: float, high: float) -> Row:
    return {"index": index, "factor": factor, "value": float(value), "low": float(low), "high": float(high)}


# -- Sobol' and Morris ------------------------------------------------------------------------------------


def _sobol(inputs: Inputs, y: Matrix) -> list[Row]:
    names = inputs.names
    problem = designs.problem(len(names)) | {"names": names}
    second = bool(inputs.design["second_order"])
    found = designs.salib("analyze.sobol").analyze(
        problem, y, calc_second_order=second, num_resamples=RESAMPLES, seed=_nonzero(inputs.seed)
    )
    rows = [
        _row(index, name, v, v - half, v + half)
        for index in ("S1", "ST")
        for name, v, half in zip(names, found[index], found[f"{index}_conf"], strict=True)
    ]
    for i, first in enumerate(names if second else []):
        for j in range(i + 1, len(names)):
            v, half = found["S2"][i, j], found["S2_conf"][i, j]
            rows.append(_row("S2", f"{first} × {names[j]}", v, v - half, v + half))
    return rows


def _nonzero(seed: int) -> int:
    """SALib takes a seed of 0 for none, and then draws from NumPy's global state."""
    return seed + 1


def _morris(inputs: Inputs, x: Matrix, y: Matrix) -> list[Row]:
    names, levels = inputs.names, int(inputs.design["levels"])
    luck = np.random.default_rng([inputs.seed, designs.DESIGN_STREAM])
    found = designs.salib("analyze.morris").analyze(
        designs.problem(len(names)) | {"names": names}, x, y, num_levels=levels, num_resamples=RESAMPLES, seed=luck
    )
    effects = elementary_effects(x, y)
    resampled = luck.integers(len(effects), size=(RESAMPLES, len(effects)))
    rows = []
    for j, name in enumerate(names):
        mu_star, half = float(found["mu_star"][j]), float(found["mu_star_conf"][j])
        rows.append(_row("mu_star", name, mu_star, max(0.0, mu_star - half), mu_star + half))
        mean, spread = effects[:, j][resampled].mean(axis=1), effects[:, j][resampled].std(axis=1, ddof=1)
        rows.append(_row("mu", name, found["mu"][j], *np.quantile(mean, (0.025, 0.975))))
        rows.append(_row("sigma", name, found["sigma"][j], *np.quantile(spread, (0.025, 0.975))))
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


# -- Latin hypercube --------------------------------------------------------------------------------------


def _regression(inputs: Inputs, factors: pd.DataFrame, y: Matrix) -> tuple[list[Row], dict[str, float]]:
    """Partial rank correlations, standardised coefficients, and what R2 loses without each factor."""
    numeric = [name for name in inputs.names if inputs.numeric[name] and factors[name].nunique() > 1]
    named = {name: _dummies(factors[name]) for name in inputs.names if not inputs.numeric[name]}
    x = factors[numeric].to_numpy(float)
    extra = np.hstack([np.empty((len(y), 0)), *named.values()])
    if len(y) < x.shape[1] + extra.shape[1] + 4:
        return [], {}
    luck = np.random.default_rng([inputs.seed, designs.DESIGN_STREAM])
    draws = luck.integers(len(y), size=(RESAMPLES, len(y)))
    rows: list[Row] = []
    for index, measure in (("prcc", _prcc), ("src", _src)):
        low, high = np.nanquantile([measure(x[d], extra[d], y[d]) for d in draws], (0.025, 0.975), axis=0)
        rows += [_row(index, *each) for each in zip(numeric, measure(x, extra, y), low, high, strict=True)]
    full = np.hstack([x, extra])
    r2 = {"R2": _r2(full, y), "rank R2": _r2(np.hstack([_ranks(x), extra]), _ranks(y[:, None])[:, 0])}
    for name, columns in named.items():
        others = np.hstack([x, *(c for other, c in named.items() if other != name), np.empty((len(y), 0))])
        lost = _lost(others, columns, y)
        low, high = np.quantile([_lost(others[d], columns[d], y[d]) for d in draws], (0.025, 0.975))
        rows.append(_row("share", name, lost, low, high))
    return rows, r2


def _lost(others: Matrix, columns: Matrix, y: Matrix) -> float:
    return max(0.0, _r2(np.hstack([others, columns]), y) - _r2(others, y))


def _dummies(series: pd.Series) -> Matrix:
    levels = list(dict.fromkeys(series))
    return np.array([[float(value == level) for level in levels[1:]] for value in series]).reshape(len(series), -1)


def _ranks(x: Matrix) -> Matrix:
    from scipy.stats import rankdata

    return np.asarray(rankdata(x, axis=0), float)


def _prcc(x: Matrix, extra: Matrix, y: Matrix) -> Matrix:
    """Partial correlations of ranks, from the slopes of their regression and what it leaves unexplained.

    Where nothing is left, as when the outcome rises with one factor alone, the correlation is the slope's sign.
    """
    ranks, outcome = _standard(np.hstack([_ranks(x), extra])), _standard(_ranks(y[:, None]))[:, 0]
    inverse = np.linalg.pinv(ranks.T @ ranks, hermitian=True)
    slopes = inverse @ (ranks.T @ outcome)
    rest = max(float(((outcome - ranks @ slopes) ** 2).sum()), ROUNDING)
    size = np.sqrt(slopes**2 + rest * np.abs(np.diag(inverse)))
    return np.asarray(slopes / np.where(size > 0, size, 1.0))[: x.shape[1]]


def _standard(columns: Matrix) -> Matrix:
    """Columns of mean 0 and length 1; those that do not vary are all 0."""
    centred = columns - columns.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    return np.asarray(centred / np.where(length > 0, length, 1.0))


def _src(x: Matrix, extra: Matrix, y: Matrix) -> Matrix:
    """Coefficients of the regression when outcome and factors are measured in their standard deviations."""
    slopes = _fit(np.hstack([x, extra]), y)[: x.shape[1]]
    spread = y.std()
    return np.asarray(slopes * x.std(axis=0) / (spread if spread > 0 else 1.0))


def _fit(x: Matrix, y: Matrix) -> Matrix:
    found: Matrix = np.linalg.lstsq(x - x.mean(axis=0), y - y.mean(), rcond=None)[0]
    return found


def _r2(x: Matrix, y: Matrix) -> float:
    total = float(((y - y.mean()) ** 2).sum())
    rest = y - y.mean() - (x - x.mean(axis=0)) @ _fit(x, y)
    return 1.0 - float((rest**2).sum()) / total if total > 0 else 0.0


# -- whether it has settled -------------------------------------------------------------------------------


def _order(rows: pd.DataFrame) -> list[str]:
    sizes = rows.assign(size=rows["value"].abs()).sort_values("size", ascending=False, kind="stable")
    return list(sizes["factor"])


def verdict(convergence: pd.DataFrame, unit: str) -> str:
    """One sentence: whether the order of the factors has settled, and between which it has not."""
    rows = convergence.dropna(subset=["value"])
    sizes = sorted(rows["n"].unique())
    if len(sizes) < 2:
        return f"There are too few {unit} to see whether the order of the factors has settled."
    last = rows[rows["n"] == sizes[-1]]
    largest = float(last["value"].abs().max())
    if largest == 0:
        return "The outcome does not move with any factor."
    sure = _order(last[_told_from_0(last)])
    if not sure:
        return f"No factor can be told from luck: with {sizes[-1]} {unit} every interval holds 0."
    notable = [name for name in sure if _size(last, name) >= NOTABLE * largest][:6]
    if not notable:
        return (
            f"The ranking is not settled: the largest index, of {_order(last)[0]}, cannot be told from luck; ask for "
            f"more {unit}."
        )
    if len(notable) == 1:
        held = _since(rows, sizes, lambda order: order[0] == notable[0])
        only = f"{notable[0]} is the only one that {'counts' if len(sure) == 1 else 'counts for much'}"
        return f"The ranking is stable: {only}, as it has been since {held} of {sizes[-1]} {unit}."
    orders = {size: [n for n in _order(rows[rows["n"] == size]) if n in notable] for size in sizes}
    if orders[sizes[-1]] == orders[sizes[-2]]:
        held = _since(rows, sizes, lambda order: [n for n in order if n in notable] == notable)
        tied = _tied(last, notable)
        close = f", though the intervals of {tied[0]} and {tied[1]} overlap" if tied else ""
        return (
            f"The ranking of the factors that count is stable: {', '.join(notable)}, unchanged since {held} of "
            f"{sizes[-1]} {unit}{close}."
        )
    first, second = _swapped(orders[sizes[-2]], orders[sizes[-1]])
    overlap = "overlap, so they may count alike" if _overlap(last, first, second) else "do not overlap any more"
    return (
        f"The ranking is not settled: {first} and {second} changed places between {sizes[-2]} and {sizes[-1]} {unit} "
        f"(their intervals {overlap}); ask for more {unit} before relying on their order."
    )


def _told_from_0(rows: pd.DataFrame) -> pd.Series[bool]:
    """Which indices can be told from 0; those without an interval are taken as they are."""
    return ~((rows["low"] <= 0.0) & (rows["high"] >= 0.0))


def _size(rows: pd.DataFrame, name: str) -> float:
    return abs(float(rows.loc[rows["factor"] == name, "value"].iloc[0]))


def _since(rows: pd.DataFrame, sizes: Sequence[int], same: Callable[[list[str]], bool]) -> int:
    """The smallest part from which on the order has been the same."""
    held = sizes[-1]
    for size in reversed(sizes):
        if not same(_order(rows[rows["n"] == size])):
            break
        held = size
    return int(held)


def _swapped(before: list[str], after: list[str]) -> tuple[str, str]:
    for i, name in enumerate(after):
        for other in after[i + 1 :]:
            if name in before and other in before and before.index(name) > before.index(other):
                return name, other
    return after[0], after[-1]


def _tied(rows: pd.DataFrame, ranked: list[str]) -> tuple[str, str] | None:
    return next(((a, b) for a, b in itertools.pairwise(ranked) if _overlap(rows, a, b)), None)


def _overlap(rows: pd.DataFrame, first: str, second: str) -> bool:
    """Whether the intervals of two factors' sizes overlap; of no interval, nothing is said."""
    spans = []
    for name in (first, second):
        row = rows[rows["factor"] == name].iloc[0]
        ends = sorted((abs(float(row["low"])), abs(float(row["high"]))))
        spans.append(ends)
    return bool(spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1])
