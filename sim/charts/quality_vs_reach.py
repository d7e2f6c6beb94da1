"""Whether good posts reach many readers: a dot for every post, honest or manipulated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sim.charts.run import Run
from sim.charts.style import GREEN, VERMILION, Look, new_figure
from sim.core.formatting import count

HONEST_LOOK = Look("honest posts", GREEN)
MANIPULATED_LOOK = Look("manipulated posts", VERMILION, "dash", symbol="diamond")
CLASSES = ((HONEST_LOOK, False), (MANIPULATED_LOOK, True))  # and whether likes were manipulated
MOST_DOTS = 1500
BINS = 8


def _shown(run: Run) -> pd.DataFrame:
    """Posts that were shown and are not in the trial, with whether their likes were manipulated."""
    posts = run.posts
    posts = posts[(posts["impressions"] > 0) & (posts["dose"] < 0)]
    bought = posts[["likes_mutual_aid", "likes_farm", "likes_matrix"]].sum(axis=1) > 0
    return posts.assign(bought=bought)


def title(run: Run) -> str:
    """How much more the median manipulated post is shown; the same for every run without two kinds of posts."""
    posts = _shown(run)
    honest, bought = posts[~posts["bought"]], posts[posts["bought"]]
    if not len(bought) or not len(honest):
        return "Quality against reach"
    times = float(bought["impressions"].median()) / max(1.0, float(honest["impressions"].median()))
    return f"Manipulated posts are shown {times:.1f} times as often as honest ones"


def applies(run: Run) -> bool:
    """Whether posts were published."""
    return len(_shown(run)) > 0


def draw(run: Run) -> go.Figure:
    """A sample of posts, and the median reach of each class by quality."""
    fig = new_figure(title(run))
    posts = _shown(run)
    sample = posts.iloc[:: -(-len(posts) // MOST_DOTS)]
    for how, bought in CLASSES:
        dots = sample[sample["bought"] == bought]
        if not len(dots):
            continue
        fig.add_trace(
            go.Scatter(
                x=dots["quality"].round(3),
                y=dots["impressions"],
                mode="markers",
                name=how.label,
                marker={"color": how.color, "symbol": how.symbol, "size": 6, "opacity": 0.4},
                customdata=np.stack([dots["post"], dots["likes"]], axis=1),
                hovertemplate=(
                    "post %{customdata[0]}: quality %{x:.2f}, reach %{y:,}, likes %{customdata[1]:,}<extra></extra>"
                ),
            )
        )
    for how, bought in CLASSES:
        middle = _medians(posts[posts["bought"] == bought])
        fig.add_trace(
            go.Scatter(
                x=middle["quality"],
                y=middle["median_reach"],
                mode="lines+markers",
                name=f"median of {how.label}",
                line={"color": how.color, "dash": how.dash, "width": 3.5},
                marker={"symbol": how.symbol, "size": 10, "line": {"color": "white", "width": 1}},
                hovertemplate="quality about %{x:.2f}: median reach %{y:,.0f}<extra></extra>",
            )
        )
    fig.update_layout(hovermode="closest")
    fig.update_xaxes(title_text="true quality of the post (0 to 1)", showgrid=True)
    fig.update_yaxes(title_text="reach (impressions, log scale)", type="log", dtick=1)
    return fig


def _medians(posts: pd.DataFrame) -> pd.DataFrame:
    """Median reach by eighths of the quality scale; a bin needs five posts."""
    place = (posts["quality"] * BINS).astype(int).clip(upper=BINS - 1)
    grouped = posts.groupby(place.rename("bin"))
    frame = pd.DataFrame(
        {
            "quality": grouped["quality"].mean(),
            "posts": grouped.size(),
            "median_reach": grouped["impressions"].median(),
            "median_likes": grouped["likes"].median(),
        }
    )
    return frame[frame["posts"] >= 5].reset_index(drop=True)


def caption(run: Run) -> str:
    """Median quality and reach of the two classes."""
    posts = _shown(run)
    honest, bought = posts[~posts["bought"]], posts[posts["bought"]]
    if not len(bought) or not len(honest):
        rank = posts[["quality", "impressions"]].rank()
        rho = float(rank["quality"].corr(rank["impressions"])) if len(posts) > 2 else 0.0
        return (
            f"Look at the slope: the rank correlation of quality and reach is {rho:.2f}, over "
            f"{count(len(posts))} posts."
        )
    times = float(bought["impressions"].median()) / max(1.0, float(honest["impressions"].median()))
    return (
        f"Look at the two lines: the median manipulated post is shown {times:.1f} times as often as the median honest "
        f"post; the median quality is {bought['quality'].median():.2f} against {honest['quality'].median():.2f}."
    )


def table(run: Run) -> pd.DataFrame:
    """Median reach by quality and class."""
    posts = _shown(run)
    parts = [_medians(posts[posts["bought"] == bought]).assign(posts_are=how.label) for how, bought in CLASSES]
    frame = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return frame[["posts_are", "quality", "posts", "median_reach", "median_likes"]]
