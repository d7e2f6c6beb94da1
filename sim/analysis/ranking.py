"""Whether the order of the factors has converged as the design grew."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

NOTABLE = 0.1  # of the largest index: what is below does not count for the order of the factors
MOST_NOTABLE = 6
State = Literal["too few parts", "no effect", "nothing significant", "largest not significant", "one factor",
                "stable", "changing"]  # fmt: skip


@dataclass(frozen=True)
class Ranking:
    """The order of the factors by the main index, and whether it is the same in the largest parts of the design.

    `size` and `previous` are the sizes of the two largest parts, `since` the smallest from which on the order has been
    the same (0 where there is no such part). `factors` are those that count, the strongest first; for "changing" the
    two that changed places. `overlapping` holds two of them whose intervals overlap.
    """

    state: State
    size: int = 0
    previous: int = 0
    since: int = 0
    factors: tuple[str, ...] = ()
    overlapping: tuple[str, str] | None = None
    only: bool = False  # no other factor is significant


def rank(convergence: pd.DataFrame) -> Ranking:
    """Compare the order of the factors between growing parts of a design.

    `convergence` has the columns n (size of the part), factor, value, low, high.
    """
    rows = convergence.dropna(subset=["value"])
    sizes = sorted(rows["n"].unique())
    if len(sizes) and not rows["value"].any():
        return Ranking("no effect", int(sizes[-1]), int(sizes[-2]) if len(sizes) > 1 else 0)
    if len(sizes) < 2:
        return Ranking("too few parts")
    size, previous = int(sizes[-1]), int(sizes[-2])
    last = rows[rows["n"] == size]
    largest = float(last["value"].abs().max())
    if largest == 0:
        return Ranking("no effect", size, previous)
    sure = order(last[is_significant(last)])
    if not sure:
        return Ranking("nothing significant", size, previous)
    notable = [name for name in sure if _magnitude(last, name) >= NOTABLE * largest][:MOST_NOTABLE]
    if not notable:
        return Ranking("largest not significant", size, previous, factors=(order(last)[0],))
    if len(notable) == 1:
        since = _since(rows, sizes, lambda names: names[0] == notable[0])
        return Ranking("one factor", size, previous, since, tuple(notable), only=len(sure) == 1)
    before, after = ([n for n in order(rows[rows["n"] == part]) if n in notable] for part in (previous, size))
    if before == after:
        since = _since(rows, sizes, lambda names: [n for n in names if n in notable] == notable)
        return Ranking("stable", size, previous, since, tuple(notable), _tied(last, notable))
    swapped = _swapped(before, after)
    return Ranking("changing", size, previous, 0, swapped, swapped if _overlap(last, *swapped) else None)


def order(rows: pd.DataFrame) -> list[str]:
    """Factors by the size of their index, the largest first."""
    sizes = rows.assign(size=rows["value"].abs()).sort_values("size", ascending=False, kind="stable")
    return list(sizes["factor"])


def is_significant(rows: pd.DataFrame) -> pd.Series[bool]:
    """Which indices differ from 0: their interval leaves out 0, or they have none."""
    return ~((rows["low"] <= 0.0) & (rows["high"] >= 0.0))


def _magnitude(rows: pd.DataFrame, name: str) -> float:
    return abs(float(rows.loc[rows["factor"] == name, "value"].iloc[0]))


def _since(rows: pd.DataFrame, sizes: Sequence[int], same: Callable[[list[str]], bool]) -> int:
    """The smallest part from which on the order has been the same."""
    held = sizes[-1]
    for size in reversed(sizes):
        if not same(order(rows[rows["n"] == size])):
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
    """Whether the intervals of two factors' sizes overlap; two without an interval do not overlap."""
    spans = []
    for name in (first, second):
        row = rows[rows["factor"] == name].iloc[0]
        ends = sorted((abs(float(row["low"])), abs(float(row["high"]))))
        spans.append(ends)
    return bool(spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1])
