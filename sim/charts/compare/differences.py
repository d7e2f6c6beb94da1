"""What each policy changes: the mean difference to the reference and its interval, an outcome a panel."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.analysis.comparison import FACTOR, SIGNIFICANT, Comparison
from sim.analysis.outcomes import Outcome
from sim.charts.style import INK, QUIET, figure, look
from sim.core.enums import words

ROW = 30


def draw(comparison: Comparison, outcome: Outcome) -> go.Figure:
    """A row for every policy; the dotted line is the reference."""
    fig = figure(f"{outcome.label}: difference to {comparison.reference}")
    own = table(comparison, outcome)
    names = [words(policy) for policy in own[FACTOR]]
    for i, (policy, row) in enumerate(zip(own[FACTOR], own.to_dict("records"), strict=True)):
        how = look({}, policy, list(comparison.policies).index(policy))
        sure = row["p_holm"] < SIGNIFICANT
        fig.add_trace(
            go.Scatter(
                x=[row["mean"]],
                y=[i],
                mode="markers",
                name=names[i],
                showlegend=False,
                marker={
                    "size": 13,
                    "symbol": how.symbol if sure else f"{how.symbol}-open",
                    "color": how.color,
                    "line": {"width": 2, "color": how.color},
                },
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [_gap(row["high"], row["mean"])],
                    "arrayminus": [_gap(row["mean"], row["low"])],
                    "color": how.color,
                    "thickness": 2.5,
                    "width": 6,
                },
                hovertemplate=(
                    f"{names[i]}: %{{x:+.4g}} ({row['low']:+.4g} .. {row['high']:+.4g}), "
                    f"p {row['p_holm']:.3g} after Holm, {row['n']} seeds<extra></extra>"
                ),
            )
        )
    fig.add_vline(x=0, line={"color": INK, "width": 1.5, "dash": "dot"})
    fig.update_yaxes(
        tickvals=list(range(len(names))), ticktext=names, range=[len(names) - 0.4, -0.6], showgrid=False,
        showline=False, ticks="", tickfont={"size": 14, "color": INK}, title_text="",
    )  # fmt: skip
    unit = f" ({outcome.told_unit})" if outcome.told_unit else ""
    title = f"difference to {words(comparison.reference)}{unit}"
    fig.update_xaxes(title_text=title, title_font_size=14, showgrid=True, color=QUIET, nticks=6, tickformat="~g")
    fig.update_layout(height=110 + ROW * len(names), hovermode="closest", margin={"t": 12, "r": 24})
    return fig


def table(comparison: Comparison, outcome: Outcome) -> pd.DataFrame:
    """The rows of `differences` of one outcome."""
    frame = comparison.differences
    return frame[frame["outcome"] == outcome.name].reset_index(drop=True)


def _gap(above: float, below: float) -> float:
    return above - below if above == above and below == below else 0.0
