"""The phase map: the outcome over two factors at once, its uncertainty beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sim.analysis.effects import by_two, level_text
from sim.analysis.study_outcome import StudyOutcome, factor_label
from sim.charts.style import QUIET, SEQUENTIAL, TEMPLATE, factor_text, new_figure, plain
from sim.core.formatting import half_width, number

FEW_CELLS = 64  # more leave no room for numbers in them
BAR = {"orientation": "h", "yref": "container", "y": 0.01, "yanchor": "bottom", "thickness": 12, "len": 0.9}


def _pair(outcome: StudyOutcome) -> tuple[str, str]:
    """The factors for x and y: those of the study if it has two, otherwise the strongest two, in the study's order."""
    names = list(outcome.findings.factors)
    if outcome.design != "grid":
        numbers = [name for name in outcome.strongest if name in outcome.numeric_factors]
        chosen = numbers[:2]
    else:
        chosen = outcome.strongest[:2]
    first, second = sorted(chosen, key=names.index)
    return first, second


def title(outcome: StudyOutcome) -> str:
    """The outcome, and where it is highest, if that is surely more than where it is lowest."""
    first, second = _pair(outcome)
    if outcome.design != "grid":
        return f"{outcome.label} by {factor_label(first)} and {factor_label(second)}"
    low, high = _ends(outcome)
    if not high["low"] > low["high"]:
        return f"{outcome.label}: no surely highest point"
    return f"{outcome.label}: highest at {_where(outcome, high)}"


def applies(outcome: StudyOutcome) -> bool:
    """Whether two factors vary, and not in a screening."""
    numbers = outcome.numeric_factors
    kind = outcome.design
    enough = len(outcome.findings.factors) >= 2 if kind == "grid" else len(numbers) >= 2
    return outcome.varies and enough and kind != "morris" and outcome.sensitivity.used > 0


def table(outcome: StudyOutcome) -> pd.DataFrame:
    """Means and intervals by the two factors; in a sampled design, the points."""
    first, second = _pair(outcome)
    if outcome.design == "grid":
        return by_two(outcome.findings, outcome.name, first, second)
    return _points(outcome)[["point", first, second, "mean", "low", "high", "runs"]]


def _points(outcome: StudyOutcome) -> pd.DataFrame:
    """Every point's mean over repetitions, with the interval of Student's t where there are some."""
    from scipy.stats import t

    matrix = outcome.matrix
    n = (~np.isnan(matrix)).sum(axis=1)
    sums = np.nansum(matrix, axis=1)
    mean = np.divide(sums, n, out=np.full(len(n), np.nan), where=n > 0)
    spread = np.nansum((matrix - mean[:, None]) ** 2, axis=1)
    half = np.full(len(n), np.nan)
    some = n > 1
    half[some] = t.ppf(0.975, n[some] - 1) * np.sqrt(spread[some] / (n[some] - 1) / n[some])
    frame = outcome.findings.points.assign(mean=mean, low=mean - half, high=mean + half, runs=n)
    return frame[n > 0].reset_index(drop=True)


def draw(outcome: StudyOutcome) -> go.Figure:
    """A heat map of a grid, with numbers in the cells while these are few; points of a sampled design."""
    first, second = _pair(outcome)
    drawn = _map if outcome.design == "grid" else _scatter
    fig = drawn(outcome, first, second)
    fig.update_layout(hovermode="closest")
    return fig


def _wide(rows: pd.DataFrame, first: str, second: str, column: str) -> np.ndarray:
    xs, ys = list(dict.fromkeys(rows[first])), list(dict.fromkeys(rows[second]))
    grid = np.full((len(ys), len(xs)), np.nan)
    for x, y, value in zip(rows[first], rows[second], rows[column], strict=True):
        grid[ys.index(y), xs.index(x)] = value
    return grid


def _map(outcome: StudyOutcome, first: str, second: str) -> go.Figure:
    rows = by_two(outcome.findings, outcome.name, first, second)
    rows = rows.assign(half=rows["high"] - rows["mean"])
    mean, half = (_wide(rows, first, second, column) for column in ("mean", "half"))
    xs, ys = ([plain(level_text(v)) for v in dict.fromkeys(rows[name])] for name in (first, second))
    known = bool(np.isfinite(half).any())
    few = mean.size <= FEW_CELLS
    text = [
        [f"{number(m)}<br>± {half_width(h)}" if known else number(m) for m, h in zip(*pair, strict=True)]
        for pair in zip(mean, half, strict=True)
    ]
    label = plain(outcome.label_in_text)
    hover = (
        f"{factor_text(first)} %{{x}}, {factor_text(second)} %{{y}}: %{{z:.4g}} ± %{{customdata:.2g}}<extra></extra>"
    )
    low, high = _color_range(mean, half)
    cells = go.Heatmap(
        zmin=low, zmax=high, z=mean,
        x=xs, y=ys, customdata=half, colorscale=SEQUENTIAL, hovertemplate=hover, xgap=2, ygap=2,
        colorbar={**BAR, "title": {"text": label, "side": "bottom"}},
    )  # fmt: skip
    if few:
        cells.update(text=text, texttemplate="%{text}", textfont={"size": 13})
        fig = new_figure(title(outcome))
        fig.add_trace(cells)
        fig.update_xaxes(title_text=factor_text(first), type="category")
        fig.update_yaxes(title_text=factor_text(second), type="category")
        fig.update_layout(height=max(360, 190 + 58 * len(ys)), margin_b=140)
        return fig
    return _two_panels(cells, half if known else None, xs, ys, (first, second), title(outcome))


def _color_range(mean: np.ndarray, half: np.ndarray) -> tuple[float, float]:
    """The values from the darkest to the brightest colour: no less than an interval wide, so that noise looks flat."""
    low, high = float(np.nanmin(mean)), float(np.nanmax(mean))
    known = half[np.isfinite(half)]
    room = max(0.0, 2.0 * float(np.median(known)) - (high - low)) / 2 if known.size else 0.0
    return low - room, high + room


def _two_panels(
    cells: go.Heatmap, half: np.ndarray | None, xs: list[str], ys: list[str], names: tuple[str, str], heading: str
) -> go.Figure:
    """Many cells: the map, and below it half the interval of each."""
    from plotly.subplots import make_subplots

    panels = 1 if half is None else 2
    fig = make_subplots(rows=panels, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    fig.update_layout(template=TEMPLATE, title_text=plain(heading), height=480 * panels, margin_b=140)
    fig.add_trace(cells, row=1, col=1)
    if half is not None:
        fig.add_trace(
            go.Heatmap(
                z=half, x=xs, y=ys, colorscale="Greys", xgap=1, ygap=1,
                colorbar={"title": {"text": "± (95%)", "side": "right"}, "thickness": 12, "len": 0.4, "y": 0.2},
                hovertemplate="± %{z:.2g}<extra></extra>",
            ),
            row=2, col=1,
        )  # fmt: skip
    for row in range(1, panels + 1):
        fig.update_yaxes(title_text=factor_text(names[1]), type="category", row=row, col=1)
    fig.update_xaxes(type="category")
    fig.update_xaxes(title_text=factor_text(names[0]), row=panels, col=1)
    return fig


def _scatter(outcome: StudyOutcome, first: str, second: str) -> go.Figure:
    rows = _points(outcome)
    half = rows["high"] - rows["mean"]
    fig = new_figure(title(outcome))
    fig.add_trace(
        go.Scatter(
            x=rows[first],
            y=rows[second],
            mode="markers",
            showlegend=False,
            marker={
                "color": rows["mean"],
                "colorscale": SEQUENTIAL,
                "size": 11,
                "line": {"color": QUIET, "width": 0.5},
                "colorbar": {**BAR, "title": {"text": plain(outcome.label_in_text), "side": "bottom"}},
                "showscale": True,
            },
            customdata=pd.DataFrame({"mean": rows["mean"], "half": half, "point": rows["point"]}),
            hovertemplate=(
                f"point %{{customdata[2]}}: {factor_text(first)} %{{x:.3g}}, {factor_text(second)} %{{y:.3g}}: "
                "%{customdata[0]:.4g}<extra></extra>"
            ),
        )
    )
    for axis, name in ((fig.update_xaxes, first), (fig.update_yaxes, second)):
        axis(title_text=factor_text(name))
        if outcome.is_log(name):
            axis(type="log", tickvals=_ticks(float(rows[name].min()), float(rows[name].max())))
    fig.update_layout(height=520, margin_b=140)
    return fig


def _ticks(low: float, high: float) -> list[float]:
    """1, 2, 5, 10, ... between two values."""
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    return [m * 10.0**p for p in powers for m in (1, 2, 5) if low <= m * 10.0**p <= high]


def caption(outcome: StudyOutcome) -> str:
    """Where the outcome is highest and lowest, and whether the difference may be chance."""
    label = outcome.label_in_text
    low, high = _ends(outcome)
    if number(low["mean"]) == number(high["mean"]) and float(high["mean"] - low["mean"]) < 1e-9:
        return f"One colour: {label} is {number(high['mean'])} on average, whatever the two factors are."
    text = (
        f"The brighter, the higher: {label} is highest, {number(high['mean'])}, at {_where(outcome, high)}, "
        f"and lowest, {number(low['mean'])}, at {_where(outcome, low)}"
    )
    if np.isnan(high["low"]) or np.isnan(low["high"]):
        return f"{text}. With one repetition, there is no interval for the difference."
    apart = "do not overlap" if high["low"] > low["high"] else "overlap, so the difference may be chance"
    return f"{text}; their intervals {apart}."


def _ends(outcome: StudyOutcome) -> tuple[pd.Series, pd.Series]:
    """The points with the lowest and the highest mean."""
    rows = by_two(outcome.findings, outcome.name, *_pair(outcome)) if outcome.design == "grid" else _points(outcome)
    return rows.iloc[int(rows["mean"].argmin())], rows.iloc[int(rows["mean"].argmax())]


def _where(outcome: StudyOutcome, row: pd.Series) -> str:
    first, second = _pair(outcome)
    return f"{factor_label(first)} {level_text(row[first])} and {factor_label(second)} {level_text(row[second])}"
