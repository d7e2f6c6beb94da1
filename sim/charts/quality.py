"""Quality of what readers are shown, and the gap to the twin world where nobody manipulates."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.analysis.smallest import default_of
from sim.charts.run import Run, changes_of
from sim.charts.style import BLUE, VERMILION, Look, add_day_axis, add_line, new_figure
from sim.core.formatting import ends, estimate, first_days, last_days, smooth, thin_rows

THIS = Look("this world", VERMILION)
TWIN = Look("twin world: nobody manipulates", BLUE, "dash")


def title(run: Run) -> str:
    """Whether readers are shown better or worse posts than in the twin world."""
    _, last = ends(run.daily["exposure_quality"])
    if run.twin_daily is None or last != last:
        return "Quality of what readers are shown"
    shown, honest = (estimate(value, 3) for value in (last, ends(run.twin_daily["exposure_quality"])[1]))
    if shown == honest:
        return f"Readers are shown the same quality as without manipulation: {shown}"
    if abs(last - ends(run.twin_daily["exposure_quality"])[1]) < default_of("exposure_quality").value:
        return f"Readers are shown nearly the same quality as without manipulation: {shown} against {honest}"
    side = "worse" if last < ends(run.twin_daily["exposure_quality"])[1] else "better"
    return f"Readers are shown {side} posts than without manipulation: quality {shown} against {honest}"


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
    fig.update_yaxes(title_text="quality shown (0 to 1, weekly mean)", tickformat="~g")
    return fig


def caption(run: Run) -> str:
    """The last week against the twin's."""
    first, last = ends(run.daily["exposure_quality"])
    if last != last:
        return "No post was shown, so quality has no value."
    when = last_days(run.daily)
    if run.twin_daily is None:
        if when == first_days(run.daily):
            return f"Look at where the line ends: readers are shown quality {last:.3f} over {when}."
        return (
            f"Look at where the line ends: readers are shown quality {last:.3f} over {when}, "
            f"{first:.3f} in {first_days(run.daily)}."
        )
    _, honest = ends(run.twin_daily["exposure_quality"])
    gap = last - honest
    if honest != honest:
        return f"Quality shown is {last:.3f} over {when}; the twin world has no value."
    size = f"{abs(gap):.3f} {'below' if gap < 0 else 'above'}"
    relative = f" ({abs(gap) / honest:.0%} {'less' if gap < 0 else 'more'})" if honest > 0 else ""
    look = "the shaded gap"
    if round(gap, 3) == 0.0:
        size, relative, look = "the same as in", "", "how the lines run together"
    return (
        f"Look at {look}: quality shown is {last:.3f} over {when}, {size} the twin world{relative}. The twin "
        "uses common random numbers (the same as this world) and differs only in that nobody manipulates."
    )


def table(run: Run) -> pd.DataFrame:
    """The two lines and the gap."""
    frame = pd.DataFrame({"day": run.daily["day"], "quality_weekly_mean": smooth(run.daily["exposure_quality"])})
    if run.twin_daily is not None:
        frame["twin_weekly_mean"] = smooth(run.twin_daily["exposure_quality"]).to_numpy()
        frame["gap"] = frame["quality_weekly_mean"] - frame["twin_weekly_mean"]
    return thin_rows(frame)
