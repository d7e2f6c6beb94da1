"""The policy scorecard for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.comparison import SIGNIFICANT, Comparison
from sim.core.enums import words
from sim.core.formatting import decimals, estimate, times
from sim.reports.comparison_text import cautions, stopping_sentence

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from sim.analysis.outcomes import Outcome

Rows = dict[tuple[str, str], dict[str, Any]]
MOST_ACROSS = 3  # policies that fit beside each other in a terminal


def told(comparison: Comparison) -> RenderableType:
    """A table of differences to the reference with their intervals: policies across, or down when there are many."""
    from rich.console import Group
    from rich.text import Text

    found = comparison.by_key()
    card = comparison.means()
    across = len(comparison.policies) <= MOST_ACROSS
    table = (_across if across else _down)(comparison, found, card)
    return Group(table, Text(_luck(comparison), style="dim"))


def _across(comparison: Comparison, found: Rows, card: Rows) -> Table:
    from rich.table import Table

    reference, *others = comparison.policies
    seeds = len(comparison.seeds)
    table = Table("outcome", title=_title(comparison))
    for policy in (reference, *others):
        table.add_column(words(policy), justify="right")
    for outcome in comparison.outcomes:
        cells = ["\n".join(_cell(found[outcome.name, policy], seeds)) for policy in others]
        table.add_row(_label(outcome), _mean(card[outcome.name, reference], seeds), *cells)
    return table


def _down(comparison: Comparison, found: Rows, card: Rows) -> Table:
    from rich.table import Table

    seeds = len(comparison.seeds)
    table = Table("outcome", "policy", title=_title(comparison))
    for name in ("mean", "difference", "95 % interval"):
        table.add_column(name, justify="right")
    for outcome in comparison.outcomes:
        for policy in comparison.policies:
            first, last = policy == comparison.reference, policy == comparison.policies[-1]
            cells = ("", "") if first else (*_cell(found[outcome.name, policy], seeds), "")[:2]
            label = _label(outcome) if first else ""
            table.add_row(label, words(policy), _mean(card[outcome.name, policy], seeds), *cells, end_section=last)
    return table


def _title(comparison: Comparison) -> str:
    return f"{len(comparison.seeds)} seeds, differences to {words(comparison.reference)}"


def _cell(row: dict[str, Any], seeds: int) -> tuple[str, ...]:
    """The difference, starred when sure and with the number of pairs where some lack it, and its interval if any."""
    low, high = row["low"], row["high"]
    places = decimals(low, high)
    told = estimate(row["mean"], places, "+")
    if places is None:
        return (told + of_seeds(row["n"], seeds),)
    star = " *" if row["p_holm"] < SIGNIFICANT else ""
    return f"{told}{star}{of_seeds(row['n'], seeds)}", f"{estimate(low, places, '+')} .. {estimate(high, places, '+')}"


def _mean(row: dict[str, Any], seeds: int) -> str:
    return estimate(row["mean"], decimals(row["low"], row["high"])) + of_seeds(row["n"], seeds)


def of_seeds(n: int, seeds: int) -> str:
    """How many seeds a figure is of, where it is not of all."""
    return "" if n == seeds else f" ({n} of {seeds} seeds)"


def _label(outcome: Outcome) -> str:
    return ", ".join(filter(None, (outcome.label, outcome.told_unit)))


def _luck(comparison: Comparison) -> str:
    narrowed = comparison.narrowed
    worth = "" if narrowed != narrowed else f"; shared luck made intervals {times(narrowed)} times narrower (median)"
    told = f"95 % bootstrap intervals, paired by seed; * sure at 5 % after Holm's correction{worth}"
    return "\n".join(filter(None, (told, stopping_sentence(comparison), *cautions(comparison))))
