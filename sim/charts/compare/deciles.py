"""What honest creators lose, from the least to the most talented tenth."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.analysis.attribution import COUNTED, Attribution
from sim.charts.style import INK, QUIET, VERMILION, figure


def table(attribution: Attribution, counted: str) -> pd.DataFrame:
    """The rows of `deciles` of one count, and mean and interval in percent of the twin world."""
    rows = attribution.deciles[attribution.deciles["counted"] == counted].reset_index(drop=True)
    base = rows["reference"].where(rows["reference"] > 0)
    parts = {f"{name}_percent": 100 * rows[name] / base for name in ("mean", "low", "high")}
    return rows.assign(**parts)


def draw(attribution: Attribution, counted: str) -> go.Figure:
    """A bar for every tenth, with its interval."""
    rows = table(attribution, counted)
    fig = figure(f"Honest creators: {COUNTED[counted][1]}")
    fig.add_trace(
        go.Bar(
            x=rows["decile"],
            y=rows["mean_percent"],
            marker={"color": VERMILION, "opacity": 0.85},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (rows["high_percent"] - rows["mean_percent"]).fillna(0.0),
                "arrayminus": (rows["mean_percent"] - rows["low_percent"]).fillna(0.0),
                "color": INK,
                "thickness": 2,
                "width": 5,
            },
            customdata=rows[["mean", "reference"]],
            hovertemplate="%{y:+.0f} % (%{customdata[0]:+,.0f} of %{customdata[1]:,.0f})<extra>tenth %{x}</extra>",
            showlegend=False,
        )
    )
    fig.add_hline(y=0, line={"color": QUIET, "width": 1.5})
    fig.update_xaxes(title_text="creators by talent, in tenths (10: the most talented)", dtick=1)
    fig.update_yaxes(title_text="change against the twin", ticksuffix=" %")
    return fig


def says(attribution: Attribution, counted: str) -> str:
    """Who loses most, in figures and in percent."""
    rows = table(attribution, counted)
    known = rows["mean_percent"].notna()
    if not known.any():
        return "No creator of the first day stayed honest in enough runs to tell."
    largest = rows[known].sort_values("mean_percent", key=abs).iloc[-1]
    best = rows.iloc[-1]
    what = COUNTED[counted][1]
    top = ""
    if best["mean"] == best["mean"]:
        end = rows["mean_percent"].iloc[-1]
        top = f" The best tenth: {best['mean']:+,.0f} of {best['reference']:,.0f} ({end:+.0f} %)."
    return (
        f"Creators who never manipulate, against themselves where nobody does ({what}): the largest change is "
        f"{largest['mean_percent']:+.0f} % in tenth {largest['decile']:.0f}.{top}"
    )
