"""Which policies are efficient: quality won against innocent people hit, or against what it costs the platform."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.analysis.paired import interval
from sim.core.windows import LAST

if TYPE_CHECKING:
    import pandas as pd

Against = Literal["innocent", "cost"]
NEEDED = ("exposure_quality", "n_punished_accounts", "innocent_account_share", "n_punished_creators",
          "innocent_punished_share",
          "enforcement_cost_cny", "platform_revenue_cny")  # fmt: skip
FIGURES = ["n", "quality", "quality_low", "quality_high", "x", "low", "high"]


def frontier_table(daily: pd.DataFrame, by: str, policies: Sequence[str], against: Against) -> pd.DataFrame:
    """A row for every policy: quality won, x, their 95 % intervals over seeds, and whether the policy is efficient.

    `by` is the column of `daily` that names the policy; the first of `policies` is the reference.
    """
    import pandas as pd

    runs = run_values(daily, by)
    base = runs[runs[by] == policies[0]].set_index("seed")
    rows = []
    for policy in policies:
        own = runs[runs[by] == policy].set_index("seed")
        quality = (own["quality"] - base["quality"].reindex(own.index)).to_numpy(float)
        x = own["innocent"] if against == "innocent" else own["net"] - base["net"].reindex(own.index)
        rows.append([policy, int(np.isfinite(quality).sum()), *_estimate(quality), *_estimate(x.to_numpy(float))])
    frame = pd.DataFrame(rows, columns=[by, *FIGURES])
    return frame.assign(efficient=efficient(frame["quality"].tolist(), frame["x"].tolist()))


def run_values(daily: pd.DataFrame, by: str) -> pd.DataFrame:
    """Of every run, over its last days: policy, seed, quality, innocent (people a day), net cost (CNY/day)."""
    days = daily[daily["day"] > daily["day"].max() - LAST]
    accounts = (days["n_punished_accounts"] * days["innocent_account_share"]).fillna(0.0)
    creators = (days["n_punished_creators"] * days["innocent_punished_share"]).fillna(0.0)
    found = days.assign(
        quality=days["exposure_quality"],
        innocent=accounts + creators,
        net=days["enforcement_cost_cny"] - days["platform_revenue_cny"],
    )
    return found.groupby([by, "seed"], sort=False)[["quality", "innocent", "net"]].mean().reset_index()


def efficient(quality: Sequence[float], x: Sequence[float]) -> list[bool]:
    """Whether no other policy has as much quality for as little x, and more of one; False where a figure is missing."""
    points = list(zip(quality, x, strict=True))
    return [
        q == q and at == at and not any(o >= q and p <= at and (o > q or p < at) for o, p in points) for q, at in points
    ]


def _estimate(values: np.ndarray) -> tuple[float, float, float]:
    known = values[np.isfinite(values)]
    return (float(known.mean()) if len(known) else float("nan"), *interval(known))
