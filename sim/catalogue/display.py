"""What the commands of the catalogue print: tables of a terminal, one run or study in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.catalogue.catalogue import Catalogue
from sim.catalogue.figures import KEY, at_end
from sim.catalogue.listing import RunEntry, plain, size_of
from sim.catalogue.stored import StoredRun, flat
from sim.catalogue.study import StoredStudy
from sim.charts.summary import tiles
from sim.core.terminal import one_line
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table

WIDEST = 44  # characters of a cell
MOST_POINTS = 60


def cell(value: Any) -> str:
    """A value in few characters; nothing for a missing one."""
    import pandas as pd

    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M")
    return one_line(str(value))


def frame_table(frame: pd.DataFrame, width: int | None, rows: int | None) -> tuple[Table, str]:
    """A frame as a table no wider than `width` and no longer than `rows`, and what was left out."""
    from rich.table import Table

    shown = frame if rows is None else frame.head(rows)
    cells = {i: [cell(value) for value in shown.iloc[:, i].tolist()] for i in range(shown.shape[1])}
    kept: list[int] = []
    room = width
    for i, texts in cells.items():
        wide = min(WIDEST, max([len(str(frame.columns[i])), *map(len, texts)])) + 2
        if room is not None and kept and wide > room:
            break
        kept.append(i)
        room = None if room is None else room - wide
    table = Table(box=None, pad_edge=False, header_style="bold")
    for i in kept:
        number = frame.iloc[:, i].dtype.kind in "iuf"
        table.add_column(
            str(frame.columns[i]), justify="right" if number else "left", no_wrap=True, overflow="ellipsis",
            max_width=None if width is None else WIDEST,
        )  # fmt: skip
    for row in range(len(shown)):
        table.add_row(*(cells[i][row] for i in kept))
    return table, _left_out(len(frame) - len(shown), frame.shape[1] - len(kept))


def _left_out(rows: int, columns: int) -> str:
    parts = [f"{n} more {what}{'s' if n > 1 else ''}" for n, what in ((rows, "row"), (columns, "column")) if n]
    return " and ".join(parts)


def size(n: int) -> str:
    """Bytes in a unit that suits them."""
    for step, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if n >= step:
            return f"{n / step:.1f} {unit}"
    return f"{n} B"


def overview(catalogue: Catalogue) -> pd.DataFrame:
    """One row for every run by itself and every study: what `gresham ls` lists."""
    import pandas as pd

    figures = at_end(catalogue)
    alone = [_run_line(each, figures) for each in catalogue.listing.runs if each.study is None]
    studies = [_study_line(study, catalogue, figures) for study in catalogue.studies]
    columns = ["run", "quality", "manipulating", "seed", "days", "when", "size", "scenario"]
    return pd.DataFrame([*alone, *studies], columns=columns)


def _run_line(each: RunEntry, figures: pd.DataFrame) -> dict[str, str]:
    assert each.stored is not None  # only finished runs stand by themselves
    head = each.stored.head
    own = figures.loc[[each.run]] if each.run in figures.index else figures.iloc[:0]
    return {
        "run": each.run,
        "scenario": head["name"],
        "seed": str(head["seed"]),
        "days": str(head["days"]),
        "when": str(head["environment"].get("finished", ""))[:16].replace("T", " "),
        "size": size(size_of(each.stored)),
        **_ends(own),
    }


def _study_line(study: StoredStudy, catalogue: Catalogue, figures: pd.DataFrame) -> dict[str, str]:
    mine = [each for each in catalogue.listing.runs if each.study == study.name]
    done = {each.run: each.stored for each in mine if each.stored is not None}
    failed = len({each.run for each in mine if each.status == "failed"})
    times = [str(run.head["environment"].get("finished", "")) for run in done.values()]
    wanted = len({each.run for each in mine})
    return {
        "run": f"{study.name}/",
        "scenario": study.title,
        "seed": f"{len(done)} of {wanted} runs" + (f", {failed} failed" if failed else ""),
        "days": _span([run.head["days"] for run in done.values()]),
        "when": max(times, default="")[:16].replace("T", " "),
        "size": size(sum(size_of(run) for run in done.values())),
        **_ends(figures[figures.index.isin(done)]),
    }


def _span(values: list[int]) -> str:
    return "" if not values else str(min(values)) if min(values) == max(values) else f"{min(values)}-{max(values)}"


def _ends(figures: pd.DataFrame) -> dict[str, str]:
    """Quality shown and share manipulating in the last week, or the lowest and highest of several runs."""
    formats = {"quality": ("exposure_quality", "{:.3f}"), "manipulating": ("share_manipulating_creators", "{:.0%}")}
    out = {}
    for name, (column, form) in formats.items():
        values = figures[column].dropna()
        low, high = (form.format(values.min()), form.format(values.max())) if len(values) else ("", "")
        out[name] = low if low == high else f"{low}-{high}"
    return out


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
    from rich.table import Table
    from rich.text import Text

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
    from rich.table import Table
    from rich.text import Text

    if not pairs:
        return
    table = Table("parameter", "value", "default", box=None, pad_edge=False, header_style="bold")
    for path, (value, usual) in pairs.items():
        table.add_row(path, value, usual)
    console.print(Text(f"\n{title}", "bold"), table)


def _key_figures(run: StoredRun, console: Console) -> None:
    import pyarrow.parquet as pq
    from rich.table import Table

    if "daily" not in run.parts:
        return
    frames = {
        name: pq.ParquetFile(run.parts[name].files[0]).read().to_pandas()
        for name in ("daily", "twin_daily")
        if name in run.parts
    }
    found = tiles(frames["daily"], frames.get("twin_daily"))
    if found:
        table = Table("last week", "", "", box=None, pad_edge=False, header_style="bold")
        for tile in found:
            table.add_row(tile.label, tile.value, tile.note)
        console.print("", table)


def show_study(study: StoredStudy, catalogue: Catalogue, console: Console) -> None:
    """One study: what it asks for, what is done, what failed and how to see it again."""
    from rich.text import Text

    mine = catalogue.listing.runs
    done = {each.run for each in mine if each.stored is not None}
    console.print(Text.assemble((one_line(study.title), "bold"), ", a study"))
    description = str(study.results.record.get("description", ""))
    if description:
        console.print(description)
    points, seeds = len(study.results.record["points"]), len(study.results.seeds)
    console.print(
        f"{len(done)} of {len({each.run for each in mine})} runs: {points} points x {seeds} seeds; "
        f"tables {', '.join(study.results.keep)}",
    )  # fmt: skip
    for error, command in study.failed.values():
        console.print(f"failed: {error}\n  {command}")
    table, left_out = frame_table(by_point(catalogue), console.width if console.is_terminal else None, MOST_POINTS)
    console.print(Text("\nPoints, figures of the last week", "bold"), table)
    if left_out:
        console.print(f"({left_out})")


def by_point(catalogue: Catalogue) -> pd.DataFrame:
    """One row for every point of a study: factors, runs done, and key figures averaged over its runs."""
    runs = catalogue.runs.join(at_end(catalogue), on="run")
    labels = ["point", *(name for name in catalogue.runs.columns if name in catalogue.factor_columns)]
    grouped = runs.groupby(labels, dropna=False, sort=True)
    found = grouped.agg(
        done=("status", lambda s: int((s == "finished").sum())),
        failed=("status", lambda s: int((s == "failed").sum())),
        quality=(KEY[0], "mean"),
        manipulating=(KEY[1], "mean"),
    )
    return found.reset_index(allow_duplicates=True)  # a factor may be called like a figure
