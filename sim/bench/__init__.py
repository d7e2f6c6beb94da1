"""`gresham bench`: speed and memory on this machine, with repeats, medians and how busy the machine was."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

__all__ = ["main"]

OUT = Path("results") / "bench.json"


def main(
    which: Sequence[str] | None = None,
    *,
    quick: bool = False,
    out: Path | None = None,
    readers: int | None = None,
) -> int:
    """Measure, print a table, write JSON.

    `which` holds names of measurements (all when empty) and may hold the command's options. `quick` runs
    everything at tiny sizes, which shows that it works and nothing else. `readers` replaces the million.
    """
    from rich.console import Console

    # measurements run in processes that import this package too, and shall not bear what the command needs
    from sim.bench.figures import Figure, Watch, machine
    from sim.bench.sizes import QUICK, Size
    from sim.bench.suites import SUITES, Bench
    from sim.bench.table import show

    chosen = _parse(list(which or []), list(SUITES), quick, out or OUT, readers)
    size = replace(QUICK if chosen.quick else Size(), full=chosen.full and not chosen.quick)
    sizes = {"readers": chosen.readers, "many_runs": chosen.runs}
    bench = Bench(replace(size, **{name: value for name, value in sizes.items() if value is not None}))
    found: dict[str, Any] = {
        "machine": machine(),
        "quick": chosen.quick,
        "full": chosen.full,
        "measurements": {},
    }
    taken: dict[str, list[Figure]] = {}
    console = Console()
    with Watch() as whole:
        for name in chosen.which or SUITES:
            with Watch() as watch, console.status(f"{name} ..."):
                figures = SUITES[name](bench)
            taken[name] = [replace(f, target=None) for f in figures] if chosen.quick else figures
            found["measurements"][name] = {"figures": [f.plain() for f in taken[name]], **watch.facts}
    found |= whole.facts
    show(console, taken, found)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    console.print(f"written to {chosen.out}", highlight=False)
    return 0


def _parse(words: list[str], names: list[str], quick: bool, out: Path, readers: int | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gresham bench", description="Measure speed and memory on this machine.")
    parser.add_argument("which", nargs="*", metavar="NAME", help=f"{', '.join(names)}; all when none is given")
    parser.add_argument("--sweep", action="store_true", help="the same as the name sweep: many runs")
    parser.add_argument("--quick", action="store_true", default=quick, help="tiny sizes: shows that it works")
    parser.add_argument("--full", action="store_true", help="also ten million readers, and all 90 days")
    parser.add_argument("--out", type=Path, default=out, metavar="FILE", help="JSON file (%(default)s)")
    parser.add_argument("--runs", type=int, metavar="N", help="of the measurement memory, instead of a thousand")
    parser.add_argument("--readers", type=int, default=readers, metavar="N", help="instead of a million")
    chosen = parser.parse_args(words)
    chosen.which += ["sweep"] * (chosen.sweep and "sweep" not in chosen.which)
    for name in chosen.which:
        if name not in names:
            parser.error(f"no measurement '{name}'; there are {', '.join(names)}")
    if chosen.readers is not None and chosen.readers < 64:
        parser.error("--readers must be at least 64")
    if chosen.runs is not None and chosen.runs < 11:
        parser.error("--runs must be at least 11: memory is compared with that after ten")
    return chosen
