"""Short statistics of columns, and numbers as text."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, isfinite, log10

import numpy as np
import pandas as pd

from sim.core.clock import WEEK_DAYS
from sim.core.windows import LAST

MOST_DECIMALS = 6


def ends(series: pd.Series) -> tuple[float, float]:
    """Mean of the first week and of the last 14 days (days without a value are left out); nan when there is none."""
    values = series.to_numpy(float)
    return _mean(values[:WEEK_DAYS]), _mean(values[-LAST:])


def days_of(n: int) -> str:
    """So many days in words."""
    return f"{n:,} day" if n == 1 else f"{n:,} days"


def last_days(table: pd.DataFrame | pd.Series) -> str:
    """The window of the last figures in words; the whole run where it is shorter."""
    return window_of(len(table))


def window_of(days: int, last: int = LAST) -> str:
    """The last days of a run of so many days in words; the whole run where it is not longer."""
    return f"the last {last} days" if days > last else "the whole run"


def first_days(table: pd.DataFrame | pd.Series) -> str:
    """The window of the first figures in words."""
    return "the first week" if len(table) >= WEEK_DAYS else "the whole run"


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def mean_of(series: pd.Series) -> float:
    """Mean of the values there are; nan when there is none."""
    return _mean(series.to_numpy(float))


def smooth(series: pd.Series, days: int = WEEK_DAYS) -> pd.Series:
    """Mean of the week up to each day."""
    return series.rolling(days, min_periods=1).mean()


def thin_rows(frame: pd.DataFrame, rows: int = 24) -> pd.DataFrame:
    """Every k-th row and the last, so that a table can be read."""
    if len(frame) <= rows:
        return frame.reset_index(drop=True)
    keep = np.unique(np.append(np.arange(0, len(frame), -(-len(frame) // rows)), len(frame) - 1))
    return frame.iloc[keep].reset_index(drop=True)


def columns(daily: pd.DataFrame, prefix: str = "", suffix: str = "") -> dict[str, str]:
    """Columns of that form: what stands between -> column name."""
    found = {}
    for name in daily.columns:
        middle = name[len(prefix) : len(name) - len(suffix)]
        if name.startswith(prefix) and name.endswith(suffix) and middle:
            found[middle] = name
    return found


def percent(share: float) -> str:
    """A share as text."""
    if np.isnan(share):
        return "none known"
    if 0.99 < share < 1.0:
        return f"{min(share, 0.999):.1%}"  # what is not all does not look as if it were
    return f"{share:.1%}" if 0.0 < abs(share) < 0.1 else f"{share:.0%}"


def count(number: float) -> str:
    """A number with its thousands, or in millions and billions."""
    if not isfinite(number):
        return "unknown"
    for size, mark in ((1e9, "billion"), (1e6, "million")):
        if abs(number) >= size:
            return f"{number / size:.1f} {mark}"
    return f"{number:,.0f}"


def span(seconds: float) -> str:
    """A length of time as text."""
    if not isfinite(seconds):
        return "an unknown time"
    for size, name in ((86400.0, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.1f} {name}" if seconds < 10 * size else f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} seconds"


def join_words(parts: Sequence[str]) -> str:
    """Words joined by commas and 'and'."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def name_seeds(seeds: Sequence[int]) -> str:
    """Seeds in words: neighbours as a range, others one by one."""
    if len(seeds) == 1:
        return f"seed {seeds[0]}"
    in_a_row = len(seeds) > 2 and list(seeds) == list(range(seeds[0], seeds[0] + len(seeds)))
    return f"seeds {seeds[0]} to {seeds[-1]}" if in_a_row else f"seeds {', '.join(map(str, seeds))}"


def moved(before: float, after: float, form: str = ".2f") -> str:
    """How a value went from before to after, in words."""
    if not (isfinite(before) and isfinite(after)):
        return "is not known"
    a, b = (_plain_zero(format(value, form)) for value in (before, after))
    if a == b:
        return f"stays at {b}"
    return f"{'rises' if after > before else 'falls'} from {a} to {b}"


def _plain_zero(shown: str) -> str:
    """A figure without the sign of a zero."""
    return shown if any(digit in shown for digit in "123456789") else shown.lstrip("-")


def decimals(low: float, high: float) -> int | None:
    """Decimals that show the width of an interval in two digits; None where it has no width."""
    width = high - low
    if not (isfinite(width) and width > 0.0):
        return None
    return min(MOST_DECIMALS, max(0, 1 - floor(log10(width))))


def times(factor: float) -> str:
    """A factor in two digits, or whole."""
    return f"{factor:,.0f}" if factor >= 10.0 else f"{factor:.2g}"


def estimate(value: float, places: int | None = None, sign: str = "") -> str:
    """A figure with so many decimals, or in three digits; a dash where there is none, `sign` as in formats."""
    if not isfinite(value):
        return "–"
    if value == 0.0:
        return "0"
    if places is None:
        places = min(MOST_DECIMALS, max(0, 2 - floor(log10(abs(value)))))
    shown = f"{value:{sign},.{places}f}"
    return shown if any(digit in shown for digit in "123456789") else shown.lstrip("+-")  # no -0.000


def number(value: float) -> str:
    """A number in a sentence: three digits, or the word unknown."""
    return "unknown" if not isfinite(value) else estimate(value)


def half_width(half: float) -> str:
    """Half the width of an interval, in two digits, or the word unknown."""
    return "unknown" if not isfinite(half) else estimate(half, decimals(0.0, half))
