"""Dose and response in the randomised trial: reach by likes bought, a curve for every policy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sim.analysis.comparison import FACTOR, Comparison
from sim.analysis.paired import interval
from sim.charts.style import look_of, new_figure, plain
from sim.core.enums import words
from sim.core.formatting import count, join_words

COLUMNS = [FACTOR, "dose", "seeds", "reach", "low", "high"]
MIN_AGE_DAYS = 7  # of a post whose reach is known


def title(comparison: Comparison) -> str:
    """The same for every comparison."""
    return "Does buying likes buy reach?"


def applies(comparison: Comparison) -> bool:
    """Whether posts were in the trial."""
    return comparison.posts is not None and len(table(comparison)) > 0


def table(comparison: Comparison) -> pd.DataFrame:
    """Geometric mean of reach by policy and dose, and its interval over seeds: policy, dose, seeds, reach, low, high.

    Geometric, because a single post in a thousand with very many readers would dominate the arithmetic mean. Intervals
    come from resampling seeds.
    """
    posts = comparison.posts
    if posts is None:
        return pd.DataFrame(columns=COLUMNS)
    posts = posts[(posts["dose"] >= 0) & (posts["published_day"] <= comparison.about["days"] - MIN_AGE_DAYS)]
    logs = np.log1p(posts["impressions"]).groupby([posts[FACTOR], posts["dose"], posts["seed"]], sort=False).mean()
    rows = []
    for (policy, dose), own in logs.groupby(level=[FACTOR, "dose"], sort=False):
        low, high = interval(own)
        rows.append({FACTOR: policy, "dose": int(dose), "seeds": len(own), "reach": np.expm1(own.mean()),
                     "low": np.expm1(low), "high": np.expm1(high)})  # fmt: skip
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values([FACTOR, "dose"], kind="stable").reset_index(drop=True)


def draw(comparison: Comparison) -> go.Figure:
    """A curve for every policy that has a trial."""
    fig, doses = new_figure(title(comparison)), table(comparison)
    for i, policy in enumerate(comparison.policies):
        rows, how = doses[doses[FACTOR] == policy], look_of({}, policy, i)
        if len(rows):
            fig.add_trace(
                go.Scatter(
                    x=[f"{dose:,}" for dose in rows["dose"]],
                    y=rows["reach"],
                    mode="lines+markers",
                    name=plain(how.label),
                    line={"color": how.color, "dash": how.dash, "width": 3},
                    marker={"size": 11, "symbol": how.symbol},
                    error_y={
                        "type": "data",
                        "symmetric": False,
                        "array": (rows["high"] - rows["reach"]).fillna(0.0),
                        "arrayminus": (rows["reach"] - rows["low"]).fillna(0.0),
                        "thickness": 2,
                        "width": 6,
                    },
                    hovertemplate=f"%{{y:,.0f}} impressions<extra>{plain(how.label)}</extra>",
                )
            )
    fig.update_xaxes(title_text="likes bought by the experimenter, at random", type="category")
    fig.update_yaxes(title_text="reach of a post (impressions)", rangemode="tozero", tickformat="~s")
    return fig


def caption(comparison: Comparison) -> str:
    """By how much the largest dose multiplies reach under each policy."""
    doses = table(comparison)
    found = []
    for policy in comparison.policies:
        rows = doses[doses[FACTOR] == policy]
        if len(rows) > 1:
            first, last = rows.iloc[0], rows.iloc[-1]
            factor = (last["reach"] + 1) / (first["reach"] + 1)
            found.append(f"{factor:,.2g} under {words(policy)}")
    if not found:
        return "No policy has posts with different numbers of bought likes, so there is nothing to compare."
    top = count(float(doses["dose"].max()))
    multiplied = f"{top} bought likes multiply the reach of a post by {join_words(found)}."
    return f"{multiplied} The bars are 95% intervals over seeds." if comparison.has_intervals else multiplied
