"""Formulas of columns of the daily table, such as `likes_farm / reads`: read, checked, and computed day by day."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 400  # characters
NO_FORMULA = (
    "is no formula; it may hold columns of the daily table, numbers, + - * / ** and brackets, and abs, log, max, min "
    "and sqrt"
)
TOO_LONG = "is longer than {most} characters; put it into a function, `measure: file.py:function`"
NO_COLUMN = "names no column of the daily table"
_SIGNS = re.compile(r"[-+*/()]")
_WORDS = {"**": " pow ", "*": " times ", "/": " per ", "+": " plus ", "-": " minus "}
_BINARY: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_UNARY: Mapping[type, Callable[[Any], Any]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
# name: the function, and how many values it takes
_FUNCTIONS: Mapping[str, tuple[Callable[..., Any], int]] = {
    "abs": (np.abs, 1),
    "log": (np.log, 1),
    "max": (np.maximum, 2),
    "min": (np.minimum, 2),
    "sqrt": (np.sqrt, 1),
}


def is_formula(text: str) -> bool:
    """Whether a text is meant as a formula, and not as the name of a measure."""
    return bool(_SIGNS.search(text))


def columns_in(text: str) -> tuple[str, ...]:
    """The columns that a formula names, each once, in order; ValueError when it is no formula or names none."""
    found = tuple(dict.fromkeys(_columns(_parse(text))))
    if not found:
        raise ValueError(NO_COLUMN)
    return found


def evaluate(text: str, daily: pd.DataFrame) -> NDArray[np.float64]:
    """The formula on every day, shape (days,); NaN where it is not finite or a column is missing."""
    columns = {name: _column(daily, name) for name in columns_in(text)}
    with np.errstate(all="ignore"):
        values = np.asarray(_value(_parse(text), columns), np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def name_of_formula(text: str) -> str:
    """A formula as a name: `likes_farm / reads` is `likes_farm_per_reads`."""
    for sign, word in _WORDS.items():
        text = text.replace(sign, word)
    return re.sub(r"\W+", "_", text).strip("_")


def _column(daily: pd.DataFrame, name: str) -> NDArray[np.float64]:
    return daily[name].to_numpy(np.float64) if name in daily.columns else np.full(len(daily), np.nan)


@cache
def _parse(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise ValueError(TOO_LONG.format(most=LONGEST))
    try:
        found = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(NO_FORMULA) from None
    return found


def _columns(node: ast.expr) -> Iterator[str]:
    """The columns that a part names; ValueError for a part that no formula may hold."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        yield from _columns(node.left)
        yield from _columns(node.right)
    elif isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
        yield from _columns(node.operand)
    elif _is_call(node):
        for each in node.args:  # type: ignore[attr-defined]
            yield from _columns(each)
    elif not _is_number(node):
        raise ValueError(NO_FORMULA)


def _value(node: ast.expr, columns: Mapping[str, NDArray[np.float64]]) -> Any:
    """The value of a part that `_columns` has let pass."""
    match node:
        case ast.Name():
            return columns[node.id]
        case ast.BinOp():
            return _BINARY[type(node.op)](_value(node.left, columns), _value(node.right, columns))
        case ast.UnaryOp():
            return _UNARY[type(node.op)](_value(node.operand, columns))
        case ast.Call(func=ast.Name(id=name)):
            return _FUNCTIONS[name][0](*(_value(each, columns) for each in node.args))
        case ast.Constant(value=int() | float() as value):
            return np.float64(value)
    raise ValueError(NO_FORMULA)


def _is_number(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
        and abs(node.value) < float("1e300")
    )


def _is_call(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _FUNCTIONS
        and not node.keywords
        and len(node.args) == _FUNCTIONS[node.func.id][1]
    )
