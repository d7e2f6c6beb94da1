"""The run in a few figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.core.formatting import ends, percent

if TYPE_CHECKING:
    import pandas as pd


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
    """Key figures of the last week, beside those of the first week; for quality, beside the twin's."""
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
