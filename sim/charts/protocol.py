"""What a chart is, whatever it draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

Subject = TypeVar("Subject", contravariant=True)


class Chart(Protocol[Subject]):
    """A chart: a module with these functions of its subject (a run, an outcome of a study or of a comparison).

    `applies` is asked first; the others may raise where it is False. None of them changes the subject's frames.
    """

    def title(self, subject: Subject, /) -> str:
        """The title of the figure and of its place in a report, without a full stop."""
        ...

    def applies(self, subject: Subject, /) -> bool:
        """Whether the subject has anything to draw."""
        ...

    def draw(self, subject: Subject, /) -> go.Figure:
        """The figure, complete in itself."""
        ...

    def caption(self, subject: Subject, /) -> str:
        """One or two sentences: what to look at, in figures of this subject; empty when the title says it all."""
        ...

    def table(self, subject: Subject, /) -> pd.DataFrame:
        """The figures behind the chart, short enough to read."""
        ...
