"""Which factors of a study change no bit of its runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def digest_days(daily: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """One row per run: the columns `keys` (point and repetition among them), and a digest of all its days in `days`."""
    import pandas as pd

    measured = daily[[name for name in daily.columns if name not in keys]]
    rows = pd.util.hash_pandas_object(measured, index=False)
    runs = daily.groupby(["point", "repetition"], sort=True)
    found = runs[[*keys]].first()
    found["days"] = [hash(tuple(rows.loc[days.index])) for _, days in runs]
    return found


def unchanged_factors(runs: pd.DataFrame, factors: Sequence[str], column: str) -> list[str]:
    """The factors that change no bit of a column: runs that differ in that factor alone have the same value.

    `runs` has a row per run with the columns seed, the factors and `column`. Factors of a design in which no two
    points differ in one factor alone (a Latin hypercube) are known only where nothing changes the column at all.
    """
    known = runs[runs[column].notna()]
    if not len(known):
        return []
    seeds = known.groupby("seed")
    if (seeds[column].nunique() == 1).all() and (seeds.size() > 1).any():
        return [name for name in factors if known[name].nunique() > 1]
    found = []
    for name in factors:
        cells = known.groupby([*(other for other in factors if other != name), "seed"], dropna=False)
        pairs = cells[name].nunique() > 1
        if pairs.any() and (cells[column].nunique()[pairs] == 1).all():
            found.append(name)
    return found
