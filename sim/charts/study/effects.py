"""The outcome by each factor: dots and intervals on one axis, so that factors can be compared."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.analysis.effects import by_factor
from sim.analysis.study_outcome import StudyOutcome, factor_label
from sim.charts.style import GRID, INK, QUIET, factor_text, look_of, new_figure, plain
from sim.core.formatting import half_width, join_words, number

ROW = 24
UNSURE = "#8c8c8c"  # of a factor whose levels may differ by chance
CHANCE = "; the intervals overlap, so this may be chance"
PAIRED = "; the intervals overlap because seeds differ, but compared under each seed the effect is significant"
UNCHANGED = "{factors} changed nothing: the same bits at every value under each seed."


def title(outcome: StudyOutcome) -> str:
    """The outcome, and the factor that moves it most, if that is not chance."""
    own = _most(outcome)
    if own is None:
        return f"{outcome.label}: no factor changes it"
    name = str(own["factor"].iloc[0])
    if not (_differ(own) or name in outcome.sensitivity.sure()):
        return f"{outcome.label}: no factor surely moves it"
    return f"{outcome.label}: moved most by {factor_label(name)}"


def applies(outcome: StudyOutcome) -> bool:
    """Whether any point has all its runs; a screening varies too many factors for means to be informative."""
    return outcome.varies and outcome.sensitivity.used > 0 and outcome.design != "morris"


def table(outcome: StudyOutcome) -> pd.DataFrame:
    """Mean and interval at every level of every factor, or in bins of its range."""
    return by_factor(outcome.findings, outcome.name, outcome.findings.factors).drop(columns="at")


def draw(outcome: StudyOutcome) -> go.Figure:
    """A row for every level, under its factor's name; the strongest factor on top."""
    fig = new_figure(title(outcome))
    ticks: list[str] = []
    for i, name in enumerate(outcome.strongest):
        rows = by_factor(outcome.findings, outcome.name, [name])
        ticks.append(f"<b>{factor_text(name)}</b>")
        at = list(range(len(ticks), len(ticks) + len(rows)))
        ticks += [plain(level) for level in rows["level"]]
        how = look_of({}, name, i)
        half = rows["high"] - rows["mean"]
        color = how.color if _differ(rows) or name in outcome.sensitivity.sure() else UNSURE
        fig.add_trace(
            go.Scatter(
                x=rows["mean"],
                y=at,
                mode="lines+markers",
                name=factor_text(name),
                line={"color": color, "width": 1.5, "dash": "dot"},
                marker={"size": 10, "symbol": how.symbol, "color": color},
                error_x={"type": "data", "array": half.fillna(0.0), "thickness": 2, "width": 5, "color": color},
                customdata=pd.DataFrame({"level": rows["level"], "half": half, "runs": rows["runs"]}),
                hovertemplate=(
                    f"{factor_text(name)} %{{customdata[0]}}: %{{x:.4g}} ± %{{customdata[1]:.2g}} "
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
    fig.update_xaxes(title_text=plain(outcome.label_in_text), showgrid=True, gridcolor=GRID, color=QUIET)
    fig.update_layout(hovermode="closest", height=130 + ROW * len(ticks))
    return fig


def _differ(rows: pd.DataFrame) -> bool:
    """Whether the intervals of the highest and the lowest level are apart, or there are none to compare."""
    if not len(rows):
        return False
    low, high = rows.iloc[int(rows["mean"].argmin())], rows.iloc[int(rows["mean"].argmax())]
    return bool(high["mean"] > low["mean"] and not low["high"] >= high["low"])


def caption(outcome: StudyOutcome) -> str:
    """Which factor moves the outcome most, and from where to where."""
    same = outcome.findings.unchanged_in(outcome.name)
    unchanged = UNCHANGED.format(factors=join_words([factor_label(name) for name in same])) if same else ""
    own = _most(outcome)
    if own is None:
        return f"{unchanged[0].upper()}{unchanged[1:]}" if "." not in unchanged.split(" ")[0] else unchanged
    name = str(own["factor"].iloc[0])
    low, high = own.iloc[int(own["mean"].argmin())], own.iloc[int(own["mean"].argmax())]
    half = (own["high"] - own["mean"]).mean()
    sure = f" (± {half_width(half)})" if half == half else ""
    overlap = PAIRED if name in outcome.sensitivity.sure() else CHANCE
    chance = overlap if low["high"] >= high["low"] else ""
    also = f" {unchanged}" if unchanged else ""
    return (
        f"Averaged over all other factors, {factor_label(name)} moves {outcome.label_in_text} most: from "
        f"{number(low['mean'])} at {low['level']} to {number(high['mean'])} at {high['level']}{sure}{chance}.{also}"
    )


def _most(outcome: StudyOutcome) -> pd.DataFrame | None:
    """The levels of the factor that moves the outcome most; None when no factor changes a bit of it."""
    same = outcome.findings.unchanged_in(outcome.name)
    factors = [name for name in outcome.findings.factors if name not in same]
    if not factors:
        return None
    rows = by_factor(outcome.findings, outcome.name, factors)
    spans = rows.groupby("factor", sort=False)["mean"].agg(lambda m: m.max() - m.min())
    return rows[rows["factor"] == str(spans.idxmax())]
