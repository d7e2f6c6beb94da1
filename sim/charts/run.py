"""What a chart may look at: the frames and the manifest of a finished run, never the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sim.scenario.policy_changes import policy_changes

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


class Run(Protocol):
    """The side of a `Result` that charts see."""

    manifest: dict[str, Any]

    @property
    def daily(self) -> pd.DataFrame:
        """Measures by day."""
        ...

    @property
    def twin_daily(self) -> pd.DataFrame | None:
        """Measures by day of the twin world."""
        ...

    @property
    def posts(self) -> pd.DataFrame:
        """Posts at the end."""
        ...

    @property
    def farms(self) -> pd.DataFrame:
        """Farms by day."""
        ...

    @property
    def actions(self) -> pd.DataFrame:
        """Enforcement actions."""
        ...


class Chart(Protocol):
    """A chart: a module with these members."""

    TITLE: str

    def applies(self, run: Run) -> bool:
        """Whether the run has anything to draw."""
        ...

    def draw(self, run: Run) -> go.Figure:
        """The figure."""
        ...

    def says(self, run: Run) -> str:
        """One sentence: what to look at, in figures of this run."""
        ...

    def table(self, run: Run) -> pd.DataFrame:
        """The figures behind the chart, short enough to read."""
        ...


@dataclass(frozen=True)
class Mark:
    """A change of policy: its letter in the charts, its day, what it is."""

    letter: str
    day: int
    text: str


def marks(run: Run) -> tuple[Mark, ...]:
    """Changes of policy, in order of day; changes of one day share a mark."""
    return marks_of(run.manifest["scenario"])


def marks_of(scenario: dict[str, Any]) -> tuple[Mark, ...]:
    """Changes of policy in a scenario spelt out in plain values."""
    return tuple(Mark(_letter(i), change.day, change.text) for i, change in enumerate(policy_changes(scenario)))


def _letter(i: int) -> str:
    return chr(ord("A") + i) if i < 26 else str(i + 1)
