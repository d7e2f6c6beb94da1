"""What each policy changes: the mean difference from the reference with its interval, a panel for every outcome."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.analysis.comparison import FACTOR, SIGNIFICANT
from sim.charts.compare.subjects import ComparedOutcome, finding, reference_label
from sim.charts.style import INK, QUIET, look_of, new_figure, plain
from sim.core.enums import words

ROW = 30
UNSURE = "#8c8c8c"  # of a difference whose interval holds 0


def title(compared: ComparedOutcome) -> str:
    """The outcome and its verdicts; what the panels have in common stands above them."""
    return f"{compared.outcome.label}: {finding(compared.comparison, compared.outcome.name)}"


def applies(compared: ComparedOutcome) -> bool:
    """Whether any policy makes a difference under any seed."""
    return bool((table(compared)["mean"].fillna(0.0) != 0.0).any())


def draw(compared: ComparedOutcome) -> go.Figure:
    """A row for every policy; the dotted line is the reference."""
    fig = new_figure(title(compared))
    comparison, outcome = compared.comparison, compared.outcome
    own = table(compared)
    names = [plain(words(policy)) for policy in own[FACTOR]]
    for i, (policy, row) in enumerate(zip(own[FACTOR], own.to_dict("records"), strict=True)):
        how = look_of({}, policy, list(comparison.policies).index(policy))
        sure = row["p_holm"] < SIGNIFICANT
        color = how.color if row["low"] > 0 or row["high"] < 0 else UNSURE
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
                    "color": color,
                    "line": {"width": 2, "color": color},
                },
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [_gap(row["high"], row["mean"])],
                    "arrayminus": [_gap(row["mean"], row["low"])],
                    "color": color,
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
    unit = f" ({outcome.unit_in_words})" if outcome.unit_in_words else ""
    axis = plain(f"difference from {reference_label(comparison)}{unit}")
    fig.update_xaxes(title_text=axis, title_font_size=14, showgrid=True, color=QUIET, nticks=6, tickformat="~g")
    fig.update_layout(height=110 + ROW * len(names), hovermode="closest", margin={"t": 12, "r": 24})
    return fig


def table(compared: ComparedOutcome) -> pd.DataFrame:
    """Rows of `Comparison.differences` for one outcome."""
    frame = compared.comparison.differences
    return frame[frame["outcome"] == compared.outcome.name].reset_index(drop=True)


def caption(compared: ComparedOutcome) -> str:
    """Empty: the panels share one caption, which stands above them."""
    return ""


def _gap(above: float, below: float) -> float:
    return above - below if above == above and below == below else 0.0
