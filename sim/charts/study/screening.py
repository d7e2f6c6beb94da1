"""Morris' picture: how large a factor's effect is, against how much it depends on everything else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sim.analysis.findings import Findings
from sim.charts.study.about import in_text, legend_below, name_of, title_of
from sim.charts.style import BLUE, INK, QUIET, VERMILION, figure

TITLE = "Effects and interplay"
NAMED = 6  # factors with their name in the chart


def applies(findings: Findings, outcome: str) -> bool:
    """In a screening."""
    return findings.design["kind"] == "morris" and len(findings.sensitivity[outcome].indices) > 0


def table(findings: Findings, outcome: str) -> pd.DataFrame:
    """mu*, mu and sigma of every factor, the largest effect first."""
    rows = findings.sensitivity[outcome].indices
    wide = rows.pivot(index="factor", columns="index", values="value").reset_index()
    for column in ("mu_star", "mu", "sigma"):
        wide[column] = wide.get(column, 0.0)
    ordered = wide.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)
    return ordered[["factor", "mu_star", "mu", "sigma"]].rename_axis(columns=None)


def draw(findings: Findings, outcome: str) -> go.Figure:
    """A point a factor; below the line effects are straight, above it they bend or depend on others."""
    rows = table(findings, outcome)
    fig = figure(f"{title_of(findings, outcome)}: effects and interplay")
    most = max(1e-12, float(rows["mu_star"].max()))
    fig.add_trace(
        go.Scatter(
            x=[0, most], y=[0, most], mode="lines", name="sigma = mu*",
            line={"color": QUIET, "dash": "dot", "width": 1.5}, hoverinfo="skip",
        )
    )  # fmt: skip
    for label, color, symbol, part in (
        ("raises it", BLUE, "circle", rows[rows["mu"] >= 0]),
        ("lowers it", VERMILION, "diamond", rows[rows["mu"] < 0]),
    ):
        if not len(part):
            continue
        fig.add_trace(
            go.Scatter(
                x=part["mu_star"], y=part["sigma"], mode="markers", name=f"on balance {label}",
                marker={"color": color, "symbol": symbol, "size": 9, "opacity": 0.85},
                customdata=[name_of(name) for name in part["factor"]],
                hovertemplate="%{customdata}: mu* %{x:.3g}, sigma %{y:.3g}<extra></extra>",
            )
        )  # fmt: skip
    _name_largest(fig, rows)
    fig.update_xaxes(title_text="mu*: mean size of the effect", showgrid=True, gridcolor="#e4e4e1", rangemode="tozero")
    fig.update_yaxes(title_text="sigma: its spread", rangemode="tozero")
    fig.update_layout(hovermode="closest", height=540, **legend_below())
    return fig


def _name_largest(fig: go.Figure, rows: pd.DataFrame) -> None:
    """Names of the largest effects, by number, told in full in the sentence and on hovering."""
    for i, row in enumerate(rows.head(NAMED).itertuples()):
        fig.add_annotation(
            x=row.mu_star,
            y=row.sigma,
            text=f"<b>{i + 1}</b>",
            showarrow=False,
            yshift=13,
            font={"size": 14, "color": INK},
        )


def says(findings: Findings, outcome: str) -> str:
    """The factors with the largest effects, and how many hardly move anything."""
    rows = table(findings, outcome)
    most = float(rows["mu_star"].max())
    if most == 0:
        return f"No factor moves {in_text(findings, outcome)}."
    named = ", ".join(f"{i + 1} {name_of(name)}" for i, name in enumerate(rows["factor"].head(NAMED)))
    idle = int(np.sum(rows["mu_star"] < 0.1 * most))
    return (
        f"Look to the right for what matters: {named}; {idle} of {len(rows)} factors move "
        f"{in_text(findings, outcome)} by less than a tenth of what the first does."
    )
