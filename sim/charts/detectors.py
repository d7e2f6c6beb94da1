"""How often detectors are right, and how much of the manipulation they find."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sim.charts.run import Run, changes_of
from sim.charts.style import Look, add_day_axis, add_line, look_of, new_panels
from sim.core.formatting import columns, mean_of, percent, smooth, thin_rows

FEW_FAKES = 0.02  # share of fake likes below which precision says more of the day than of the detector


def _names(run: Run) -> list[str]:
    found = columns(run.daily, suffix="_precision")
    return [name for name in found if f"{name}_recall" in run.daily and run.daily[f"{name}_recall"].notna().any()]


def _look(at: int, name: str) -> Look:
    return look_of({}, name, at)


def title(run: Run) -> str:
    """The most precise detector."""
    scores = {n: mean_of(run.daily[f"{n}_precision"]) for n in _names(run)}
    judged = {n: score for n, score in scores.items() if score == score}
    if not judged:
        return "Precision and recall of the detectors"
    best = max(judged, key=lambda n: judged[n])
    if judged[best] == 0.0:
        return "All that detectors flagged was honest"
    if len(judged) == 1:
        label = _look(0, best).label
        return f"{label[:1].upper()}{label[1:]}: right in {percent(judged[best])} of its flags"
    if sum(score == judged[best] for score in judged.values()) > 1:
        return f"Several detectors are equally precise: {percent(judged[best])} of their flags are right"
    return f"Most precise detector: {_look(0, best).label}, right in {percent(judged[best])} of its flags"


def applies(run: Run) -> bool:
    """Whether a detector was on."""
    return bool(_names(run))


def draw(run: Run) -> go.Figure:
    """Precision above, recall below (weekly means); a line breaks where a detector is off or gives no verdict."""
    fig = new_panels(title(run), len(run.daily))
    for i, name in enumerate(_names(run)):
        for row, what in ((1, "precision"), (2, "recall")):
            add_line(
                fig,
                run.daily["day"],
                smooth(run.daily[f"{name}_{what}"]),
                _look(i, name),
                form=".1%",
                row=row,
            )
            fig.data[-1].update(legendgroup=name, showlegend=row == 1)
    add_day_axis(fig, len(run.daily), changes_of(run), rows=2)
    for row, what in ((1, "precision"), (2, "recall")):
        fig.update_yaxes(title_text=what, tickformat=".0%", range=[-0.02, 1.02], row=row, col=1)
    return fig


def caption(run: Run) -> str:
    """The most precise detector, and what it misses."""
    scores = {n: (mean_of(run.daily[f"{n}_precision"]), mean_of(run.daily[f"{n}_recall"])) for n in _names(run)}
    judged = {n: s for n, s in scores.items() if not np.isnan(s[0])}
    if not judged:
        return "The detectors that were on gave no verdict."
    best = max(judged, key=lambda n: judged[n][0])
    precision, recall = judged[best]
    return (
        f"Look at what precision costs: '{_look(0, best).label}' is right in {percent(precision)} of its verdicts and "
        f"finds {percent(recall)} of what it should, on average over the days on which it gave any."
        f"{_without_fakes(run)}"
    )


def _without_fakes(run: Run) -> str:
    """Why precision falls where hardly anything is arranged, on runs that have such days."""
    few = int((run.daily["share_fake_likes"] < FEW_FAKES).sum())
    if not few:
        return ""
    days = "day" if few == 1 else "days"
    return f" On {few} {days} hardly any like was fake, and then nearly every flag is a mistake, however good the rule."


def table(run: Run) -> pd.DataFrame:
    """Means of each detector over the run."""
    rows = []
    for name in _names(run):
        row: dict[str, object] = {"detector": _look(0, name).label}
        for what in ("precision", "recall", "false positives"):
            column = f"{name}_{'fpr' if what == 'false positives' else what}"
            if column in run.daily:
                row[what] = mean_of(run.daily[column])
        rows.append(row)
    return thin_rows(pd.DataFrame(rows))
