"""What honest creators lose, from the least to the most talented tenth."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.charts.style import INK, QUIET, VERMILION, figure
from sim.experiments.costs import COUNTED, Costs


def table(costs: Costs, counted: str) -> pd.DataFrame:
    """The rows of `deciles` of one count."""
    return costs.deciles[costs.deciles["counted"] == counted].reset_index(drop=True)


def share(costs: Costs, counted: str) -> pd.DataFrame:
    """Mean difference and interval in percent of the twin world: decile, percent, low, high."""
    rows = table(costs, counted)
    base = rows["reference"].where(rows["reference"] > 0)
    parts = {
        name: 100 * rows[column] / base for name, column in (("percent", "mean"), ("low", "low"), ("high", "high"))
    }
    return pd.DataFrame({"decile": rows["decile"], **parts})


def draw(costs: Costs, counted: str) -> go.Figure:
    """A bar for every tenth, with its interval."""
    rows = share(costs, counted)
    fig = figure(f"Honest creators: {COUNTED[counted][1]}")
    fig.add_trace(
        go.Bar(
            x=rows["decile"],
            y=rows["percent"],
            marker={"color": VERMILION, "opacity": 0.85},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (rows["high"] - rows["percent"]).fillna(0.0),
                "arrayminus": (rows["percent"] - rows["low"]).fillna(0.0),
                "color": INK,
                "thickness": 2,
                "width": 5,
            },
            customdata=table(costs, counted)[["mean", "reference"]],
            hovertemplate="%{y:+.0f} % (%{customdata[0]:+,.0f} of %{customdata[1]:,.0f})<extra>tenth %{x}</extra>",
            showlegend=False,
        )
    )
    fig.add_hline(y=0, line={"color": QUIET, "width": 1.5})
    fig.update_xaxes(title_text="creators by talent, in tenths (10: the most talented)", dtick=1)
    fig.update_yaxes(title_text="change against the twin", ticksuffix=" %")
    return fig


def says(costs: Costs, counted: str) -> str:
    """Who loses most, in figures and in percent."""
    rows, parts = table(costs, counted), share(costs, counted)
    known = parts["percent"].notna()
    if not known.any():
        return "No creator of the first day stayed honest in enough runs to tell."
    worst, best = parts.sort_values("percent").iloc[0], rows.iloc[-1]
    what = COUNTED[counted][1]
    top = ""
    if best["mean"] == best["mean"]:
        end = parts["percent"].iloc[-1]
        top = f" The best tenth: {best['mean']:+,.0f} of {best['reference']:,.0f} ({end:+.0f} %)."
    return (
        f"Creators who never manipulate, against themselves where nobody does ({what}): the largest change is "
        f"{worst['percent']:+.0f} % in tenth {worst['decile']:.0f}.{top}"
    )
