"""How many of the creators of the first day are still here and have never manipulated."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.charts.quality import THIS, TWIN
from sim.charts.run import Run, changes_of
from sim.charts.style import add_day_axis, add_line, new_figure
from sim.core.formatting import ends, last_days, percent, thin_rows

COLUMN = "honest_survival"
TITLE = "Honest from the start: {here} of the creators of day 0 are left"
AGAINST = TITLE + ", {twin} without manipulation"
ALONE = (
    "Look at how far the line falls. Creators who manipulate on day 0 are not in it; others leave it when they first "
    "manipulate, quit or are banned."
)
FEWER = (
    "Look at the gap between the lines: {gap} percentage points over {when}. The line of the twin falls where creators "
    "quit, or are banned by mistake. That of this world falls also where they begin to manipulate, and starts lower by "
    "those who do so on day 0."
)
MORE = "Look at where the lines end: that of this world is higher, by {gap} percentage points over {when}."
NO_GAP = "The lines end together (mean of {when}): as many are left as in a world in which nobody manipulates."
LEAST_GAP = 0.0005  # shares that look alike


def title(run: Run) -> str:
    """How many are left, and how many would be without manipulation."""
    here = percent(ends(run.daily[COLUMN])[1])
    if run.twin_daily is None:
        return TITLE.format(here=here)
    return AGAINST.format(here=here, twin=percent(ends(run.twin_daily[COLUMN])[1]))


def applies(run: Run) -> bool:
    """Whether it was measured."""
    return COLUMN in run.daily and bool(run.daily[COLUMN].notna().any())


def draw(run: Run) -> go.Figure:
    """The share by day, this world and its twin."""
    fig = new_figure(title(run))
    for frame, look in ((run.twin_daily, TWIN), (run.daily, THIS)):
        if frame is not None:
            add_line(fig, frame["day"], frame[COLUMN], look, form=".1%")
    add_day_axis(fig, len(run.daily), changes_of(run))
    fig.update_yaxes(title_text="share of the creators of day 0", tickformat=".4~p")
    return fig


def caption(run: Run) -> str:
    """What makes the lines fall, and how far they are apart at the end."""
    if run.twin_daily is None:
        return ALONE
    gap = ends(run.daily[COLUMN])[1] - ends(run.twin_daily[COLUMN])[1]
    template = NO_GAP if abs(gap) < LEAST_GAP else FEWER if gap < 0 else MORE
    return template.format(gap=f"{100 * abs(gap):.2g}", when=last_days(run.daily))


def table(run: Run) -> pd.DataFrame:
    """Both by day."""
    frame = run.daily[["day", COLUMN]].copy()
    if run.twin_daily is not None:
        frame["twin"] = run.twin_daily[COLUMN].to_numpy()
    return thin_rows(frame)
