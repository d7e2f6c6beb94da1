"""Where likes really come from."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.charts.run import Run, changes_of
from sim.charts.style import ORIGINS, add_band, add_day_axis, new_figure
from sim.core.formatting import count, percent, smooth, thin_rows

SOURCE = {"mutual_aid": "mutual-aid groups", "farm": "like farms", "matrix": "agencies' matrices",
          "trial": "the experimenter"}  # fmt: skip


def _columns(run: Run) -> dict[str, str]:
    """Columns of likes by origin; runs of earlier versions know fewer origins."""
    return {name: f"likes_{name}" for name in ORIGINS if f"likes_{name}" in run.daily}


def _drawn(run: Run) -> dict[str, str]:
    """Columns of the origins that gave any like."""
    return {name: column for name, column in _columns(run).items() if (run.daily[column] > 0).any()}


def title(run: Run) -> str:
    """What share of all likes is fake, over the whole run."""
    totals = {name: float(run.daily[column].sum()) for name, column in _columns(run).items()}
    everything = sum(totals.values())
    if everything == 0:
        return "Nobody gave a like"
    return f"{percent(1.0 - totals['organic'] / everything)} of the run's likes were arranged"


def applies(run: Run) -> bool:
    """Whether likes were counted by origin."""
    return "likes_organic" in run.daily


def draw(run: Run) -> go.Figure:
    """Likes a day (weekly mean), stacked."""
    fig = new_figure(title(run))
    for name, column in _drawn(run).items():
        add_band(fig, run.daily["day"], smooth(run.daily[column]), ORIGINS[name], form=",.0f")
    add_day_axis(fig, len(run.daily), changes_of(run))
    fig.update_yaxes(title_text="likes a day (weekly mean)", rangemode="tozero", tickformat="~s")
    return fig


def caption(run: Run) -> str:
    """What share of all likes was arranged."""
    totals = {name: float(run.daily[column].sum()) for name, column in _columns(run).items()}
    everything = sum(totals.values())
    if everything == 0:
        return "Nobody gave a like in this run."
    fake = {name: total for name, total in totals.items() if name != "organic"}
    most = max(fake, key=lambda name: fake[name])
    if fake[most] == 0:
        return f"Look at the single colour: all {count(everything)} likes were given for reasons of one's own."
    share = percent(sum(fake.values()) / everything)
    return (
        f"Look at the layers on top of the organic likes: {share} of {count(everything)} likes were arranged; "
        f"most of those came from {SOURCE[most]}."
    )


def table(run: Run) -> pd.DataFrame:
    """Likes a day by origin, weekly means as they are drawn."""
    frame = run.daily[["day"]].copy()
    for name, column in _drawn(run).items():
        frame[ORIGINS[name].label] = smooth(run.daily[column])
    return thin_rows(frame)
