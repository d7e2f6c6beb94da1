"""Readers' trust in the platform, and the share of readers who are still active."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.charts.run import Run, changes_of
from sim.charts.style import BLUE, ORANGE, Look, add_day_axis, add_line, new_figure
from sim.core.formatting import ends, moved, number, thin_rows

TRUST = Look("trust in the platform", BLUE)
ACTIVE = Look("active readers", ORANGE, "dash")
TWIN_TRUST = Look("trust in the twin world", BLUE, "dot")
TWIN_ACTIVE = Look("active in the twin world", ORANGE, "dot")
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
    """Both on one scale from 0 to 1; thin lines for the twin."""
    fig = new_figure(title(run))
    daily, twin = run.daily, run.twin_daily
    add_line(fig, daily["day"], daily["platform_trust"], TRUST, form=".1%")
    add_line(fig, daily["day"], daily["active_reader_share"], ACTIVE, form=".1%")
    if twin is not None:
        add_line(fig, twin["day"], twin["platform_trust"], TWIN_TRUST, form=".1%", width=1.8)
        add_line(fig, twin["day"], twin["active_reader_share"], TWIN_ACTIVE, form=".1%", width=1.8)
    add_day_axis(fig, len(daily), changes_of(run))
    fig.update_yaxes(title_text="trust (0 to 1), share of readers", tickformat=".0%", range=[0, 1.02])
    return fig


def caption(run: Run) -> str:
    """How both changed."""
    trust = moved(*ends(run.daily["platform_trust"]))
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
