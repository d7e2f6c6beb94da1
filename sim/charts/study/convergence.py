"""Convergence of the indices: each from growing parts of the design, with its interval."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.analysis.sensitivity import UNITS
from sim.analysis.study_outcome import StudyOutcome, factor_label
from sim.charts.study.indices import MAIN_LABELS
from sim.charts.study.ranking_text import ranking_sentence
from sim.charts.style import factor_text, legend_below, look_of, new_figure
from sim.core.formatting import percent

MOST_LINES = 6


def title(outcome: StudyOutcome) -> str:
    """The outcome, and whether the order of its factors is stable."""
    stable = outcome.sensitivity.ranking.state in ("one factor", "stable")
    return f"{outcome.label}: the order of factors is {'stable' if stable else 'not settled'}"


def applies(outcome: StudyOutcome) -> bool:
    """Whether there is more than one part to compare."""
    return outcome.varies and outcome.sensitivity.convergence["n"].nunique() > 1


def table(outcome: StudyOutcome) -> pd.DataFrame:
    """The main index by size of the part."""
    return outcome.sensitivity.convergence


def draw(outcome: StudyOutcome) -> go.Figure:
    """A line for each of the strongest factors; intervals stand a little apart, so that none hides another."""
    found = outcome.sensitivity
    rows = found.convergence
    fig = new_figure(title(outcome))
    names = [name for name in outcome.strongest if name in set(rows["factor"])][:MOST_LINES]
    width = float(rows["n"].max()) * 0.012
    for i, name in enumerate(names):
        own = rows[rows["factor"] == name]
        how = look_of({}, name, i)
        up, down = (own["high"] - own["value"]).fillna(0.0), (own["value"] - own["low"]).fillna(0.0)
        fig.add_trace(
            go.Scatter(
                x=own["n"] + (i - (len(names) - 1) / 2) * width,
                y=own["value"],
                mode="lines+markers",
                name=factor_text(name),
                line={"color": how.color, "dash": how.dash, "width": 2.5},
                marker={"symbol": how.symbol, "size": 8},
                error_y={
                    "type": "data", "array": up.clip(lower=0), "arrayminus": down.clip(lower=0),
                    "thickness": 1.4, "width": 4, "color": how.color,
                },
                customdata=own[["n", "low", "high"]].to_numpy(),
                hovertemplate=(
                    f"{factor_text(name)}, %{{customdata[0]}}: %{{y:.3g}} "
                    "(%{customdata[1]:.3g} to %{customdata[2]:.3g})<extra></extra>"
                ),
            )
        )  # fmt: skip
    sizes = sorted(rows["n"].unique())
    fig.update_xaxes(title_text=UNITS[outcome.design], tickvals=sizes)
    fig.update_yaxes(title_text=MAIN_LABELS[found.main])
    fig.update_layout(hovermode="closest", **legend_below())
    return fig


def caption(outcome: StudyOutcome) -> str:
    """Whether the ranking is stable, and how much of a single run's variance is random."""
    found = outcome.sensitivity
    stable = ranking_sentence(found.ranking, UNITS[outcome.design], factor_label)
    run_variance = found.run_variance
    if run_variance.share != run_variance.share:
        return f"{stable} With one repetition, random variation cannot be separated from the effects of the factors."
    return (
        f"{stable} Of the variance of a single run, {percent(run_variance.share)} is random "
        f"({percent(run_variance.common)} is common to all points under one seed and cancels out between them)."
    )
