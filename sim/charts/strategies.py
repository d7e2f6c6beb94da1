"""What share of creators uses each strategy."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.charts.run import Run, changes_of
from sim.charts.style import STRATEGIES, add_band, add_day_axis, look_of, new_figure
from sim.core.formatting import columns, ends, join_words, percent, thin_rows
from sim.core.table_schema import STRATEGY_SHARE


def title(run: Run) -> str:
    """How many creators manipulate at the start and at the end."""
    before, after = ends(1.0 - run.daily[STRATEGY_SHARE + "honest"])
    if not max(before, after) > 0:
        return "Nobody manipulates"
    if percent(before) == percent(after):
        return f"{percent(after)} of creators manipulate, as at the start"
    return f"Creators who manipulate: from {percent(before)} to {percent(after)}"


def applies(run: Run) -> bool:
    """Whether shares were measured."""
    return bool(columns(run.daily, STRATEGY_SHARE))


def _ordered(daily: pd.DataFrame) -> dict[str, str]:
    """Manipulating strategies, the largest first; honest last, on top of the stack."""
    found = {
        name: column for name, column in columns(daily, STRATEGY_SHARE).items() if (daily[column].fillna(0) > 0).any()
    }
    size = {name: -float(daily[column].fillna(0).mean()) for name, column in found.items()}
    return {name: found[name] for name in sorted(found, key=lambda n: (n == "honest", size[n]))}


def draw(run: Run) -> go.Figure:
    """Shares of present creators, which add up to one."""
    fig = new_figure(title(run))
    for i, (name, column) in enumerate(_ordered(run.daily).items()):
        add_band(fig, run.daily["day"], run.daily[column].fillna(0.0), look_of(STRATEGIES, name, i))
    add_day_axis(fig, len(run.daily), changes_of(run))
    fig.update_yaxes(title_text="share of present creators", tickformat=".0%", range=[0, 1])
    return fig


def caption(run: Run) -> str:
    """How the share of manipulating creators changed, and which strategies they use most at the end."""
    daily = run.daily
    before, after = ends(1.0 - daily[STRATEGY_SHARE + "honest"])
    last = {name: ends(daily[column])[1] for name, column in _ordered(daily).items() if name != "honest"}
    top = [
        f"{look_of(STRATEGIES, n).label} ({percent(last[n])})"
        for n in sorted(last, key=lambda n: -last[n])[:2]
        if last[n] > 0
    ]
    common = f"; most common at the end: {join_words(top)}" if top else ""
    return (
        f"Look at how much of the honest area is left: the share of creators who manipulate goes from "
        f"{percent(before)} to {percent(after)}{common}."
    )


def table(run: Run) -> pd.DataFrame:
    """Shares by day."""
    ordered = _ordered(run.daily)
    frame = run.daily[["day", *ordered.values()]]
    return thin_rows(
        frame.rename(columns={column: look_of(STRATEGIES, name).label for name, column in ordered.items()})
    )
