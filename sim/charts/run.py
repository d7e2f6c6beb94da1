"""What the charts of a run may read: the frames and the manifest of a finished run, never the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sim.charts.changes import LetteredChange, letter_changes
from sim.scenario.policy_changes import policy_changes

if TYPE_CHECKING:
    import pandas as pd


class Run(Protocol):
    """The part of a `Result` that charts read."""

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

    @property
    def honest_mistakes(self) -> pd.DataFrame:
        """Honest likes judged and flagged, by rule and cause."""
        ...

    @property
    def punished_creators(self) -> pd.DataFrame:
        """Creators hit, and hit though innocent, by rule and by who had arranged the likes held against them."""
        ...


def changes_of(run: Run) -> tuple[LetteredChange, ...]:
    """Changes of policy during the run, in order of day."""
    return letter_changes((change.day, change.text) for change in policy_changes(run.manifest["scenario"]))
