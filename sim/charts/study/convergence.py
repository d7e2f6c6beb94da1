"""Convergence of the indices: each from a growing part of the design, with its interval."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.analysis.findings import Findings
from sim.analysis.sensitivity import UNITS
from sim.charts.study.about import legend_below, name_of, percent, shown, title_of
from sim.charts.study.indices import MAIN_NAMES
from sim.charts.study.ranking_text import ranking_sentence
from sim.charts.style import figure, look

TITLE = "Convergence"
MOST_LINES = 6


def applies(findings: Findings, outcome: str) -> bool:
    """Where there is more than one part to compare."""
    return findings.sensitivity[outcome].convergence["n"].nunique() > 1


def table(findings: Findings, outcome: str) -> pd.DataFrame:
    """The main index by size of the part."""
    return findings.sensitivity[outcome].convergence


def draw(findings: Findings, outcome: str) -> go.Figure:
    """A line a factor, the strongest ones; intervals a little apart, so that they can be told."""
    found = findings.sensitivity[outcome]
    rows = found.convergence
    fig = figure(f"{title_of(findings, outcome)}: convergence")
    names = [name for name in shown(findings, outcome) if name in set(rows["factor"])][:MOST_LINES]
    width = float(rows["n"].max()) * 0.012
    for i, name in enumerate(names):
        own = rows[rows["factor"] == name]
        how = look({}, name, i)
        up, down = (own["high"] - own["value"]).fillna(0.0), (own["value"] - own["low"]).fillna(0.0)
        fig.add_trace(
            go.Scatter(
                x=own["n"] + (i - (len(names) - 1) / 2) * width,
                y=own["value"],
                mode="lines+markers",
                name=name_of(name),
                line={"color": how.color, "dash": how.dash, "width": 2.5},
                marker={"symbol": how.symbol, "size": 8},
                error_y={
                    "type": "data", "array": up.clip(lower=0), "arrayminus": down.clip(lower=0),
                    "thickness": 1.4, "width": 4, "color": how.color,
                },
                customdata=own[["n", "low", "high"]].to_numpy(),
                hovertemplate=(
                    f"{name_of(name)}, %{{customdata[0]}}: %{{y:.3g}} "
                    "(%{customdata[1]:.3g} to %{customdata[2]:.3g})<extra></extra>"
                ),
            )
        )  # fmt: skip
    sizes = sorted(rows["n"].unique())
    fig.update_xaxes(title_text=UNITS[findings.design["kind"]], tickvals=sizes)
    fig.update_yaxes(title_text=MAIN_NAMES[found.main])
    fig.update_layout(hovermode="closest", **legend_below())
    return fig


def says(findings: Findings, outcome: str) -> str:
    """Whether the ranking is stable, and how much of a single run is luck."""
    found = findings.sensitivity[outcome]
    settled = ranking_sentence(found.ranking, UNITS[findings.design["kind"]], name_of)
    luck = found.luck
    if luck.share != luck.share:
        return f"{settled} With one repetition, luck cannot be told from the factors."
    return (
        f"{settled} Of the variance of a single run {percent(luck.share)} is luck ({percent(luck.common)} common "
        "to all points under one seed, which cancels between them)."
    )
