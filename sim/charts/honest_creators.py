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
    "Look at how far the line falls: creators who manipulate on day 0 are not in it; others leave it when they first "
    "manipulate, quit or are banned."
)
BOTH = (
    "Look at the gap between the lines. The dashed one falls only where creators quit. In this world {lost} of the "
    "creators of day 0 are missing besides (mean of {when}): they have manipulated, quit or been banned."
)
NO_GAP = (
    "The lines end together (mean of {when}): no more honest creators are lost than in a world in which nobody "
    "manipulates."
)


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
    lost = ends(run.twin_daily[COLUMN])[1] - ends(run.daily[COLUMN])[1]
    when = last_days(run.daily)
    return (
        BOTH.format(lost=percent(lost), when=when) if percent(lost) != "0%" and lost > 0 else NO_GAP.format(when=when)
    )


def table(run: Run) -> pd.DataFrame:
    """Both by day."""
    frame = run.daily[["day", COLUMN]].copy()
    if run.twin_daily is not None:
        frame["twin"] = run.twin_daily[COLUMN].to_numpy()
    return thin_rows(frame)
