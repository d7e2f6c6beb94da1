"""The run in a few figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.core.formatting import ends, estimate, first_days, last_days, percent
from sim.core.windows import LAST
from sim.measures.definitions import BASE_LABELS

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Tile:
    """A key figure: what it is, its value in the last 14 days, and what to compare it with."""

    label: str
    value: str
    note: str


SHARES = ("share_manipulating_creators", "share_fake_likes", "honest_survival", "platform_trust",
          "active_reader_share")  # fmt: skip


MEANS = "Means of {days}"
WHOLE = "over the whole run"
TWINNED = ("honest_survival", "platform_trust", "active_reader_share")
IN_TWIN = "{value} in the honest twin"
READ_AS = {"honest_survival": "; of all creators of day 0: still here, never manipulated"}


def means_of(daily: pd.DataFrame) -> str:
    """What the values of tiles are, in words."""
    return MEANS.format(days=last_days(daily))


def _value_in_twin(column: str, twin: pd.DataFrame | None) -> str:
    """The value in the twin of what changes there, too; empty for other columns, and without a twin."""
    return IN_TWIN.format(value=percent(ends(twin[column])[1])) if twin is not None and column in TWINNED else ""


def make_tiles(daily: pd.DataFrame, twin: pd.DataFrame | None) -> list[Tile]:
    """Key figures of the last 14 days, beside those of the twin, or else of the first week."""
    found = []
    early = f"in {first_days(daily)}"
    apart = len(daily) > LAST  # else the last days are the whole run
    if "exposure_quality" in daily:
        first, last = ends(daily["exposure_quality"])
        note = f"{estimate(first, 2)} {early}" if apart else WHOLE
        if twin is not None:
            note = IN_TWIN.format(value=estimate(ends(twin["exposure_quality"])[1], 2))
        found.append(Tile(BASE_LABELS["exposure_quality"], estimate(last, 2), note))
    for column in SHARES:
        if column in daily:
            first, last = ends(daily[column])
            if not np.isnan(last):
                found.append(
                    Tile(
                        BASE_LABELS[column],
                        percent(last),
                        (_value_in_twin(column, twin) or (f"{percent(first)} {early}" if apart else WHOLE))
                        + READ_AS.get(column, ""),
                    )
                )
    return found
