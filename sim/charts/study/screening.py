"""Morris screening: how large the effect of a factor is, against how much it depends on the other factors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sim.analysis.study_outcome import StudyOutcome, factor_label
from sim.charts.style import BLUE, GRID, INK, QUIET, VERMILION, factor_text, legend_below, new_figure

NUMBERED = 6  # factors with a number in the chart


def title(outcome: StudyOutcome) -> str:
    """The outcome, and what the chart shows of it."""
    return f"{outcome.label}: effects and interactions"


def applies(outcome: StudyOutcome) -> bool:
    """Whether the study is a screening with indices."""
    return outcome.varies and outcome.design == "morris" and len(outcome.sensitivity.indices) > 0


def table(outcome: StudyOutcome) -> pd.DataFrame:
    """mu*, mu and sigma of every factor, the largest effect first."""
    rows = outcome.sensitivity.indices
    wide = rows.pivot(index="factor", columns="index", values="value").reset_index()
    for column in ("mu_star", "mu", "sigma"):
        wide[column] = wide.get(column, 0.0)
    ordered = wide.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)
    return ordered[["factor", "mu_star", "mu", "sigma"]].rename_axis(columns=None)


def draw(outcome: StudyOutcome) -> go.Figure:
    """A point for every factor; above the line an effect is not linear or depends on other factors."""
    rows = table(outcome)
    fig = new_figure(title(outcome))
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
                customdata=[factor_text(name) for name in part["factor"]],
                hovertemplate="%{customdata}: mu* %{x:.3g}, sigma %{y:.3g}<extra></extra>",
            )
        )  # fmt: skip
    _name_largest(fig, rows)
    fig.update_xaxes(title_text="mu*: mean size of the effect", showgrid=True, gridcolor=GRID, rangemode="tozero")
    fig.update_yaxes(title_text="sigma: its spread", rangemode="tozero")
    fig.update_layout(hovermode="closest", height=540, **legend_below())
    return fig


def _name_largest(fig: go.Figure, rows: pd.DataFrame) -> None:
    """Numbers for the largest effects; the caption and the hover texts give their names."""
    for i, row in enumerate(rows.head(NUMBERED).itertuples()):
        fig.add_annotation(
            x=row.mu_star,
            y=row.sigma,
            text=f"<b>{i + 1}</b>",
            showarrow=False,
            yshift=13,
            font={"size": 14, "color": INK},
        )


def caption(outcome: StudyOutcome) -> str:
    """The factors with the largest effects, and how many have hardly any."""
    rows = table(outcome)
    most = float(rows["mu_star"].max())
    if most == 0:
        return f"No factor moves {outcome.label_in_text}."
    named = ", ".join(f"({i + 1}) {factor_label(name)}" for i, name in enumerate(rows["factor"].head(NUMBERED)))
    idle = int(np.sum(rows["mu_star"] < 0.1 * most))
    return (
        f"The further to the right, the larger the effect: {named}. {idle} of {len(rows)} factors move "
        f"{outcome.label_in_text} by less than a tenth as much as the first."
    )
