"""The distributions behind published facts: a line a seed, over what was published of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from sim.analysis.facts.verdicts import INSIDE, UNKNOWN
from sim.charts.style import BLUE, VERMILION, new_figure
from sim.core.formatting import name_seeds, thin_rows

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.facts.findings import FactFindings

PUBLISHED, HERE = "published", "seed {seed}"
EACH_SEED = "Each line is the run of one seed ({seeds})."
ONE_SEED = "The line is the run of {seeds}."
BAR, BARS = "The bar is what was published.", "Bars are what was published."
TO_NONE = "A bar that leaves the axis reaches down to none."
LOG: dict[str, Any] = {"type": "log", "dtick": 1, "tickformat": "~g"}
BELOW = 2.0  # a logarithmic axis begins so many times below the least that is drawn
ONE_BY_ONE = 12  # whole numbers up to which each has a tick of its own


@dataclass(frozen=True)
class At:
    """Rows of the fact table that are points of a distribution: the measure, and which parameter is x."""

    measure: str
    x: str | float
    scale: float = 1.0  # from the parameter to x


@dataclass(frozen=True)
class Distribution:
    """A chart of one distribution (sim.analysis.facts.distributions); `at` are the published points on it."""

    name: str
    heading: str
    x: str
    y: str
    words: str
    log_x: bool = False
    log_y: bool = False
    at: tuple[At, ...] = ()
    bars: bool = False

    def title(self, found: FactFindings) -> str:
        """The heading, and how many of the published points that are drawn the runs are inside of."""
        verdicts = [verdict for *_, verdict in published_points(found, self.at) if verdict != UNKNOWN]
        if not verdicts:
            return self.heading
        if len(verdicts) == 1:
            return f"{self.heading}: {verdicts[0]} at the published point"
        return f"{self.heading}: inside at {verdicts.count(INSIDE)} of {len(verdicts)} published points"

    def applies(self, found: FactFindings) -> bool:
        """Whether any run has it."""
        return self.name in found.distributions

    def caption(self, found: FactFindings) -> str:
        """What is drawn, and of which seeds."""
        drawn = sorted(found.distributions[self.name]["seed"].unique().tolist())
        lines = (EACH_SEED if len(drawn) > 1 else ONE_SEED).format(seeds=name_seeds(drawn))
        points = published_points(found, self.at)
        marks = [BARS if len(points) > 1 else BAR] if points else []
        if self.log_y and any(low <= 0 for _, low, _, _ in points):
            marks.append(TO_NONE)
        return " ".join([self.words, *marks, lines])

    def table(self, found: FactFindings) -> pd.DataFrame:
        """The mean over seeds, thinned."""
        frame = found.distributions[self.name][["x", "y"]].groupby("x", as_index=False).mean()
        return thin_rows(frame).rename(columns={"x": self.x, "y": self.y})

    def draw(self, found: FactFindings) -> go.Figure:
        """A line for each seed, and published intervals as bars."""
        fig = new_figure(self.title(found))
        for seed, frame in found.distributions[self.name].groupby("seed"):
            fig.add_trace(
                go.Scatter(
                    x=frame["x"],
                    y=frame["y"],
                    mode="lines+markers" if self.bars else "lines",
                    name=HERE.format(seed=seed),
                    line={"color": BLUE, "width": 1.5},
                    opacity=0.7,
                    hovertemplate="%{x:.3g}: %{y:.3g}<extra></extra>",
                )
            )
        least = self._least(found)
        self._add_published(fig, found, least)
        fig.update_xaxes(title_text=self.x, **(LOG if self.log_x else {}))
        if self.bars and found.distributions[self.name]["x"].max() <= ONE_BY_ONE:
            fig.update_xaxes(dtick=1)  # no ticks between whole numbers
        fig.update_yaxes(title_text=self.y, **(LOG if self.log_y else {"rangemode": "tozero"}))
        if self.log_y:
            fig.update_yaxes(range=[math.log10(least), math.log10(BELOW)])
        fig.update_layout(showlegend=False)
        return fig

    def _least(self, found: FactFindings) -> float:
        """Where a logarithmic axis begins; published intervals that reach to nothing go on below it."""
        ends = [end for _, low, high, _ in published_points(found, self.at) for end in (low, high)]
        return min((float(y) for y in (*found.distributions[self.name]["y"], *ends) if y > 0), default=1.0) / BELOW

    def _add_published(self, fig: go.Figure, found: FactFindings, least: float) -> None:
        for x, low, high, _ in published_points(found, self.at):
            low = max(low, least / BELOW) if self.log_y else low
            fig.add_trace(
                go.Scatter(
                    x=[x, x],
                    y=[low, high],
                    mode="lines+markers",
                    name=PUBLISHED,
                    line={"color": VERMILION, "width": 6},
                    marker={"size": 9, "color": VERMILION, "symbol": "line-ew-open"},
                    hovertemplate=f"{PUBLISHED} %{{y:.3g}}<extra></extra>",
                )
            )


def published_points(found: FactFindings, at: tuple[At, ...]) -> list[tuple[float, float, float, str]]:
    """Every row of the facts file that is a point of the distribution: x, lowest and highest published y, verdict."""
    points = []
    for each in at:
        for name, fact in found.facts.facts.items():
            for row in fact.rows:
                if row.measure != each.measure:
                    continue
                x = row.parameters.get(each.x) if isinstance(each.x, str) else each.x
                judged = found.table[(found.table["fact"] == name) & (found.table["row"] == row.name)].iloc[0]
                low, high = float(judged["published_low"]), float(judged["published_high"])
                if x is not None and low == low and high == high:
                    points.append((float(x) * each.scale, low, high, str(judged["verdict"])))
    return points


CHARTS: dict[str, Distribution] = {
    each.name: each
    for each in (
        Distribution(
            "reads_of_posts", "Reads of posts", "reads against the mean post (times)", "share of posts with more",
            "How many posts have more than so many times the mean reads.",
            True, True, (At("posts_above", "times"),),
        ),
        Distribution(
            "reads_of_creators", "Reads of creators", "mean reads of a creator's posts, against the mean (times)",
            "share of creators with more", "How many creators have more than so many times the mean.", True, True,
        ),
        Distribution(
            "reading", "Reads of a day", "posts opened on a day", "share of those who opened any",
            "How many posts people open on a day, of those who opened any.",
            at=(At("read_so_many", "reads"),), bars=True,
        ),
        Distribution(
            "visits", "Reads of a visit", "posts read in a visit", "share of visits with any",
            "How many posts people read in a visit, of the visits with any.",
            at=(At("visits_with_reads", "reads"),), bars=True,
        ),
        Distribution(
            "reading_times", "Reading times", "seconds", "share of readings that took less",
            "How long people read a post that they have opened.",
            True, False, (At("readings_within", "seconds"),),
        ),
        Distribution(
            "view_gaps", "Time to the next view", "seconds", "share of times that are shorter",
            "How soon people begin to read the next post of a visit.",
            True, False, (At("view_gaps_within", "seconds"),),
        ),
        Distribution(
            "rhythm", "Hours of reading", "hour of the day", "share of reads",
            "When posts are opened.", bars=True,
        ),
        Distribution(
            "life", "Life of posts", "hours after publication", "share of forwards made",
            "Forwards by age, the mean over cascades.", False, False,
            (At("forwards_within", "hours"),), bars=True,
        ),
        Distribution(
            "cascades", "Cascades", "people who forwarded, of all", "share of posts with more",
            "How many posts were forwarded by more than such a share of all people.", True, True,
        ),
        Distribution(
            "liking", "Concentration of likes", "people with most likes, of all", "their share of likes",
            "What share of likes the most active people give.",
            True, False, (At("like_share_of_top", "share"),),
        ),
        Distribution(
            "like_delays", "Delays of likes", "seconds after the reading began", "share of likes given sooner",
            "How soon people like what they read, of all likes of their own; some like without opening the post, "
            "so that the line ends below 1.",
            True, False, (At("likes_within", "seconds"),),
        ),
    )
}  # fmt: skip
