"""A measure over time: the median over seeds, and the ranges of half and of nine tenths of the seeds."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.analysis.comparison import FACTOR, Comparison
from sim.charts.changes import LetteredChange, lettered
from sim.charts.compare.subjects import ComparedMeasure
from sim.charts.style import add_day_axis, look_of, new_figure, plain
from sim.core.enums import words
from sim.core.formatting import WEEK

SHOWN = ("exposure_quality", "share_manipulating_creators", "honest_survival", "platform_trust", "share_fake_likes",
         "farm_profit_cny")  # fmt: skip
FEW = 3  # policies whose wide bands can still be distinguished in one chart


def title(compared: ComparedMeasure) -> str:
    """What the measure is called."""
    return compared.label


def applies(compared: ComparedMeasure) -> bool:
    """Whether it was measured in any of the runs."""
    daily = compared.comparison.daily
    return compared.name in daily.columns and bool(daily[compared.name].notna().any())


def table(compared: ComparedMeasure) -> pd.DataFrame:
    """Quantiles over seeds by policy and day."""
    return compared.comparison.fan(compared.name)


def draw(compared: ComparedMeasure) -> go.Figure:
    """A line and its bands for every policy."""
    fig = new_figure(title(compared))
    fan = table(compared)
    policies = compared.comparison.policies
    wide = len(policies) <= FEW
    for i, policy in enumerate(policies):
        rows, how = fan[fan[FACTOR] == policy], look_of({}, policy, i)
        for low, high, depth in (("low90", "high90", 0.13), ("low50", "high50", 0.25)):
            if low == "low50" or wide:
                _band(fig, rows, low, high, how.color, depth, policy)
        fig.add_trace(
            go.Scatter(
                x=rows["day"],
                y=rows["median"],
                mode="lines",
                name=plain(how.label),
                legendgroup=policy,
                line={"color": how.color, "dash": how.dash, "width": 3},
                hovertemplate=f"%{{y:.3g}}<extra>{plain(how.label)}</extra>",
            )
        )
    add_day_axis(fig, int(fan["day"].max()), changes_of(compared.comparison))
    fig.update_yaxes(title_text=plain(compared.label_with_unit))
    return fig


def caption(compared: ComparedMeasure) -> str:
    """The last week under each policy, the highest first, and how far apart the seeds are."""
    fan = table(compared)
    ends = fan[fan["day"] > fan["day"].max() - WEEK].groupby(FACTOR)[["median", "low50", "high50"]].mean()
    order = ends["median"].sort_values(ascending=False)
    values = ", ".join(f"{words(str(policy))} {value:.3g}" for policy, value in order.items())
    width = float((ends["high50"] - ends["low50"]).median())
    few = len(compared.comparison.policies) <= FEW
    bands = "the bands hold half and nine tenths of the seeds" if few else "the bands hold half of the seeds"
    return f"In the last week: {values}; {bands}; the middle half of the seeds spans {width:.2g}."


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


def changes_of(comparison: Comparison) -> tuple[LetteredChange, ...]:
    """Days on which any of the policies changes."""
    return lettered(
        (int(change["day"]), f"{words(policy)}: {change['text']}")
        for policy, changes in comparison.about["calendars"].items()
        for change in changes
    )
