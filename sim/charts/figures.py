"""`result.figures`: each chart as a Plotly figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.charts.all_charts import CHARTS
from sim.charts.run import Run, changes_of
from sim.charts.style import QUIET, plain
from sim.core.errors import RunError

if TYPE_CHECKING:
    import plotly.graph_objects as go


class Figures:
    """The charts of one run. Each raises RunError when the run has nothing to draw for it."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def names(self) -> list[str]:
        """Charts that this run can draw."""
        return [name for name, chart in CHARTS.items() if chart.applies(self._run)]

    def draw(self, name: str) -> go.Figure:
        """The chart `name`, complete in itself: its title, and what changed at the lettered lines."""
        chart = CHARTS[name]
        if not chart.applies(self._run):
            raise RunError(f"this run has nothing to draw for '{name}'; it has {', '.join(self.names())}")
        fig = chart.draw(self._run)
        changes = changes_of(self._run) if fig.layout.annotations else ()
        if changes:
            legend = " · ".join(plain(f"{c.letter} day {c.day}: {c.text}") for c in changes)
            fig.update_layout(title_subtitle={"text": legend, "font": {"size": 13, "color": QUIET}}, margin_t=96)
        return fig

    def caption(self, name: str) -> str:
        """One or two sentences on what to look at in the chart `name`."""
        return CHARTS[name].caption(self._run)

    def timeline(self) -> go.Figure:
        """Exposure quality by day, and the gap to the twin world."""
        return self.draw("timeline")

    def strategies(self) -> go.Figure:
        """Share of creators on each strategy."""
        return self.draw("strategies")

    def honest_creators(self) -> go.Figure:
        """Creators of day 0 who are still here and have never manipulated, beside the twin world."""
        return self.draw("honest_creators")

    def quality_vs_reach(self) -> go.Figure:
        """Quality against reach of posts, honest and manipulated."""
        return self.draw("quality_vs_reach")

    def likes(self) -> go.Figure:
        """Likes by true origin."""
        return self.draw("likes")

    def speed(self) -> go.Figure:
        """Time to the first hundred or thousand likes, by strategy."""
        return self.draw("speed")

    def trust(self) -> go.Figure:
        """Trust in the platform and active readers."""
        return self.draw("trust")

    def dose_response(self) -> go.Figure:
        """Reach against likes bought in the randomised trial."""
        return self.draw("dose_response")

    def market(self) -> go.Figure:
        """Prices and profits of like farms."""
        return self.draw("market")

    def detectors(self) -> go.Figure:
        """Precision and recall of the detectors."""
        return self.draw("detectors")

    def honest_mistakes(self) -> go.Figure:
        """Honest likes flagged by mistake, by rule and cause."""
        return self.draw("honest_mistakes")

    def punished(self) -> go.Figure:
        """Who was punished, and how many of them were innocent."""
        return self.draw("punished")

    def money(self) -> go.Figure:
        """Money by purpose."""
        return self.draw("money")
