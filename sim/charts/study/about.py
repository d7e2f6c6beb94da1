"""What charts of studies share: words for outcomes, factors and numbers, and which factors to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from sim.core.enums import words
from sim.core.formatting import decimals, estimate

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from sim.analysis.findings import Findings

MOST_FACTORS = 8
SCALE = "Cividis"  # made to be read alike with and without colour vision (Nunez, Anderton & Renslow 2018)


class StudyChart(Protocol):
    """A chart of one outcome of a study: a module with these members."""

    TITLE: str

    def applies(self, findings: Findings, outcome: str) -> bool:
        """Whether there is anything to draw."""
        ...

    def draw(self, findings: Findings, outcome: str) -> go.Figure:
        """The figure."""
        ...

    def says(self, findings: Findings, outcome: str) -> str:
        """One sentence in figures of this study."""
        ...

    def table(self, findings: Findings, outcome: str) -> pd.DataFrame:
        """The figures behind the chart."""
        ...


def title_of(findings: Findings, outcome: str) -> str:
    """An outcome in words."""
    label = getattr(findings.outcome(outcome), "label", "")
    return str(label or words(outcome))


def in_text(findings: Findings, outcome: str) -> str:
    """An outcome in the middle of a sentence."""
    title = title_of(findings, outcome)
    return title[0].lower() + title[1:]


def name_of(factor: str) -> str:
    """A factor in words; a parameter's path stays as it is."""
    return factor if "." in factor else words(factor)


def shown(findings: Findings, outcome: str) -> list[str]:
    """The factors that a chart has room for, the strongest first."""
    ranked = [name for name in findings.sensitivity[outcome].ranked() if name in findings.factors]
    ranked += [name for name in findings.factors if name not in ranked]
    return ranked[:MOST_FACTORS]


def legend_below(room: int = 110) -> dict[str, Any]:
    """The legend at the foot of the figure, however tall it is."""
    return {"legend": {"yref": "container", "y": 0, "yanchor": "bottom"}, "margin_b": room}


def number(value: Any) -> str:
    """A number of a sentence."""
    return "unknown" if np.isnan(float(value)) else estimate(float(value))


def half_width(value: Any) -> str:
    """Half an interval: two digits are more than anybody knows of it."""
    half = float(value)
    return "unknown" if np.isnan(half) else estimate(half, decimals(0.0, half))


def percent(share: float) -> str:
    """A share of a sentence."""
    return f"{100 * share:.0f} %" if share >= 0.01 or share <= 0 else "less than 1 %"
