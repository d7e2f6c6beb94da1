"""What each phase of the tick took, as a table for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from sim.engine.tick import PLAN

TITLE = "{total:.1f} s in the phases of the tick (the twin apart)"


def profile_table(timings: Mapping[str, Any]) -> Table:
    """Seconds and share of every phase, in the order of the tick; `timings` are those of a run's manifest."""
    seconds: Mapping[str, float] = timings["phases_s"]
    total = sum(seconds.values())
    table = Table(title=TITLE.format(total=total), title_justify="left")
    table.add_column("phase")
    table.add_column("who")
    for head in ("seconds", "share"):
        table.add_column(head, justify="right")
    for phase in PLAN:
        spent = seconds.get(phase.name, 0.0)
        share = spent / total if total else 0.0
        table.add_row(Text(phase.name, style="bold"), phase.who, f"{spent:.2f}", f"{share:.0%}")
    return table
