"""The outcome by each factor: dots and intervals on one axis, so that factors can be compared."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.analysis.effects import by_factor
from sim.analysis.findings import Findings
from sim.charts.study.about import half_width, in_text, name_of, number, shown, title_of
from sim.charts.style import INK, QUIET, figure, look

TITLE = "By factor"
ROW = 24


def applies(findings: Findings, outcome: str) -> bool:
    """Where any point has all its runs; a screening moves too many factors for means to say anything."""
    return findings.sensitivity[outcome].used > 0 and findings.design["kind"] != "morris"


def table(findings: Findings, outcome: str) -> pd.DataFrame:
    """Mean and interval at every level of every factor, or in bins of its range."""
    return by_factor(findings, outcome, findings.factors).drop(columns="at")


def draw(findings: Findings, outcome: str) -> go.Figure:
    """A row for every level, under the factor's name; the strongest factor on top."""
    fig = figure(f"{title_of(findings, outcome)}: by factor")
    ticks: list[str] = []
    for i, name in enumerate(shown(findings, outcome)):
        rows = by_factor(findings, outcome, [name])
        ticks.append(f"<b>{name_of(name)}</b>")
        at = list(range(len(ticks), len(ticks) + len(rows)))
        ticks += list(rows["level"])
        how = look({}, name, i)
        half = rows["high"] - rows["mean"]
        fig.add_trace(
            go.Scatter(
                x=rows["mean"],
                y=at,
                mode="lines+markers",
                name=name_of(name),
                line={"color": how.color, "width": 1.5, "dash": "dot"},
                marker={"size": 10, "symbol": how.symbol, "color": how.color},
                error_x={"type": "data", "array": half.fillna(0.0), "thickness": 2, "width": 5, "color": how.color},
                customdata=pd.DataFrame({"level": rows["level"], "half": half, "runs": rows["runs"]}),
                hovertemplate=(
                    f"{name_of(name)} %{{customdata[0]}}: %{{x:.4g}} ± %{{customdata[1]:.2g}} "
                    "(%{customdata[2]} runs)<extra></extra>"
                ),
                showlegend=False,
            )
        )
    fig.update_yaxes(
        tickvals=list(range(len(ticks))),
        ticktext=ticks,
        range=[len(ticks) - 0.4, -0.6],
        title_text="factor and level",
        showgrid=False,
        tickfont={"size": 14, "color": INK},
    )
    fig.update_xaxes(title_text=in_text(findings, outcome), showgrid=True, gridcolor="#e4e4e1", color=QUIET)
    fig.update_layout(hovermode="closest", height=130 + ROW * len(ticks))
    return fig


def says(findings: Findings, outcome: str) -> str:
    """Which factor moves the outcome most, from where to where."""
    rows = by_factor(findings, outcome, findings.factors)
    spans = rows.groupby("factor", sort=False)["mean"].agg(lambda m: m.max() - m.min())
    name = str(spans.idxmax())
    own = rows[rows["factor"] == name]
    low, high = own.iloc[int(own["mean"].argmin())], own.iloc[int(own["mean"].argmax())]
    half = (own["high"] - own["mean"]).mean()
    sure = f" (± {half_width(half)})" if half == half else ""
    luck = "; the intervals overlap, so this may be luck" if low["high"] >= high["low"] else ""
    return (
        f"On average over everything else, {name_of(name)} moves {in_text(findings, outcome)} most: from "
        f"{number(low['mean'])} at {low['level']} to {number(high['mean'])} at {high['level']}{sure}{luck}."
    )
