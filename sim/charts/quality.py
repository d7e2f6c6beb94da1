"""Quality of what readers are shown, and the gap to the twin world where nobody manipulates."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.charts.run import Run, changes_of
from sim.charts.style import BLUE, VERMILION, Look, add_day_axis, add_line, new_figure
from sim.core.formatting import ends, smooth, thinned

THIS = Look("this world", VERMILION)
TWIN = Look("twin world: nobody manipulates", BLUE, "dash")


def title(run: Run) -> str:
    """The same for every run."""
    return "Quality of what readers are shown"


def applies(run: Run) -> bool:
    """Whether quality was measured."""
    return "exposure_quality" in run.daily


def draw(run: Run) -> go.Figure:
    """Impression-weighted true quality by day (weekly mean), this world and its twin, the gap shaded."""
    fig = new_figure(title(run))
    daily, twin = run.daily, run.twin_daily
    if twin is not None:
        add_line(fig, twin["day"], smooth(twin["exposure_quality"]), TWIN)
    add_line(fig, daily["day"], smooth(daily["exposure_quality"]), THIS)
    if twin is not None:
        fig.data[-1].update(fill="tonexty", fillcolor="rgba(86,180,233,0.22)")
    add_day_axis(fig, len(daily), changes_of(run))
    fig.update_yaxes(title_text="exposure quality (0 to 1, weekly mean)", tickformat=".2f")
    return fig


def caption(run: Run) -> str:
    """The last week against the twin's."""
    _, last = ends(run.daily["exposure_quality"])
    if run.twin_daily is None:
        first, _ = ends(run.daily["exposure_quality"])
        return (
            f"Look at where the line ends: readers are shown quality {last:.3f} in the last week, "
            f"{first:.3f} in the first."
        )
    _, honest = ends(run.twin_daily["exposure_quality"])
    gap = last - honest
    size = f"{abs(gap):.3f} {'below' if gap < 0 else 'above'}"
    relative = f" ({abs(gap) / honest:.0%} {'less' if gap < 0 else 'more'})" if honest > 0 else ""
    return (
        f"Look at the shaded gap: exposure quality ends at {last:.3f}, {size} the twin world{relative}. The twin uses "
        "common random numbers (the same random numbers as this world) and differs only in that nobody manipulates."
    )


def table(run: Run) -> pd.DataFrame:
    """The two lines and the gap."""
    frame = run.daily[["day", "exposure_quality"]].copy()
    if run.twin_daily is not None:
        frame["twin"] = run.twin_daily["exposure_quality"].to_numpy()
        frame["gap"] = frame["exposure_quality"] - frame["twin"]
    return thinned(frame)
