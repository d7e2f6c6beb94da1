"""Readers' trust in the platform, and the share of readers who are still active."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.charts.run import Run, changes_of
from sim.charts.style import BLUE, ORANGE, Look, add_day_axis, add_line, new_panels
from sim.core.formatting import ends, moved, number, thin_rows

TRUST = Look("trust in the platform", BLUE)
ACTIVE = Look("active readers", ORANGE, "dash")
TWIN_TRUST = Look("trust in the twin world", BLUE, "dot")
TWIN_ACTIVE = Look("active in the twin world", ORANGE, "dot")
LEAST_SPAN = {"platform_trust": 0.1, "active_reader_share": 0.02}  # of an axis: less is drawn as no change
MARGIN = 20  # parts of an axis, of which one is left free at each end
CHANGES = "Trust in the platform {moved}"
AGAINST = "Trust in the platform: {here}, against {twin} without manipulation"
CAPTION = "Trust {trust}{twin}; the share of active readers {active}. Where both change, look at which does so first."


def title(run: Run) -> str:
    """How trust changes, or how much of it manipulation costs."""
    first, last = ends(run.daily["platform_trust"])
    if run.twin_daily is None:
        return CHANGES.format(moved=moved(first, last))
    return AGAINST.format(here=number(last), twin=number(ends(run.twin_daily["platform_trust"])[1]))


def applies(run: Run) -> bool:
    """Whether trust was measured."""
    return "platform_trust" in run.daily


def draw(run: Run) -> go.Figure:
    """Trust above and the share of active readers below, each on a scale of its own; thin lines for the twin."""
    fig = new_panels(title(run), len(run.daily))
    daily, twin = run.daily, run.twin_daily
    parts = (("platform_trust", TRUST, TWIN_TRUST, ".3f"), ("active_reader_share", ACTIVE, TWIN_ACTIVE, ".1%"))
    for row, (column, here, there, form) in enumerate(parts, start=1):
        add_line(fig, daily["day"], daily[column], here, form=form, row=row)
        if twin is not None:
            add_line(fig, twin["day"], twin[column], there, form=form, width=1.8, row=row)
        drawn = daily[column] if twin is None else pd.concat([daily[column], twin[column]])
        fig.update_yaxes(range=_range(drawn, LEAST_SPAN[column]), row=row, col=1)
    add_day_axis(fig, len(daily), changes_of(run), rows=2)
    fig.update_yaxes(title_text="trust (0 to 1)", row=1, col=1)
    fig.update_yaxes(title_text="active readers", tickformat=".4~p", row=2, col=1)
    return fig


def _range(shares: pd.Series, least: float) -> list[float]:
    """An axis round shares between 0 and 1, of `least` length at the least: what hardly changes looks so."""
    low, high = float(shares.min()), float(shares.max())
    if not low <= high:
        return [0.0, 1.0]
    length = max(least, high - low)
    start = min(max(0.0, (low + high - length) / 2), 1.0 - length)
    return [start - length / MARGIN, start + length + length / MARGIN]


def caption(run: Run) -> str:
    """How both changed."""
    trust = moved(*ends(run.daily["platform_trust"]), form=".3f")
    active = moved(*ends(run.daily["active_reader_share"]), form=".1%")
    twin = ""
    if run.twin_daily is not None:
        _, other = ends(run.twin_daily["platform_trust"])
        twin = f" (in the twin world it ends at {number(other)})"
    return CAPTION.format(trust=trust, twin=twin, active=active)


def table(run: Run) -> pd.DataFrame:
    """Both by day."""
    frame = run.daily[["day", "platform_trust", "active_reader_share"]].copy()
    if run.twin_daily is not None:
        frame["twin_trust"] = run.twin_daily["platform_trust"].to_numpy()
        frame["twin_active_share"] = run.twin_daily["active_reader_share"].to_numpy()
    return thin_rows(frame)
