"""Means of an outcome by the level of a factor, and by the levels of two, with intervals.

Repetition r has the same seed at every point, so an effect that a seed has on all points says nothing about their
differences. In a grid this effect is removed before the intervals are computed (Cousineau 2005, with the factor of
Morey 2008): 95 % intervals for comparing levels, by Student's t over repetitions. In the other designs the intervals
are those of the mean over the points in a bin, by Student's t over points.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.findings import Findings

FEW = 12  # up to so many values of a factor are shown one by one
BINS = 5


def by_factor(findings: Findings, outcome: str, factors: Sequence[str]) -> pd.DataFrame:
    """One row per factor and level: factor, level, at, mean, low, high, runs. `at` is the middle of a bin."""
    import pandas as pd

    found = [_one(findings, outcome, name).assign(factor=name) for name in factors]
    columns = ["factor", "level", "at", "mean", "low", "high", "runs"]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def by_two(findings: Findings, outcome: str, first: str, second: str) -> pd.DataFrame:
    """One row per pair of levels of a grid: the two factors, mean, low, high, runs; over all other factors."""
    rows = _complete(findings, outcome)
    return _grid_means(rows, [first, second])


def _one(findings: Findings, outcome: str, name: str) -> pd.DataFrame:
    rows = _complete(findings, outcome)
    values = rows[name]
    if findings.design["kind"] == "grid":
        means = _grid_means(rows, [name]).rename(columns={name: "at"})
        return means.assign(level=[level_text(value) for value in means["at"]])
    points = rows.groupby("point", sort=True).agg(value=(name, "first"), y=("y", "mean"), n=("y", "size"))
    if values.nunique() <= FEW or not findings.about["varied"][name]["number"]:
        groups = [(level_text(value), value, points[points["value"] == value]) for value in _in_order(values)]
    else:
        groups = _bins(points)
    return _group_means(groups)


def _bins(points: pd.DataFrame) -> list[tuple[str, Any, pd.DataFrame]]:
    """Groups of equal numbers of points, from low to high."""
    ranked = points.sort_values("value", kind="stable")
    parts = [ranked.iloc[part] for part in np.array_split(np.arange(len(ranked)), BINS) if len(part)]
    return [
        (f"{level_text(p['value'].iloc[0])} to {level_text(p['value'].iloc[-1])}", float(p["value"].median()), p)
        for p in parts
    ]


def _group_means(groups: list[tuple[str, Any, pd.DataFrame]]) -> pd.DataFrame:
    import pandas as pd
    from scipy.stats import t

    rows = []
    for text, at, group in groups:
        n, mean = len(group), float(group["y"].mean())
        half = float(t.ppf(0.975, n - 1) * group["y"].std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")
        interval = {"mean": mean, "low": mean - half, "high": mean + half}
        rows.append({"level": text, "at": at, **interval, "runs": int(group["n"].sum())})
    return pd.DataFrame(rows, columns=["level", "at", "mean", "low", "high", "runs"])


def _complete(findings: Findings, outcome: str) -> pd.DataFrame:
    """Runs of the points that have all their repetitions, with the outcome in column y."""
    matrix = findings.matrix(outcome)
    whole = findings.points["point"].to_numpy()[~np.isnan(matrix).any(axis=1)]
    rows = findings.values[findings.values["point"].isin(whole)]
    return rows[["point", "repetition", *findings.factors]].assign(y=rows[outcome].astype(float))


def _grid_means(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    from scipy.stats import t

    centred = rows["y"] - rows.groupby("repetition")["y"].transform("mean") + rows["y"].mean()
    each = rows.assign(y=centred).groupby([*names, "repetition"], sort=False)["y"].mean()
    cells = each.groupby(level=names, sort=False)
    levels, r = cells.ngroups, rows["repetition"].nunique()
    frame = rows.groupby(names, sort=False)["y"].agg(["mean", "size"])
    if r > 1 and levels > 1:
        half = t.ppf(0.975, r - 1) * cells.std(ddof=1) * np.sqrt(levels / (levels - 1) / r)
    else:
        half = cells.mean() * np.nan
    frame = frame.assign(low=frame["mean"] - half, high=frame["mean"] + half, runs=frame["size"])
    return frame.drop(columns="size").reset_index()


def _in_order(values: pd.Series) -> list[Any]:
    found = list(dict.fromkeys(values))
    return sorted(found) if all(isinstance(v, int | float) for v in found) else found


def level_text(value: Any) -> str:
    """A level as charts show it."""
    if isinstance(value, bool | np.bool_):
        return "on" if value else "off"
    if isinstance(value, float | np.floating):
        return f"{value:,.3g}" if -1000.0 < value < 1000.0 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int | np.integer) else str(value)
