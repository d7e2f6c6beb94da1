"""The policy scorecard for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.experiments.compare import SIGNIFICANT, Comparison

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

Rows = dict[tuple[str, str], dict[str, Any]]


MOST_ACROSS = 3  # policies that fit beside each other in a terminal


def told(comparison: Comparison) -> RenderableType:
    """A table of differences to the reference with their intervals: policies across, or down when there are many."""
    from rich.console import Group
    from rich.text import Text

    found = comparison.by_key()
    card = {key: row["mean"] for key, row in comparison.means().items()}
    across = len(comparison.policies) <= MOST_ACROSS
    table = (_across if across else _down)(comparison, found, card)
    return Group(table, Text(_luck(comparison), style="dim"))


def _across(comparison: Comparison, found: Rows, card: dict[tuple[str, str], float]) -> Table:
    from rich.table import Table

    reference, *others = comparison.policies
    table = Table("outcome", title=_title(comparison))
    for policy in (reference, *others):
        table.add_column(policy.replace("_", " "), justify="right")
    for outcome in comparison.outcomes:
        cells = ["\n".join(_cell(found[outcome.name, policy])) for policy in others]
        table.add_row(outcome.label, number(card[outcome.name, reference]), *cells)
    return table


def _down(comparison: Comparison, found: Rows, card: dict[tuple[str, str], float]) -> Table:
    from rich.table import Table

    table = Table("outcome", "policy", title=_title(comparison))
    for name in ("mean", "difference", "95 % interval"):
        table.add_column(name, justify="right")
    for outcome in comparison.outcomes:
        for policy in comparison.policies:
            first, last = policy == comparison.reference, policy == comparison.policies[-1]
            cells = ("", "") if first else (*_cell(found[outcome.name, policy]), "")[:2]
            label = outcome.label if first else ""
            table.add_row(label, policy.replace("_", " "), number(card[outcome.name, policy]), *cells, end_section=last)
    return table


def _title(comparison: Comparison) -> str:
    return f"{len(comparison.swept.seeds)} seeds, differences to {comparison.reference.replace('_', ' ')}"


def _cell(row: dict[str, Any]) -> tuple[str, ...]:
    """The difference, starred when sure, and its interval if it has one."""
    star = " *" if row["p_holm"] < SIGNIFICANT else ""
    if row["low"] != row["low"]:
        return (number(row["mean"], "+"),)
    return f"{number(row['mean'], '+')}{star}", f"{number(row['low'], '+')} .. {number(row['high'], '+')}"


def number(value: float, sign: str = "") -> str:
    """A figure in three digits; a dash where there is none."""
    if value != value:
        return "–"
    return f"{value:{sign},.0f}" if abs(value) >= 1000 else f"{value:{sign}.3g}"


def _luck(comparison: Comparison) -> str:
    narrowed = comparison.narrowed
    worth = "" if narrowed != narrowed else f"; shared luck made intervals {narrowed:.2g} times narrower (median)"
    return f"95 % bootstrap intervals, paired by seed; * sure at 5 % after Holm's correction{worth}"
