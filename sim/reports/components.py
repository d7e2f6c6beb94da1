"""The parts that all reports have in common, as plain values: templates/parts.html.j2 lays them out."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
from markupsafe import Markup

from sim.reports.rerun import rerun_failed

if TYPE_CHECKING:
    from sim.charts.changes import LetteredChange
    from sim.charts.protocol import Chart
    from sim.charts.summary import Tile
    from sim.studies.results import StudyResults

MOST_ROWS = 40  # of a table on the page; the CSV has all
MOST_FAILURES = 10
Subject = TypeVar("Subject")


@dataclass(frozen=True)
class Page:
    """What stands around the sections of a report: the header, the navigation and the footer."""

    title: str
    heading: str
    eyebrow: str
    summary: Sequence[str]
    tiles: Sequence[Tile]
    links: Mapping[str, str]
    rerun: tuple[str, str]  # where to stand, and the command
    versions: Mapping[str, str]
    about: str = ""
    notes: Sequence[str] = ()
    notices: Sequence[str] = ()
    failures: Failures | None = None


@dataclass(frozen=True)
class Table:
    """A table as text. `numeric` columns are aligned to the right; `code` sets the first column as code.

    Cells whose whole text is one of `strong` stand out.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[int] = ()
    left_out: int = 0
    code: bool = False
    strong: Sequence[str] = ()


@dataclass(frozen=True)
class CsvLink:
    """A link to a CSV file that the page itself holds."""

    file: str
    label: str
    href: str


@dataclass(frozen=True)
class ChartView:
    """A chart with its words, its data and the changes of policy that its letters stand for; `figure` is JSON.

    Without a figure only title and caption are shown. `height` is in pixels.
    """

    name: str
    title: str
    caption: str
    figure: Markup | None = None
    height: int = 0
    csv: CsvLink | None = None
    table: Table | None = None
    changes: Sequence[LetteredChange] = ()


@dataclass(frozen=True)
class Failures:
    """Runs that were set aside: how many, the first of them, and how many are not shown."""

    number: int
    shown: Sequence[Any]
    left_out: int


def chart_view(
    chart: Chart[Subject], subject: Subject, name: str, *, fold: bool = True, changes: Sequence[LetteredChange] = ()
) -> ChartView:
    """A chart of a subject, under its title, with its caption and its data; `name` is that of the CSV file.

    A chart without points is left out: only its title and its caption are shown.
    """
    fig, frame = chart.draw(subject), chart.table(subject)
    if not fig.data:
        return ChartView(name, chart.title(subject), chart.caption(subject))
    height = fig.layout.height or fig.layout.template.layout.height
    return ChartView(
        name,
        chart.title(subject),
        chart.caption(subject),
        json_markup(fig.to_json()),
        int(height) - 40,
        csv_link(name, "These figures as CSV", frame),
        table_of(frame, MOST_ROWS) if fold else None,
        changes if fig.layout.annotations else (),
    )


def table_of(frame: pd.DataFrame, most: int | None = None) -> Table:
    """A frame as a table: numbers to the right, in four significant digits; at most so many rows."""
    names = [str(name).replace("_", " ") for name in frame.columns]
    numeric = [i for i, name in enumerate(frame.columns) if pd.api.types.is_numeric_dtype(frame[name])]
    shown = frame if most is None else frame.head(most)
    rows = [[cell(value) for value in row] for row in shown.itertuples(index=False)]
    return Table(names, rows, numeric, len(frame) - len(shown))


def cell(value: Any) -> str:
    """A value of a table as text."""
    if isinstance(value, str):
        return value
    number = float(value)
    if not isfinite(number):
        return "–"
    if number == int(number) and abs(number) < 1e15:
        return f"{int(number):,}"
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def csv_link(name: str, label: str, frame: pd.DataFrame) -> CsvLink:
    """A link to a frame as the CSV file `name`.csv."""
    data = base64.b64encode(frame.to_csv(index=False).encode()).decode()
    return CsvLink(f"{name.replace(' ', '_')}.csv", label, f"data:text/csv;charset=utf-8;base64,{data}")


def csv_links(frames: Mapping[str, pd.DataFrame]) -> list[CsvLink]:
    """Links to several frames, each with its name as label."""
    return [csv_link(name, name, frame) for name, frame in frames.items()]


def failures_of(results: StudyResults) -> Failures | None:
    """Runs that were set aside, with the commands that repeat them; None when there are none."""
    found = results.failures
    shown = [rerun_failed(each, results.place) for each in found[:MOST_FAILURES]]
    return Failures(len(found), shown, len(found) - len(shown)) if found else None


def json_markup(text: str) -> Markup:
    """JSON that can stand in a script element: it can neither end the element nor open another."""
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
