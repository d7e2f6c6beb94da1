"""The figures as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from sim.bench.figures import Figure

COLOURS = {"ok": "green", "short": "red", "": "dim"}


def number(value: float) -> str:
    """Three significant digits."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def show(console: Console, taken: Mapping[str, list[Figure]], found: dict[str, Any]) -> None:
    """Print the figures by measurement, and what they were taken on."""
    table = Table(title="gresham bench", title_justify="left")
    for name in ("what", "measured", "target", "verdict", "spread"):
        table.add_column(name, justify="left" if name in ("what", "verdict") else "right")
    for name, figures in taken.items():
        busy = found["measurements"][name]["busy"]
        table.add_row(f"[bold]{name}[/]" + (" [yellow](the machine was busy)[/]" if busy else ""))
        for figure in figures:
            table.add_row(*_cells(figure))
        table.add_section()
    console.print(table)
    about, versions = found["machine"], found["machine"]["versions"]
    console.print(
        f"{about['cpu']}, {about['cores']} cores; Python {versions['python']}, NumPy {versions['numpy']}, "
        f"numba {versions['numba']}; load {found['load_before']} before, {found['load_after']} after; other "
        f"processes took {found['others_share']:.0%} of the processors"
        + (": the machine was busy, so wall times are too long" if found["busy"] else ""),
        highlight=False,
    )
    if found["quick"]:
        console.print("Tiny sizes: these figures show that the measurements work, and say nothing of speed.")


def _cells(figure: Figure) -> tuple[str, ...]:
    sign = "≥" if figure.better == "more" else "≤"
    return (
        f"  {figure.name}" + (f"\n  [dim]{figure.note}[/]" if figure.note else ""),
        f"{number(figure.measured)} {figure.unit}",
        "" if figure.target is None else f"{sign} {number(figure.target)}",
        f"[{COLOURS[figure.verdict]}]{figure.verdict}[/]",
        f"{figure.spread:.0%}" if len(figure.repeats) > 1 else "",
    )
