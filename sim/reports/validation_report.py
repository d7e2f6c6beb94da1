"""The report of a validation: published facts against a world, as one page, for a terminal and as CSV."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from sim.analysis.facts.verdicts import INSIDE, NOT_CERTAIN, OUTSIDE, UNKNOWN, span_words
from sim.charts.facts import CHARTS
from sim.charts.summary import Tile
from sim.core.formatting import name_seeds
from sim.reports.assets import render
from sim.reports.components import Page, chart_view, csv_link, failures_of
from sim.reports.fact_views import figure, groups_of, with_unit
from sim.reports.notices import validation_notices
from sim.reports.ranking_words import describe_ranking
from sim.reports.rerun import rerun

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from sim.analysis.facts.findings import FactFindings
    from sim.studies.results import StudyResults

CAPTION = (
    "A row is inside when the mean over seeds lies within the published interval, or within the one scaled for this "
    "number of creators where there is one; where only a direction was published (at least, at most), when the whole "
    "interval over seeds does. A fact is inside when all its rows are. Not certain: the 95 % interval of that mean "
    "reaches over an end of the published interval, so more seeds may turn the verdict. Typed in: one parameter was "
    "chosen by this fact and no other. Shaped: parameters were chosen by it and by others. Emergent: no parameter's "
    "source names it."
)
EYEBROW = "Gresham · validation · {facts} · {days} days · {readers:,} seats · {creators:,} creators"
STYLES = {INSIDE: "green", OUTSIDE: "red", UNKNOWN: "dim"}
INDENT = (0, 0, 0, 2)
TERMINAL_HEADS = ("fact", "published", "measured", "verdict")
PLUS_MINUS = " ± {half:.2g}"
REACHES_OVER = "their 95 % interval reaches over an end of the published one"
ONE_RUN = "one run has no interval"
MAY_TURN = "more seeds may turn {n} of them"
UNSURE = "{verdict} ?"
UNSURE_ROWS = "?: {n} of the verdicts on rows {are} not certain (`certain` in facts.csv)"
LEGEND = "±: how far the 95 % interval over seeds reaches; report.html says what shaped, typed in and emergent mean"
NOT_MEASURED = "not measurable, in part or as a whole: {facts} (facts.csv says why)"


def render_page(findings: FactFindings, results: StudyResults, scenario: str) -> str:
    """The whole report as HTML; `scenario` is the name of the world."""
    about = results.record["about"]
    charts = {name: chart for name, chart in CHARTS.items() if chart.applies(findings)}
    page = Page(
        title=f"{scenario} against published facts",
        heading=f"{scenario.replace('_', ' ')} against published facts",
        eyebrow=EYEBROW.format(**about),
        about=findings.facts.file.description,
        summary=[f"{findings.summary}."],
        notes=[
            *([f"{findings.weighted[0].upper()}{findings.weighted[1:]}."] if findings.weighted else []),
            *(describe_ranking(about["scenario"]) if "scenario" in about else []),
        ],
        notices=validation_notices(about),
        tiles=_tiles(findings),
        links={"facts": "Facts"} | {name: chart.heading for name, chart in charts.items()},
        rerun=rerun(results.place),
        versions=results.record["versions"],
        failures=failures_of(results),
    )
    return render(
        "validation.html.j2",
        page=page,
        caption=CAPTION,
        groups=groups_of(findings),
        csvs=[csv_link("facts", "facts", findings.table)],
        charts=[chart_view(chart, findings, name) for name, chart in charts.items()],
    )


def _tiles(findings: FactFindings) -> list[Tile]:
    by_kind = findings.by_fact[findings.by_fact["verdict"] == INSIDE]["kind"].value_counts()
    kinds = ", ".join(f"{n} {kind}" for kind, n in by_kind.items())
    return [
        Tile("inside", f"{findings.count(INSIDE)}", "; ".join(filter(None, (kinds, _may_turn(findings, INSIDE))))),
        Tile("outside", f"{findings.count(OUTSIDE)}", _may_turn(findings, OUTSIDE) or "a row or more is outside"),
        Tile("not measurable", f"{findings.count(UNKNOWN)}", "each fact says why"),
        _unsure(findings),
        Tile("runs", f"{len(findings.seeds)}", name_seeds(findings.seeds)),
    ]


def _may_turn(findings: FactFindings, verdict: str) -> str:
    """How many facts of a verdict more seeds may turn; empty for none."""
    n = findings.unsure(verdict)
    return MAY_TURN.format(n=n) if n else ""


def _unsure(findings: FactFindings) -> Tile:
    rows = findings.table["certain"]
    if not (rows != "").any():
        return Tile("rows not certain", "–", ONE_RUN)
    return Tile("rows not certain", f"{int((rows == NOT_CERTAIN).sum())}", REACHES_OVER)


def terminal_facts(findings: FactFindings) -> Group:
    """The measured rows as a table for a terminal, and the facts that are not measurable in a line."""
    measured = findings.table[findings.table["verdict"] != UNKNOWN]
    table = RichTable(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for head in TERMINAL_HEADS:
        table.add_column(head, justify="right" if head == "measured" else "left", no_wrap=head != "fact")
    last = ""
    for row in measured.to_dict("records"):
        name, verdict = str(row["fact"]), str(row["verdict"])
        if name != last:
            table.add_row(Text.assemble((name, "bold"), (f" {row['kind']}", "dim")))
        label = Padding(Text(with_unit(str(row["row"]), str(row["unit"]))), INDENT)
        sure = UNSURE.format(verdict=verdict) if row["certain"] == NOT_CERTAIN else verdict
        table.add_row(label, Text(_span(row)), Text(_measured(row)), Text(sure, style=STYLES[verdict]))
        last = name
    unknown = findings.table.loc[findings.table["verdict"] == UNKNOWN, "fact"].unique()
    lines = [Text(NOT_MEASURED.format(facts=", ".join(unknown)), style="dim")] if len(unknown) else []
    unsure = int((findings.table["certain"] == NOT_CERTAIN).sum())
    lines += [Text(LEGEND, style="dim")] if len(measured) else []
    lines += [Text(UNSURE_ROWS.format(n=unsure, are="is" if unsure == 1 else "are"), style="dim")] if unsure else []
    return Group(table, *lines)


def _span(row: Mapping[Hashable, Any]) -> str:
    """The interval that decides, in words."""
    low, high = (None if math.isnan(row[end]) else float(row[end]) for end in ("published_low", "published_high"))
    return span_words(low, high)


def _measured(row: Mapping[Hashable, Any]) -> str:
    """The mean, and how far its interval reaches where there is one: to the side where it is not cut."""
    half = max(float(row["high"]) - float(row["measured"]), float(row["measured"]) - float(row["low"]))
    return figure(row["measured"], (row["published_low"], row["published_high"])) + (
        "" if math.isnan(half) else PLUS_MINUS.format(half=half)
    )
