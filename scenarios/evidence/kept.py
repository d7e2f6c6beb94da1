"""What the scripts share: frames that are kept and not made twice, and how a frame is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
from rich.table import Table

from sim import Scenario
from sim.runs.code_digest import code_digest


def load_kept(
    keep: Path, scenario: Scenario, seed: int, names: tuple[str, ...], make: Callable[[], Mapping[str, pd.DataFrame]]
) -> dict[str, pd.DataFrame]:
    """Frames of one run by name, from their files in `keep`, or from `make`.

    The name of a file holds the digests of scenario and code, so that a change of either makes a new run and nothing
    else does.
    """
    made_of = f"{scenario.name}-{scenario.digest()}-{code_digest()}-{seed}"
    paths = {name: keep / f"{name}-{made_of}.parquet" for name in names}
    if not all(path.is_file() for path in paths.values()):
        keep.mkdir(parents=True, exist_ok=True)
        for name, frame in make().items():
            part = paths[name].with_suffix(".part")
            frame.to_parquet(part, index=False)
            part.replace(paths[name])  # a run that was interrupted leaves no file that looks whole
    return {name: pd.read_parquet(path) for name, path in paths.items()}


def as_table(frame: pd.DataFrame, title: str) -> Table:
    """A frame as a table for the terminal."""
    table = Table(*frame.columns, title=title)
    for row in frame.itertuples(index=False):
        table.add_row(*(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row))
    return table
