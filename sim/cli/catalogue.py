"""Commands about runs that are there: query, ls, show, reproduce."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import FAILED, Threads, app, report_errors, stop
from sim.cli.run_options import Storage, place
from sim.core.errors import RunError

if TYPE_CHECKING:
    from rich.console import Console

    from sim.catalogue.issues import Issue
    from sim.catalogue.stored import StoredRun
    from sim.catalogue.study import StoredStudy
    from sim.runs.storage import Place

MOST_WARNINGS = 10
UNBOUNDED = 10_000
ROWS_SHOWN = 60
In = Annotated[str, typer.Option("--in", metavar="FOLDER", help="results folder, or any fsspec address")]
Name = Annotated[str, typer.Argument(metavar="RUN", help="path, or a part of the name", show_default=False)]
Verify = Annotated[bool, typer.Option("--verify", help="read every table and compare its digest")]


@app.command()
@report_errors
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="one SELECT (DuckDB)", show_default=False)],
    folder: In = "results",
    csv: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="write CSV into a file; - is the standard output")
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="table|csv|json", help="how to print")] = "table",
    verify: Verify = False,
    storage_option: Storage = None,
) -> None:
    """Ask all runs below a folder in SQL: daily, creators, posts, orders, ..., runs, parameters."""
    if form not in ("table", "csv", "json"):
        stop(f"--format {form}: must be table, csv or json", 2)
    catalogue = _open(place(folder, storage_option), verify)
    known = len(catalogue.issues)
    frame = catalogue.query(sql)
    _warn(catalogue.issues[known:])  # what turned out to be spoilt only when it was read
    if csv not in (None, "-"):
        frame.to_csv(csv, index=False)
        typer.echo(f"{len(frame)} rows in {csv}", err=True)
    elif csv == "-" or form == "csv":
        frame.to_csv(sys.stdout, index=False)
    elif form == "json":
        typer.echo(frame.to_json(orient="records", date_format="iso", force_ascii=False, indent=1))
    else:
        _print(frame, ROWS_SHOWN, "with --csv FILE")


@app.command("ls")
@report_errors
def list_(folder: In = "results", verify: Verify = False, storage_option: Storage = None) -> None:
    """List runs and studies: when, how large, quality shown and share manipulating in the last week."""
    from sim.catalogue.display import overview

    catalogue = _open(place(folder, storage_option), verify)
    found = overview(catalogue)
    if found.empty:
        typer.echo(f"no finished run in {folder}; gresham run makes one")
        return
    _print(found, None, "in a wider terminal")


@app.command()
@report_errors
def show(name: Name, folder: In = "results", storage_option: Storage = None) -> None:
    """Show one run or study: parameters that differ from the defaults, tables, versions, key figures."""
    from sim.catalogue.catalogue import Catalogue
    from sim.catalogue.display import show_run, show_study
    from sim.catalogue.resolve import resolved
    from sim.catalogue.stored import StoredRun

    with resolved(name, place(folder, storage_option)) as found:
        if isinstance(found, StoredRun):
            show_run(found, _console())
            return
        catalogue = Catalogue(found.folder)
        _warn(catalogue.issues)
        show_study(found, catalogue, _console())


@app.command()
@report_errors
def reproduce(
    name: Name,
    folder: In = "results",
    sample: Annotated[int, typer.Option(min=1, help="of a study: so many of its runs, evenly spread")] = 3,
    base: Annotated[
        Path | None, typer.Option(help="folder of plug-ins written as file.py:Class; the current one otherwise")
    ] = None,
    threads: Threads = None,
    storage_option: Storage = None,
) -> None:
    """Run it again from its manifest and compare every bit of every table; exit code 1 when they differ."""
    from sim.catalogue.resolve import resolved

    with resolved(name, place(folder, storage_option)) as found:
        same = [_again(run, base, threads) for run in _sample(found, sample)]
    typer.echo("the same bits" if all(same) else "not the same bits")
    if not all(same):
        raise typer.Exit(FAILED)


def _again(run: StoredRun, base: Path | None, threads: int | None) -> bool:
    """Run it again and tell table by table whether it came out the same."""
    from sim.catalogue.reproduce import reproduce as again

    typer.echo(f"{run.name}: {run.head['name']}, seed {run.head['seed']}, {run.head['days']} days")
    found = again(run, threads=threads, base=base, progress="auto")
    for what, (then, now) in found.differing.items():
        typer.echo(f"  made with {what} {then}, now {now}")
    for table in found.tables:
        typer.echo(f"  {table.table}: {'same' if table.same else f'DIFFERENT; {table.said}'}")
    return found.same


def _sample(found: StoredRun | StoredStudy, n: int) -> list[StoredRun]:
    """The run itself, or a sample of the study's finished runs."""
    from sim.catalogue.catalogue import Catalogue
    from sim.catalogue.reproduce import sample
    from sim.catalogue.stored import StoredRun

    if isinstance(found, StoredRun):
        return [found]
    catalogue = Catalogue(found.folder)
    _warn(catalogue.issues)
    runs = {run.name: run for run in catalogue.listing.stored}
    if not runs:
        raise RunError(f"{found.name}: the study has no finished run yet")
    return [runs[each] for each in sample(list(runs), n)]


def _open(folder: Place, verify: bool) -> Any:
    from sim.catalogue.catalogue import Catalogue

    catalogue = Catalogue(folder, verify=verify)
    _warn(catalogue.issues)
    return catalogue


def _warn(issues: list[Issue]) -> None:
    """What is skipped, a line each on stderr; the first ten and how many more."""
    for issue in issues[:MOST_WARNINGS]:
        typer.echo(f"skipped {issue}", err=True)
    if len(issues) > MOST_WARNINGS:
        typer.echo(f"and {len(issues) - MOST_WARNINGS} more skipped", err=True)


def _terminal_width() -> int | None:
    """Columns of the terminal; none where output goes into a file or a pipe, which must lose nothing."""
    import sys

    from rich.console import Console

    return Console().width if sys.stdout.isatty() else None


def _console() -> Console:
    from rich.console import Console

    return Console(width=_terminal_width() or UNBOUNDED)


def _print(frame: Any, rows: int | None, hint: str) -> None:
    from sim.catalogue.display import frame_table

    width = _terminal_width()
    table, left_out = frame_table(frame, width, rows if width else None)
    _console().print(table)
    if left_out:
        typer.echo(f"{left_out} {hint}", err=True)
