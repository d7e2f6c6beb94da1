"""One style for all charts: colours that colour-blind readers can tell apart, dashes and patterns for grey print."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sim.analysis.study_outcome import factor_label
from sim.charts.changes import LetteredChange
from sim.core.enums import words
from sim.core.terminal import plain as without_codes

CONFIG: dict[str, Any] = {
    "showSendToCloud": False,
    "displaylogo": False,
    "responsive": True,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
}
FONTS = '"Helvetica Neue", Helvetica, Arial, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'
INK, QUIET, GRID = "#1a1a1a", "#595959", "#e4e4e1"
# Okabe & Ito 2008
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
BLUE, VERMILION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
HEIGHT = 460
FEW_DAYS = 10  # up to which each has a tick of its own
SEQUENTIAL = "Cividis"  # reads alike with and without colour vision (Nunez, Anderton & Renslow 2018)
# less, as much, more: blue and orange differ for nearly everybody, and text stays readable on the pale ends
DIVERGING = ((0.0, "#8fb8de"), (0.5, "#f7f7f7"), (1.0, "#f2a65a"))


@dataclass(frozen=True)
class Look:
    """How one thing is drawn wherever it appears."""

    label: str
    color: str
    dash: str = "solid"
    pattern: str = ""
    symbol: str = "circle"


STRATEGIES = {
    "honest": Look("honest", GREEN),
    "mutual_aid": Look("mutual aid", SKY, "dash", "/", "square"),
    "buy_machine": Look("machine likes", VERMILION, "dot", "x", "diamond"),
    "buy_raised": Look("raised-account likes", ORANGE, "dashdot", "\\", "triangle-up"),
    "buy_real": Look("real-people likes", BLUE, "longdash", ".", "cross"),
    "buy_package": Look("like packages", BLACK, "longdashdot", "-", "x"),
    "mcn": Look("agency matrix", PURPLE, "dash", "|", "star"),
}
ORIGINS = {
    "organic": Look("organic", GREEN),
    "mutual_aid": Look("mutual aid", SKY, "dash", "/"),
    "farm": Look("farm", VERMILION, "dot", "x"),
    "matrix": Look("agency matrix", PURPLE, "dashdot", "|"),
    "trial": Look("randomised trial", BLACK, "longdash", "-"),
}
GRADES = {
    "machine": Look("machine", VERMILION, "solid", symbol="diamond"),
    "raised": Look("raised", ORANGE, "dash", symbol="triangle-up"),
    "real": Look("real people", BLUE, "dot", symbol="square"),
}
_SPARE = (
    ("#0072B2", "solid", "/", "circle"),
    ("#D55E00", "dash", "x", "square"),
    ("#009E73", "dot", "\\", "diamond"),
    ("#CC79A7", "dashdot", "|", "cross"),
    ("#E69F00", "longdash", "-", "x"),
    ("#56B4E9", "longdashdot", ".", "star"),
    ("#000000", "solid", "+", "triangle-up"),
)


def look_of(known: dict[str, Look], name: str, at: int = 0) -> Look:
    """The look of `name`; the spare one number `at` when the name is unknown (a user's own plug-in)."""
    if name in known:
        return known[name]
    color, dash, pattern, symbol = _SPARE[at % len(_SPARE)]
    return Look(words(name), color, dash, pattern, symbol)


def _template() -> go.layout.Template:
    axis = {
        "gridcolor": GRID,
        "linecolor": QUIET,
        "showline": True,
        "ticks": "outside",
        "tickcolor": QUIET,
        "zeroline": False,
        "automargin": True,
        "title": {"font": {"size": 16, "color": QUIET}, "standoff": 10},
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONTS, "size": 16, "color": INK},
            "title": {"font": {"size": 22}, "x": 0, "xref": "container", "pad": {"l": 12}},
            "paper_bgcolor": "white",
            "plot_bgcolor": "white",
            "height": HEIGHT,
            "margin": {"l": 64, "r": 16, "t": 64, "b": 56},
            "hovermode": "x unified",
            "hoverlabel": {"font": {"size": 14, "family": FONTS}},
            "legend": {
                "orientation": "h",
                "x": 0,
                "xanchor": "left",
                "y": -0.24,
                "yanchor": "top",
                "traceorder": "normal",
            },
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
        }
    )


TEMPLATE = _template()


def plain(text: str) -> str:
    """Text that Plotly shows as it is: not as its markup, nor as a field of a hover text."""
    return without_codes(text).replace("&", "&amp;").replace("<", "&lt;").replace("%{", "&#37;{")


def factor_text(factor: str) -> str:
    """A factor of a study as text of a figure."""
    return plain(factor_label(factor))


def new_figure(title: str) -> go.Figure:
    """An empty figure in the common style."""
    return go.Figure(layout={"template": TEMPLATE, "title": {"text": plain(title)}})


def new_panels(title: str, days: int, heights: tuple[float, float] = (0.5, 0.5)) -> go.Figure:
    """Two empty panels, one above the other, in the common style, over the same days."""
    fig = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1, row_heights=list(heights))
    fig.update_layout(template=TEMPLATE, title_text=plain(title), height=580, legend_y=-0.18)
    fig.update_xaxes(range=[0, max(1, days)])
    return fig


def legend_below(room: int = 110) -> dict[str, Any]:
    """The legend at the foot of the figure, whatever its height; `room` in pixels."""
    return {"legend": {"yref": "container", "y": 0, "yanchor": "bottom"}, "margin_b": room}


def add_day_axis(fig: go.Figure, days: int, changes: Iterable[LetteredChange] = (), rows: int = 1) -> None:
    """The axis of days, with a lettered line where the policy changes; hovering over a letter shows the change."""
    fig.update_xaxes(
        title_text="day of the run",
        range=[0, max(1, days)],
        dtick=1 if days <= FEW_DAYS else None,  # no parts of a day
        row=rows if rows > 1 else None,
        col=1 if rows > 1 else None,
    )
    for change in changes:
        fig.add_shape(
            type="line",
            x0=change.day,
            x1=change.day,
            xref="x",
            y0=0,
            y1=1,
            yref="paper",
            line={"color": QUIET, "width": 1.5, "dash": "dot"},
        )
        fig.add_annotation(
            x=change.day,
            xref="x",
            y=1,
            yref="paper",
            yanchor="bottom",
            text=f"<b>{change.letter}</b>",
            hovertext=plain(f"day {change.day}: {change.text}"),
            showarrow=False,
            font={"size": 15, "color": INK},
        )


def has_lone_points(y: Any) -> bool:
    """Whether a value has no neighbour that a line could join it to: a marker shows it."""
    known = np.isfinite(np.asarray(y, float))
    has_neighbour = np.zeros_like(known)
    has_neighbour[1:] |= known[:-1]
    has_neighbour[:-1] |= known[1:]
    return bool((known & ~has_neighbour).any())


def add_line(
    fig: go.Figure,
    x: Any,
    y: Any,
    how: Look,
    *,
    unit: str = "",
    form: str = ".3f",
    row: int | None = None,
    width: float = 3,
) -> None:
    """A line named in the legend."""
    suffix = f" {unit}" if unit else ""
    trace = go.Scatter(
        x=x,
        y=y,
        mode="lines+markers" if has_lone_points(y) else "lines",
        marker={"size": 8, "symbol": how.symbol, "color": how.color},
        name=plain(how.label),
        line={"color": how.color, "dash": how.dash, "width": width},
        hovertemplate=f"%{{y:{form}}}{suffix}<extra>{plain(how.label)}</extra>",
    )
    fig.add_trace(trace, row=row, col=1 if row else None)


def add_band(fig: go.Figure, x: Any, y: Any, how: Look, *, form: str = ".1%") -> None:
    """A layer of a stack."""
    fig.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="lines+markers" if len(y) == 1 else "lines",
            name=plain(how.label),
            stackgroup="all",
            line={"color": how.color, "width": 1},
            fillcolor=how.color,
            fillpattern={
                "shape": how.pattern,
                "bgcolor": how.color,
                "fgcolor": "white",
                "size": 9,
                "solidity": 0.18,
            }
            if how.pattern
            else None,
            hovertemplate=f"%{{y:{form}}}<extra>{plain(how.label)}</extra>",
        )
    )
