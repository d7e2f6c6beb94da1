"""What `gresham show` prints: one run or one study."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.catalogue.catalogue import Catalogue
from sim.catalogue.figures import KEY, mean_at_end
from sim.catalogue.frames import frame_table
from sim.catalogue.listing import plain, size_of
from sim.catalogue.overview import size
from sim.catalogue.stored import StoredRun, flat
from sim.catalogue.study import StoredStudy
from sim.charts.summary import make_tiles, means_of
from sim.core.terminal import one_line
from sim.core.windows import LAST
from sim.scenario import Scenario

MOST_POINTS = 60
POINTS = "\nPoints, means of the last {last} days"
DONE = "{done} of {wanted} runs: {points} points x {seeds} seeds; tables {tables}"
FAILED = "failed: {error}\n  {command}"


def changed_parameters(scenario: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Parameters of a resolved scenario that are not the defaults: value and default ('' where there is none)."""
    usual, own = flat(Scenario().resolved()), flat(scenario)
    skipped = ("name", "description")
    return {
        path: (plain(own[path]) if path in own else "(not there)", plain(usual[path]) if path in usual else "")
        for path in dict.fromkeys([*own, *usual])
        if path not in skipped and own.get(path, _NONE) != usual.get(path, _NONE) and not _is_above(path, own)
    }


_NONE = object()


def _is_above(path: str, own: dict[str, Any]) -> bool:
    """Whether a path is a list's, empty by default, whose entries are listed by themselves."""
    return path not in own and any(each.startswith(f"{path}.") for each in own)


def show_run(run: StoredRun, console: Console) -> None:
    """One run: where it comes from, parameters that differ, tables, key figures."""
    manifest = run.manifest()
    about = f", seed {manifest['seed']}, {manifest['days']} days"
    console.print(Text.assemble((one_line(manifest["name"]), "bold"), about))
    if manifest.get("description"):
        console.print(manifest["description"])
    facts = Table(box=None, show_header=False, pad_edge=False)
    for name, value in _facts(run, manifest):
        facts.add_row(name, value)
    console.print(facts)
    _pairs(console, "Parameters that are not the defaults", changed_parameters(manifest["scenario"]))
    rows = Table("table", "rows", "digest", box=None, pad_edge=False, header_style="bold")
    for name, about in manifest["tables"].items():
        rows.add_row(name, f"{about['rows']:,}", about["sha256"][:12])
    console.print("", rows)
    _key_figures(run, console)


def _facts(run: StoredRun, manifest: dict[str, Any]) -> list[tuple[str, str]]:
    versions, timings = manifest["versions"], manifest["timings"]
    environment = manifest["environment"]
    seconds = {name: value for name, value in timings.items() if name.endswith("_s") and isinstance(value, int | float)}
    spent = ", ".join(
        f"{name.removesuffix('_s').replace('_', ' ')} {value:g} s"
        for name, value in seconds.items()
        if not name.endswith("per_s")
    )
    return [
        ("folder", str(run.folder)),
        ("finished", f"{environment.get('finished', '?')} on {environment.get('system', '?')} "
                     f"{environment.get('machine', '')}, {environment.get('cores', '?')} cores"),
        ("versions", ", ".join(f"{name} {number}" for name, number in versions.items())),
        ("commit", str(manifest.get("commit") or "not known")),
        ("took", spent),
        ("size", size(size_of(run))),
        ("scenario digest", manifest["digest"]),
        *([("key", str(manifest["key"]))] if "key" in manifest else []),
    ]  # fmt: skip


def _pairs(console: Console, title: str, pairs: dict[str, tuple[str, str]]) -> None:
    if not pairs:
        return
    table = Table("parameter", "value", "default", box=None, pad_edge=False, header_style="bold")
    for path, (value, usual) in pairs.items():
        table.add_row(path, value, usual)
    console.print(Text(f"\n{title}", "bold"), table)


def _key_figures(run: StoredRun, console: Console) -> None:
    if "daily" not in run.parts:
        return
    frames = {
        name: pq.ParquetFile(run.parts[name].files[0]).read().to_pandas()
        for name in ("daily", "twin_daily")
        if name in run.parts
    }
    found = make_tiles(frames["daily"], frames.get("twin_daily"))
    if found:
        table = Table(means_of(frames["daily"]), "", "", box=None, pad_edge=False, header_style="bold")
        for tile in found:
            table.add_row(tile.label, tile.value, tile.note)
        console.print("", table)


def show_study(study: StoredStudy, catalogue: Catalogue, console: Console) -> None:
    """One study: what it asks for, what is done, what failed and how to see it again."""
    mine = catalogue.listing.runs
    done = {each.run for each in mine if each.stored is not None}
    console.print(Text.assemble((one_line(study.title), "bold"), ", a study"))
    description = str(study.asked.record.get("description", ""))
    if description:
        console.print(description)
    points, seeds = len(study.asked.record["points"]), len(study.asked.seeds)
    console.print(
        DONE.format(done=len(done), wanted=len({each.run for each in mine}), points=points, seeds=seeds,
                    tables=", ".join(study.asked.keep)),
    )  # fmt: skip
    for error, command in study.failed.values():
        console.print(FAILED.format(error=error, command=command))
    table, left_out = frame_table(
        average_by_point(catalogue), console.width if console.is_terminal else None, MOST_POINTS
    )
    console.print(Text(POINTS.format(last=LAST), "bold"), table)
    if left_out:
        console.print(f"({left_out})")


def average_by_point(catalogue: Catalogue) -> pd.DataFrame:
    """One row for every point of a study: factors, runs done, and key figures averaged over its runs."""
    runs = catalogue.runs.join(mean_at_end(catalogue), on="run")
    labels = ["point", *(name for name in catalogue.runs.columns if name in catalogue.factor_columns)]
    grouped = runs.groupby(labels, dropna=False, sort=True)
    found = grouped.agg(
        done=("status", lambda s: int((s == "finished").sum())),
        failed=("status", lambda s: int((s == "failed").sum())),
        quality=(KEY[0], "mean"),
        manipulating=(KEY[1], "mean"),
    )
    return found.reset_index(allow_duplicates=True)  # a factor may be called like a figure
