"""How many creators use each strategy."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.charts.run import Run, marks
from sim.charts.style import STRATEGIES, band, day_axis, figure, look
from sim.core.formatting import columns, ends, listed, percent, thinned

TITLE = "What creators do"
PREFIX = "share_strategy_"


def applies(run: Run) -> bool:
    """Where shares were measured."""
    return bool(columns(run.daily, PREFIX))


def _ordered(daily: pd.DataFrame) -> dict[str, str]:
    """Manipulating strategies by size, honest last: on top of the stack."""
    found = {name: column for name, column in columns(daily, PREFIX).items() if (daily[column].fillna(0) > 0).any()}
    size = {name: -float(daily[column].fillna(0).mean()) for name, column in found.items()}
    return {name: found[name] for name in sorted(found, key=lambda n: (n == "honest", size[n]))}


def draw(run: Run) -> go.Figure:
    """Shares of present creators, stacked to one."""
    fig = figure(TITLE)
    for i, (name, column) in enumerate(_ordered(run.daily).items()):
        band(fig, run.daily["day"], run.daily[column].fillna(0.0), look(STRATEGIES, name, i))
    day_axis(fig, len(run.daily), marks(run))
    fig.update_yaxes(title_text="share of present creators", tickformat=".0%", range=[0, 1])
    return fig


def says(run: Run) -> str:
    """How the manipulators' share moved, and what they prefer in the end."""
    daily = run.daily
    before, after = ends(1.0 - daily[PREFIX + "honest"])
    last = {name: ends(daily[column])[1] for name, column in _ordered(daily).items() if name != "honest"}
    top = [
        f"{look(STRATEGIES, n).label} ({percent(last[n])})"
        for n in sorted(last, key=lambda n: -last[n])[:2]
        if last[n] > 0
    ]
    liked = f"; most common at the end: {listed(top)}" if top else ""
    return (
        f"Look at how much of the honest area is left: manipulators go from {percent(before)} to "
        f"{percent(after)} of creators{liked}."
    )


def table(run: Run) -> pd.DataFrame:
    """Shares by day."""
    ordered = _ordered(run.daily)
    frame = run.daily[["day", *ordered.values()]]
    return thinned(frame.rename(columns={column: look(STRATEGIES, name).label for name, column in ordered.items()}))
