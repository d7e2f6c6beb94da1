"""The randomised trial: reach of posts by the likes the experimenter bought for them (article, S12)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sim.charts.run import Run
from sim.charts.style import VERMILION, new_figure
from sim.core.formatting import count, percent

Z = 1.96


def title(run: Run) -> str:
    """The largest gain in reach over all doses, if significant."""
    doses = table(run)
    none, best = doses.iloc[0], doses.iloc[int(doses["mean_reach"].to_numpy().argmax())]
    if none["likes_bought"] != 0 or not none["mean_reach"] > 0:
        return "Reach by likes bought"
    if not best["low"] > none["high"]:
        return "Bought likes bring no more reach than chance may"
    times = best["mean_reach"] / none["mean_reach"]
    return f"{count(best['likes_bought'])} bought likes bring {times:.1f} times the reach"


def applies(run: Run) -> bool:
    """Whether posts were in the trial."""
    return run.posts.loc[run.posts["dose"] >= 0, "dose"].nunique() > 1


def table(run: Run) -> pd.DataFrame:
    """By dose: likes that still count at the end, posts, mean reach and its 95% interval."""
    posts = run.posts[run.posts["dose"] >= 0]
    reach = posts.groupby("dose")["impressions"]
    n, mean = reach.size(), reach.mean()
    half: pd.Series = Z * reach.std(ddof=1) / np.sqrt(n)
    counted = posts.get("dose_counted", posts["dose"]).groupby(posts["dose"]).mean()
    frame = pd.DataFrame(
        {"likes_counted": counted, "posts": n, "mean_reach": mean, "low": mean - half, "high": mean + half}
    )
    return frame.reset_index().rename(columns={"dose": "likes_bought"})


def draw(run: Run) -> go.Figure:
    """Mean reach with its 95% interval for every dose."""
    fig = new_figure(title(run))
    doses = table(run)
    half = (doses["high"] - doses["mean_reach"]).fillna(0.0)
    fig.add_trace(
        go.Scatter(
            x=[str(dose) for dose in doses["likes_bought"]],
            y=doses["mean_reach"],
            mode="lines+markers",
            name="mean reach, 95% interval",
            line={"color": VERMILION, "width": 3},
            marker={"size": 11, "symbol": "diamond"},
            error_y={"type": "data", "array": half, "thickness": 2, "width": 6, "color": VERMILION},
            customdata=np.stack([doses["posts"], half], axis=1),
            hovertemplate=("mean reach %{y:,.0f} ± %{customdata[1]:,.0f} (%{customdata[0]} posts)<extra></extra>"),
        )
    )
    fig.update_xaxes(title_text="likes bought by the experimenter, at random", type="category")
    fig.update_yaxes(title_text="mean reach (impressions)", rangemode="tozero", tickformat="~s")
    return fig


def caption(run: Run) -> str:
    """Where the curve peaks and ends."""
    doses = table(run)
    start, peak, end = doses.iloc[0], doses.iloc[int(doses["mean_reach"].to_numpy().argmax())], doses.iloc[-1]
    base = max(1.0, float(start["mean_reach"]))
    text = (
        f"Look at the shape of the curve: without bought likes a post has {count(start['mean_reach'])} impressions on "
        f"average, with {count(end['likes_bought'])} of them {end['mean_reach'] / base:.1f} times as many"
    )
    if peak["likes_bought"] not in (start["likes_bought"], end["likes_bought"]):
        text = (
            f"{text}; the peak is {peak['mean_reach'] / base:.1f} times as many, at "
            f"{count(peak['likes_bought'])} bought likes"
        )
    return f"{text}. {_lost(doses)}".strip()


def _lost(doses: pd.DataFrame) -> str:
    """What part of the doses no longer counts, where any does not."""
    weight = doses["likes_bought"] * doses["posts"]
    counted = float((doses["likes_counted"] * doses["posts"]).sum()) / max(1.0, float(weight.sum()))
    if round(counted, 2) >= 1.0:
        return ""
    return (
        f"Of the likes bought only {percent(counted)} counted at the end: what the curve shows is what buying them "
        f"brings under these rules, and not what likes do that stay."
    )
