"""The run in a few figures: tiles and one paragraph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.core.formatting import count, ends, percent

if TYPE_CHECKING:
    import pandas as pd

    from sim.charts.run import Run


@dataclass(frozen=True)
class Tile:
    """A key figure: what it is, its value in the last week, and what to compare it with."""

    label: str
    value: str
    note: str


SHARES = {
    "share_manipulating_creators": "manipulating creators",
    "share_fake_likes": "likes that are fake",
    "honest_survival": "first creators still here and honest",
    "platform_trust": "trust in the platform",
    "active_reader_share": "active readers",
}


def tiles(daily: pd.DataFrame, twin: pd.DataFrame | None) -> list[Tile]:
    """Key figures of the last week, beside the first week's (and the twin's quality)."""
    found = []
    if "exposure_quality" in daily:
        first, last = ends(daily["exposure_quality"])
        note = f"{first:.2f} in the first week"
        if twin is not None:
            note = f"{ends(twin['exposure_quality'])[1]:.2f} in the honest twin"
        found.append(Tile("exposure quality", f"{last:.2f}", note))
    for column, label in SHARES.items():
        if column in daily:
            first, last = ends(daily[column])
            if not np.isnan(last):
                found.append(Tile(label, percent(last), f"{percent(first)} in the first week"))
    return found


def paragraph(run: Run) -> str:
    """What happened, in one paragraph of figures."""
    daily, manifest = run.daily, run.manifest
    days, scenario = int(manifest["days"]), manifest["scenario"]
    readers, creators = scenario["readers"]["n"], scenario["creators"]["n"]
    parts = [
        f"Over {days} days {count(readers)} readers met the posts of {count(creators)} creators"
        + (f" {count(float(daily['impressions'].sum()))} times" if "impressions" in daily else "")
        + "."
    ]
    if "share_manipulating_creators" in daily:
        a, b = ends(daily["share_manipulating_creators"])
        if max(a, b) > 0:
            parts.append(f"The share of creators who manipulate their likes went from {percent(a)} to {percent(b)}.")
        else:
            parts.append("No creator manipulated.")
    if "share_fake_likes" in daily and ends(daily["share_fake_likes"])[1] > 0:
        parts.append(f"In the last week {percent(ends(daily['share_fake_likes'])[1])} of all likes were fake.")
    if "exposure_quality" in daily:
        _, last = ends(daily["exposure_quality"])
        text = f"What readers were shown had a mean quality of {last:.3f} in the end"
        if run.twin_daily is not None:
            gap = last - ends(run.twin_daily["exposure_quality"])[1]
            side = "below" if gap < 0 else "above"
            text += f", {abs(gap):.3f} {side} the same world under the same luck with nobody manipulating"
        parts.append(text + ".")
    return " ".join(parts)
