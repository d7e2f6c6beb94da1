"""How a measure went over time: the median over seeds, and where half and nine tenths of the seeds lay."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.analysis.comparison import FACTOR, Comparison
from sim.analysis.outcomes import measures
from sim.charts.run import Mark
from sim.charts.style import day_axis, figure, look

SHOWN = ("exposure_quality", "share_manipulating_creators", "honest_survival", "platform_trust", "share_fake_likes",
         "farm_profit_cny")  # fmt: skip
WEEK = 7
FEW = 3  # policies whose wide bands can be told apart in one chart


def applies(comparison: Comparison, measure: str) -> bool:
    """Whether it was measured in any of the runs."""
    return measure in comparison.daily.columns and bool(comparison.daily[measure].notna().any())


def title(measure: str) -> str:
    """What the measure is called."""
    return measures()[measure].label if measure in measures() else measure.replace("_", " ")


def table(comparison: Comparison, measure: str) -> pd.DataFrame:
    """Quantiles over seeds by policy and day."""
    return comparison.fan(measure)


def draw(comparison: Comparison, measure: str) -> go.Figure:
    """A line and its bands for every policy."""
    fig = figure(title(measure))
    fan = table(comparison, measure)
    wide = len(comparison.policies) <= FEW
    for i, policy in enumerate(comparison.policies):
        rows, how = fan[fan[FACTOR] == policy], look({}, policy, i)
        for low, high, depth in (("low90", "high90", 0.13), ("low50", "high50", 0.25)):
            if low == "low50" or wide:
                _band(fig, rows, low, high, how.color, depth, policy)
        fig.add_trace(
            go.Scatter(
                x=rows["day"],
                y=rows["median"],
                mode="lines",
                name=how.label,
                legendgroup=policy,
                line={"color": how.color, "dash": how.dash, "width": 3},
                hovertemplate=f"%{{y:.3g}}<extra>{how.label}</extra>",
            )
        )
    day_axis(fig, int(fan["day"].max()), _marks(comparison))
    unit = measures()[measure].unit if measure in measures() else ""
    fig.update_yaxes(title_text=title(measure) + ("" if unit == "0..1" else f" ({unit})"))
    return fig


def says(comparison: Comparison, measure: str) -> str:
    """Where each policy ends, the highest first, and how far apart the seeds lie."""
    fan = table(comparison, measure)
    ends = fan[fan["day"] > fan["day"].max() - WEEK].groupby(FACTOR)[["median", "low50", "high50"]].mean()
    order = ends["median"].sort_values(ascending=False)
    told = ", ".join(f"{policy.replace('_', ' ')} {value:.3g}" for policy, value in order.items())
    width = float((ends["high50"] - ends["low50"]).median())
    bands = "the bands hold half and nine tenths of the seeds" if len(comparison.policies) <= FEW else (
        "the bands hold half of the seeds")  # fmt: skip
    return f"In the last week: {told}; {bands}, half of them within {width:.2g}."


def _band(fig: go.Figure, rows: pd.DataFrame, low: str, high: str, color: str, depth: float, group: str) -> None:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    fig.add_trace(
        go.Scatter(
            x=[*rows["day"], *rows["day"][::-1]],
            y=[*rows[high], *rows[low][::-1]],
            fill="toself",
            fillcolor=f"rgba({red},{green},{blue},{depth})",
            line={"width": 0},
            legendgroup=group,
            showlegend=False,
            hoverinfo="skip",
        )
    )


def _marks(comparison: Comparison) -> list[Mark]:
    """Days on which any of the policies changes."""
    found: dict[int, list[str]] = {}
    for policy, changes in comparison.about["calendars"].items():
        for change in changes:
            found.setdefault(int(change["day"]), []).append(f"{policy.replace('_', ' ')}: {change['text']}")
    return [Mark(chr(ord("A") + i % 26), day, "; ".join(found[day])) for i, day in enumerate(sorted(found))]
