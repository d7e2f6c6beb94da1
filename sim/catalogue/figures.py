"""Key figures of runs at their end, as the reports have them: means of the last 14 days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.catalogue.catalogue import Catalogue
from sim.core.windows import LAST

if TYPE_CHECKING:
    import pandas as pd

KEY = ("exposure_quality", "share_manipulating_creators")


def mean_at_end(catalogue: Catalogue, measures: tuple[str, ...] = KEY) -> pd.DataFrame:
    """Mean of each measure of the last 14 days of every finished run; indexed by run.

    Days without a value are left out.
    """
    import pandas as pd

    there = [m for m in measures if m in catalogue.columns.get("daily", [])]
    if not there:
        return pd.DataFrame(columns=list(measures))
    means = ", ".join(f'avg(d."{m}") AS "{m}"' for m in there)
    found = catalogue.query(
        f"SELECT d.run AS run, {means} FROM daily d "
        "JOIN (SELECT run, max(days) AS days FROM runs GROUP BY run) r ON r.run = d.run "
        f"WHERE d.day >= r.days - {LAST} GROUP BY d.run"
    )
    return found.set_index("run").reindex(columns=list(measures))
