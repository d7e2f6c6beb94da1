"""Claims about a world: values made of figures, seed by seed, and whether they are kept.

A claim is kept when the whole interval of its value lies beyond the smallest effect that matters, on the side claimed,
and its control vanishes, which is tested by equivalence (two one-sided tests): a missing significance shows nothing.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

if TYPE_CHECKING:
    import pandas as pd

LEVEL, EQUIVALENCE_LEVEL = 0.95, 0.90  # two one-sided tests at 5 % are the 90 % interval inside the margin
FEWEST_SEEDS = 2
KEPT, NOT_KEPT, NOT_KNOWN = "kept", "not kept", "not known"
VANISHES, REMAINS = "vanishes", "remains"
BAD_EXPRESSION = "'{text}' is no value of figures: it may hold world.figure, numbers, + - * / and brackets"
_OPERATORS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class Found(NamedTuple):
    """What was found about a claim: its value over seeds, its control, and the verdict."""

    n: int
    mean: float
    low: float
    high: float
    control: float
    control_verdict: str
    verdict: str


def names_in(expression: str) -> list[tuple[str, str]]:
    """The (world, figure) pairs of an expression, in order; ValueError for anything else than arithmetic of figures."""
    return list(_figures(_parse(expression), expression))


def evaluate(expression: str, runs: pd.DataFrame) -> NDArray[np.float64]:
    """The value of an expression under every seed that all its worlds have run with (float64, one entry a seed).

    `runs` has the columns seed and world, and one column for each figure.
    """
    by_world = {str(world): rows.set_index("seed") for world, rows in runs.groupby("world")}
    worlds = dict.fromkeys(world for world, _ in names_in(expression))
    missing = [world for world in worlds if world not in by_world]
    if missing:
        raise KeyError(missing[0])
    common = sorted(set.intersection(*(set(by_world[world].index) for world in worlds)))

    def figure(world: str, name: str) -> Any:
        return by_world[world].loc[common, name].to_numpy(float)

    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.asarray(_walk(_parse(expression), expression, figure), float)
    return np.where(np.isfinite(values), values, np.nan)


def verdict_on(
    value: NDArray[np.float64],
    control: NDArray[np.float64] | None,
    sign: str | None,
    smallest: float,
    null: float = 0.0,
    between: tuple[float, float] | None = None,
) -> Found:
    """Whether a claim is kept; `sign` is "+" or "-" against `null`, or the value lies `between` two numbers."""
    n, mean, low, high = interval(value, LEVEL)
    if between is not None:
        verdict = _inside(low, high, *between)
    else:
        above = sign == "+"
        bound = null + smallest if above else null - smallest
        verdict = _beyond(low, high, bound) if above else _beyond(-high, -low, -bound)
    if control is None:
        return Found(n, mean, low, high, math.nan, "", verdict)
    _, control_mean, control_low, control_high = interval(control, EQUIVALENCE_LEVEL)
    vanishes = _inside(control_low, control_high, null - smallest, null + smallest)
    control_verdict = {KEPT: VANISHES, NOT_KEPT: REMAINS, NOT_KNOWN: NOT_KNOWN}[vanishes]
    if verdict == KEPT and vanishes != KEPT:
        verdict = vanishes
    return Found(n, mean, low, high, control_mean, control_verdict, verdict)


def interval(values: NDArray[np.float64], level: float) -> tuple[int, float, float, float]:
    """Number of values, their mean and its Student interval; NaN values are left out."""
    good = values[~np.isnan(values)]
    n = len(good)
    if n < FEWEST_SEEDS:
        return n, float(good.mean()) if n else math.nan, math.nan, math.nan
    mean = float(good.mean())
    half = float(stats.sem(good) * stats.t.ppf(1 - (1 - level) / 2, n - 1))
    return n, mean, mean - half, mean + half


def _beyond(low: float, high: float, bound: float) -> str:
    """Whether an interval lies at or above a bound."""
    if math.isnan(low):
        return NOT_KNOWN
    return KEPT if low >= bound else NOT_KEPT if high < bound else NOT_KNOWN


def _inside(low: float, high: float, least: float, most: float) -> str:
    """Whether an interval lies inside a range, outside it, or neither."""
    if math.isnan(low):
        return NOT_KNOWN
    if least <= low and high <= most:
        return KEPT
    return NOT_KEPT if high < least or low > most else NOT_KNOWN


def _parse(expression: str) -> ast.expr:
    try:
        return ast.parse(expression, mode="eval").body
    except SyntaxError:
        raise ValueError(BAD_EXPRESSION.format(text=expression)) from None


def _walk(node: ast.expr, text: str, figure: Callable[[str, str], Any]) -> Any:
    """The value of a parsed expression, its figures looked up by `figure`."""
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = (_walk(side, text, figure) for side in (node.left, node.right))
        return _OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return figure(node.value.id, node.attr)
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    raise ValueError(BAD_EXPRESSION.format(text=text))


def _figures(node: ast.expr, text: str) -> Iterator[tuple[str, str]]:
    """The figures that a parsed expression names, from left to right."""
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        yield from _figures(node.left, text)
        yield from _figures(node.right, text)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        yield node.value.id, node.attr
    elif not (isinstance(node, ast.Constant) and isinstance(node.value, int | float)):
        raise ValueError(BAD_EXPRESSION.format(text=text))
