"""The policy scorecard in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from sim.analysis.attribution import Attribution
from sim.charts.compare.subjects import reference_label
from sim.core.formatting import times
from sim.reports import twin_verdict
from sim.reports.comparison_text import stopping_sentence
from sim.reports.scorecard import Cell, Row, Scorecard, scorecard_of
from sim.reports.verdict_matrix import matrix
from sim.reports.verdict_text import NEED_SEEDS, key_figures, paragraph

if TYPE_CHECKING:
    from rich.console import ConsoleRenderable, RenderableType

    from sim.analysis.comparison import Comparison

MOST_ACROSS = 3  # policies that fit side by side in a terminal
KEY = "{name}: {value}"
TITLE = "{seeds} seeds, differences from {reference}"
BORNE = "who bears it"
METHOD = "95% intervals, paired by seed; * significant at 5% after Holm's correction"
METHOD_OF_FEW = "Differences are paired by seed. " + NEED_SEEDS
NARROWED = "; common random numbers (the same for every policy) made intervals {factor} times narrower (median)"


def terminal_scorecard(comparison: Comparison) -> RenderableType:
    """A table of differences from the reference with their intervals: policies across, or down if there are many."""
    card = scorecard_of(comparison)
    title = Text(TITLE.format(seeds=card.seeds, reference=reference_label(comparison)))
    table = (_across if len(card.policies) <= MOST_ACROSS else _down)(card, title)
    parts: list[ConsoleRenderable] = [table, Text(_notes(comparison), style="dim")]
    if isinstance(comparison, Attribution):
        return Group(Text(twin_verdict.paragraph(comparison)), _lines(comparison), *parts)
    return Group(Text(paragraph(comparison)), *_matrix(comparison), *parts)


def terminal_key_figures(comparison: Comparison) -> str:
    """Five figures, a line each, for the end of a command."""
    return "\n".join(KEY.format(name=name, value=value) for name, value in key_figures(comparison))


def _matrix(comparison: Comparison) -> list[ConsoleRenderable]:
    """The verdicts on the main outcome, where they fit; the table `verdict` has all."""
    found = matrix(comparison)
    if len(found.policies) > MOST_ACROSS + 1:
        return []
    table = Table("", title=Text(comparison.outcomes[0].label), show_lines=True)
    for policy in found.policies:
        table.add_column(Text(policy))
    for policy, row in zip(found.policies, found.rows, strict=True):
        cells = ["" if cell is None else "\n".join(filter(None, (cell.verdict, cell.change, cell.interval, cell.seeds)))
                 for cell in row]  # fmt: skip
        table.add_row(Text(policy), *cells)
    return [table]


def _lines(attribution: Attribution) -> Table:
    """The verdict on every outcome, a line each."""
    found = twin_verdict.lines(attribution)
    table = Table("", "outcome", "verdict", "difference", title=Text(BORNE))
    for line in found.lines:
        cell = line.cell
        shown = ("\n".join(filter(None, each)) for each in ((cell.verdict, cell.seeds), (cell.change, cell.interval)))
        table.add_row(Text(line.who), Text(line.label), *shown)
    return table


def _across(card: Scorecard, title: Text) -> Table:
    table = Table("outcome", title=title)
    for policy in card.policies:
        table.add_column(Text(policy), justify="right")
    for row in card.rows:
        reference, *others = row.cells
        changes = ["\n".join(filter(None, (_change(cell), cell.interval))) for cell in others]
        table.add_row(_label(row), _mean(reference), *changes)
    return table


def _down(card: Scorecard, title: Text) -> Table:
    table = Table("outcome", "policy", title=title)
    for name in ("mean", "difference", "95% interval"):
        table.add_column(name, justify="right")
    for row in card.rows:
        for i, (policy, cell) in enumerate(zip(card.policies, row.cells, strict=True)):
            change = (_change(cell), cell.interval) if i else ("", "")
            label = _label(row) if i == 0 else Text()
            table.add_row(label, Text(policy), _mean(cell), *change, end_section=i == len(row.cells) - 1)
    return table


def _label(row: Row) -> Text:
    return Text(", ".join(filter(None, (row.label, row.unit))))


def _mean(cell: Cell) -> str:
    return " ".join(filter(None, (cell.mean, cell.of_seeds)))


def _change(cell: Cell) -> str:
    return " ".join(filter(None, (cell.change, "*" if cell.significant else "", cell.of_pairs)))


def _notes(comparison: Comparison) -> str:
    narrowed = comparison.narrowed
    gain = "" if narrowed != narrowed else NARROWED.format(factor=times(narrowed))
    method = METHOD if comparison.has_intervals else METHOD_OF_FEW
    return "\n".join(filter(None, (method + gain, stopping_sentence(comparison))))
