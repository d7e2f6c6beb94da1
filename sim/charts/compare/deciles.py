"""What honest creators lose to manipulation, from the least to the most talented tenth."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.charts.compare.subjects import HonestCreators
from sim.charts.style import INK, QUIET, VERMILION, new_figure


def title(honest: HonestCreators) -> str:
    """What is counted."""
    return f"Honest creators: {honest.label}"


def applies(honest: HonestCreators) -> bool:
    """Always; if no creator can be compared, the caption states it."""
    return True


def table(honest: HonestCreators) -> pd.DataFrame:
    """Rows of `Attribution.deciles` for one count, with mean and interval in percent of the twin world."""
    deciles = honest.attribution.deciles
    rows = deciles[deciles["counted"] == honest.counted].reset_index(drop=True)
    base = rows["reference"].where(rows["reference"] > 0)
    parts = {f"{name}_percent": 100 * rows[name] / base for name in ("mean", "low", "high")}
    return rows.assign(**parts)


def draw(honest: HonestCreators) -> go.Figure:
    """A bar for every tenth of the creators, with its interval."""
    rows = table(honest)
    fig = new_figure(title(honest))
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
            hovertemplate="%{y:+.0f}% (%{customdata[0]:+,.0f} of %{customdata[1]:,.0f})<extra>tenth %{x}</extra>",
            showlegend=False,
        )
    )
    fig.add_hline(y=0, line={"color": QUIET, "width": 1.5})
    fig.update_xaxes(title_text="creators by talent, in tenths (10: the most talented)", dtick=1)
    fig.update_yaxes(title_text="change from the twin world", ticksuffix="%")
    return fig


def caption(honest: HonestCreators) -> str:
    """Which tenth changes most, and what the most talented tenth loses."""
    rows = table(honest)
    known = rows["mean_percent"].notna()
    if not known.any():
        return "In too few runs did any creator of the first day stay honest: no creator can be compared."
    largest = rows[known].sort_values("mean_percent", key=abs).iloc[-1]
    best = rows.iloc[-1]
    top = ""
    if best["mean"] == best["mean"]:
        end = rows["mean_percent"].iloc[-1]
        top = f" The most talented tenth: {best['mean']:+,.0f} of {best['reference']:,.0f} ({end:+.0f}%)."
    return (
        "Creators who never manipulate, compared with themselves in the twin world, where nobody does "
        f"({honest.label}): the largest change is {largest['mean_percent']:+.0f}%, in tenth "
        f"{largest['decile']:.0f}.{top}"
    )
