"""How long a post takes to get its first hundred or thousand likes, by its author's strategy (article, S6)."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from sim.charts.run import Run
from sim.charts.style import STRATEGIES, look_of, new_figure, plain
from sim.core.clock import HOUR_S
from sim.core.formatting import join_words, span

TICKS = {1: "1 s", 60: "1 min", 600: "10 min", 3600: "1 h", 86400: "1 day", 604800: "1 week"}
BETWEEN = {10: "10 s", 14_400: "4 h", 259_200: "3 days", 2_419_200: "4 weeks"}  # on a short axis, too
BOUGHT = "buy_"  # strategies of those who buy begin so
SHORT = 1000  # from the fastest to the slowest, as a factor

MOST_POINTS = 121  # of a strategy
NO_COLOR = "rgba(0,0,0,0)"
FEW = 5  # posts, of fewer of which there are points and no box: quartiles of them say nothing
OTHERS = " Likes that rivals and fans buy for them count, too."
MARGIN = 3.0  # room on both sides, as a factor


def _goal(run: Run) -> int:
    """1000 likes where more than a few posts of at least two strategies get them, otherwise 100."""
    posts = _outside_trials(run)
    return 1000 if (posts.loc[posts["s_to_1000"] >= 0, "strategy"].value_counts() >= FEW).sum() > 1 else 100


def _outside_trials(run: Run) -> pd.DataFrame:
    """Posts that no experimenter gave likes."""
    posts: pd.DataFrame = run.posts[run.posts["dose"] < 0]
    return posts


def _reached(run: Run) -> pd.DataFrame:
    posts, column = _outside_trials(run), f"s_to_{_goal(run)}"
    found = posts.loc[posts[column] >= 0, ["strategy", column]]
    return found.rename(columns={column: "seconds"}).assign(seconds=lambda f: f["seconds"].clip(lower=1))


def _order(posts: pd.DataFrame) -> list[str]:
    """Slowest first."""
    middle = posts.groupby("strategy")["seconds"].median()
    return [str(name) for name in middle.sort_values(ascending=False, kind="stable").index]


def _fastest(posts: pd.DataFrame) -> tuple[list[str], str]:
    """The strategies whose median post is fastest, all that are told the same time, and that time in words.

    A few posts of a strategy do not make it the fastest, unless all have few.
    """
    times = posts.groupby("strategy")["seconds"]
    middle = times.median()
    enough = times.size() >= FEW
    middle = middle[enough] if enough.any() else middle
    least = span(float(middle.min()))
    named = [name for name in reversed(_order(posts)) if name in middle.index]
    return [name for name in named if span(float(middle[name])) == least], least


def _named(strategies: list[str]) -> str:
    """Posts of these strategies, in words."""
    if len(strategies) > 1 and all(name.startswith(BOUGHT) for name in strategies):
        return "posts with bought likes"
    with_help = [f"'{look_of(STRATEGIES, name).label}'" for name in strategies if name != "honest"]
    parts = ["honest posts"] if "honest" in strategies else []
    return join_words(parts + ([f"posts with {join_words(with_help)}"] if with_help else []))


def title(run: Run) -> str:
    """Whose posts are fastest, and how fast."""
    posts = _reached(run)
    fastest, after = _fastest(posts)
    if posts["strategy"].nunique() == 1:
        who = _named(fastest)
        return f"{who[:1].upper()}{who[1:]} that get {_goal(run):,} likes have them after {after}"
    return f"Fastest to {_goal(run):,} likes: {_named(fastest)} that get there, after {after}"


def applies(run: Run) -> bool:
    """Whether any post got that many likes."""
    return len(_reached(run)) > 0


def draw(run: Run) -> go.Figure:
    """A box for every strategy, points for those with few posts, on a logarithmic scale."""
    fig = new_figure(title(run))
    posts = _reached(run)
    for i, name in enumerate(reversed(_order(posts))):
        how = look_of(STRATEGIES, name, i)
        seconds = posts.loc[posts["strategy"] == name, "seconds"]
        few = len(seconds) < FEW
        fig.add_trace(
            go.Box(
                x=_drawn(seconds),
                name=f"{plain(how.label)} ({len(seconds):,})",
                boxpoints="all",  # without its points a box of equal times is a line
                jitter=0.0 if few else 0.7,
                pointpos=0,
                marker={"color": how.color, "size": 8 if few else 4, "opacity": 0.8 if few else 0.35},
                line={"color": NO_COLOR if few else how.color, "width": 2.5},
                fillcolor=NO_COLOR if few else "rgba(0,0,0,0.04)",
                hoverinfo="skip",
                showlegend=False,
            )
        )
    fig.update_layout(hovermode="closest")
    ticks = TICKS | (BETWEEN if posts["seconds"].max() < SHORT * posts["seconds"].min() else {})
    fig.update_xaxes(
        title_text=f"time to {_goal(run):,} likes (log scale)",
        type="log",
        range=[math.log10(posts["seconds"].min() / MARGIN), math.log10(MARGIN * posts["seconds"].max())],
        tickvals=list(ticks),
        ticktext=[label.replace(" ", "<br>") for label in ticks.values()],  # narrow pages have room for a word
        showgrid=True,
    )
    fig.update_yaxes(title_text="author's strategy (posts)", showgrid=False)
    return fig


def _drawn(seconds: pd.Series) -> pd.Series:
    """Evenly chosen quantiles of a strategy's times: the box is the same, and the points can be told apart."""
    if len(seconds) <= MOST_POINTS:
        return seconds
    return seconds.quantile([i / (MOST_POINTS - 1) for i in range(MOST_POINTS)])


def caption(run: Run) -> str:
    """The fastest strategy, beside honest posts."""
    posts = _reached(run)
    middle = posts.groupby("strategy")["seconds"].median()
    fastest, after = _fastest(posts)
    there, every = (int(table["strategy"].isin(fastest).sum()) for table in (posts, _outside_trials(run)))
    those = f"{_named(fastest)} that get there ({there:,} of {every:,})"
    quick = f"the median of {those} has {_goal(run):,} likes after {after}"
    if len(middle) == 1 and fastest != ["honest"]:
        return f"Only posts of one strategy get that far: {quick}."
    if "honest" in middle.index and "honest" not in fastest:
        count = int((posts["strategy"] == "honest").sum())
        slow = span(float(middle["honest"]))
        honest = f"the median honest post that gets there ({count:,} do) takes {slow}"
        soon = bool((posts.loc[posts["strategy"] == "honest", "seconds"] < HOUR_S).any())
        return f"Look at the distance between the rows: {quick}; {honest}." + (OTHERS if soon else "")
    if fastest == ["honest"]:
        return f"Look at how long likes of readers take: {quick}."
    if "honest" in fastest:
        return f"Look at the rows that begin together: {quick}."
    return f"Look at the distance between the rows: {quick}; no honest post gets that far."


def table(run: Run) -> pd.DataFrame:
    """How many posts got that many likes, and the quartiles of their times, in hours."""
    posts = _reached(run)
    hours = posts.assign(hours=posts["seconds"] / 3600).groupby("strategy")["hours"]
    frame = pd.DataFrame(
        {
            "posts": hours.size(),
            "quarter_h": hours.quantile(0.25),
            "median_h": hours.median(),
            "three_quarters_h": hours.quantile(0.75),
        }
    )
    frame = frame.loc[_order(posts)].reset_index()
    return frame.assign(strategy=[look_of(STRATEGIES, s).label for s in frame["strategy"]])
