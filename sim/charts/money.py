"""Where the money went."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sim.charts.run import Run
from sim.charts.style import BLUE, new_figure, plain
from sim.core.enums import words
from sim.core.formatting import columns, count

FEW_DECADES = 4  # with a label each
LINE = 20  # letters of a purpose
ROOM, ROOM_FOR_A_FIGURE = 0.3, 0.25  # beside the points in decades, and to the right of all in parts of the whole
LABELS = {
    "ads": "advertising by reads",
    "sponsorship": "sponsored posts",
    "sales": "merchants' sales",
    "likes": "likes bought",
    "commission": "commissions",
    "accounts": "accounts bought by farms and agencies",
    "operations": "cost of running accounts",
    "sales_cost": "cost of selling likes",
    "effort": "creators' effort",
    "tools": "mutual-aid tools",
    "review": "reviews, and advertisers' audits",
    "endowment": "endowments",
    "wages": "wages",
}


def _totals(run: Run) -> pd.DataFrame:
    found = columns(run.daily, "money_", "_cny")
    totals = {
        LABELS.get(name, words(name)): float(run.daily[column].fillna(0).sum())
        for name, column in found.items()
        if name != "endowment"
    }
    rows = sorted(((label, total) for label, total in totals.items() if total > 0), key=lambda item: item[1])
    return pd.DataFrame(rows, columns=["purpose", "cny"])


def title(run: Run) -> str:
    """The largest flow of money."""
    rows = _totals(run)
    if not len(rows):
        return "No money moved"
    top = rows.iloc[-1]
    return f"Most money: {top['purpose']}, {count(float(top['cny']))} CNY"


def applies(run: Run) -> bool:
    """Whether any money moved."""
    return len(_totals(run)) > 0


def draw(run: Run) -> go.Figure:
    """A point for every purpose: the scale is logarithmic, on which the length of a bar would mean nothing."""
    fig = new_figure(title(run))
    totals = _totals(run)
    fig.add_trace(
        go.Scatter(
            x=totals["cny"],
            y=totals["purpose"].map(_in_lines),
            mode="markers+text",
            marker={"color": BLUE, "size": 13},
            text=[f"  {count(v)}" for v in totals["cny"]],
            textposition="middle right",
            cliponaxis=False,
            hovertemplate="%{x:,.0f} CNY<extra>%{y}</extra>",
            showlegend=False,
        )
    )
    fig.update_layout(hovermode="closest", height=140 + 38 * len(totals), margin_r=100)
    low, high = np.log10(totals["cny"].min()), np.log10(totals["cny"].max())
    step = 1 if high - low <= FEW_DECADES else 2  # else the labels of a narrow page run together
    ends = [low - ROOM, high + ROOM + (high - low) * ROOM_FOR_A_FIGURE]
    fig.update_xaxes(
        title_text="CNY, whole run (log scale)", type="log", range=ends, dtick=step, tickangle=0, showgrid=True
    )
    fig.update_yaxes(title_text="", showgrid=True, ticks="", tickfont={"size": 14})
    return fig


def _in_lines(purpose: str) -> str:
    """A purpose in lines short enough to leave a narrow page room for the points."""
    return "<br>".join(plain(line) for line in textwrap.wrap(purpose, LINE))


def caption(run: Run) -> str:
    """What was spent on likes, beside the largest flow of money."""
    frame = _totals(run)
    totals: dict[str, float] = dict(zip(frame["purpose"], frame["cny"], strict=True))
    likes = totals.get(LABELS["likes"], 0.0)
    largest = max(totals, key=lambda name: totals[name])
    text = f"Look at how cheap likes are (the scale goes by powers of ten): creators spent {count(likes)} CNY on likes"
    if likes == 0:
        return (
            f"Look at the point furthest to the right: {largest}, {count(totals[largest])} CNY; nobody bought a like."
        )
    return f"{text}, while {largest} came to {count(totals[largest])} CNY."


def table(run: Run) -> pd.DataFrame:
    """Totals, the largest first."""
    return _totals(run).iloc[::-1].reset_index(drop=True)
