"""What the commands about finished runs do and print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sim.catalogue.catalogue import Catalogue
from sim.catalogue.display import overview, show_run, show_study
from sim.catalogue.frames import frame_lines, frame_table
from sim.catalogue.issues import Issue
from sim.catalogue.resolve import resolved
from sim.catalogue.stored import StoredRun
from sim.catalogue.study import StoredStudy
from sim.cli.app import echo
from sim.core.errors import RunError
from sim.core.terminal import make_console, plain
from sim.runs.storage import Place

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

MOST_WARNINGS = 10
UNBOUNDED = 10_000
ROWS_SHOWN = 60
NO_RUN = "no finished run in {folder}; gresham run makes one"
NO_RUN_OF_STUDY = "{name}: the study has no finished run yet"


def print_answer(sql: str, folder: Place, verify: bool, csv: str | None, form: str) -> None:
    """Print or write the answer to a question in SQL; `form` is table, csv or json, `csv` a file or -."""
    catalogue = _open(folder, verify)
    known = len(catalogue.issues)
    frame = catalogue.query(sql)
    _warn(catalogue.issues[known:])  # runs that turned out to be damaged when they were read
    if csv not in (None, "-"):
        frame.to_csv(csv, index=False, lineterminator="\n")
        echo(f"{len(frame)} rows in {csv}", err=True)
    elif csv == "-" or form == "csv":
        _write(frame.to_csv(index=False, lineterminator="\n"))
    elif form == "json":
        _write(frame.to_json(orient="records", date_format="iso", force_ascii=False, indent=1) + "\n")
    else:
        _print(frame, ROWS_SHOWN, "with --csv FILE")


def print_overview(folder: Place, verify: bool) -> None:
    """Print one line for each run and study."""
    found = overview(_open(folder, verify))
    if found.empty:
        echo(NO_RUN.format(folder=folder.address))
        return
    _print(found, None, "in a wider terminal")


def print_run_or_study(name: str, folder: Place) -> None:
    """Print one run or study."""
    with resolved(name, folder) as found:
        if isinstance(found, StoredRun):
            show_run(found, _console())
            return
        show_study(found, _open(Place(found.folder)), _console())


def print_reproduction(name: str, folder: Place, sample: int, base: Path | None, threads: int | None) -> bool:
    """Make a run, or a sample of a study's runs, again; print and return whether every bit is the same."""
    with resolved(name, folder) as found:
        same = [_reproduce(run, base, threads) for run in _sample(found, sample)]
    echo("the same bits" if all(same) else "not the same bits")
    return all(same)


def _reproduce(run: StoredRun, base: Path | None, threads: int | None) -> bool:
    """Make a run again and print table by table whether it is the same."""
    from sim.catalogue.reproduce import run_again  # it brings the engine, and only `reproduce` needs it

    echo(f"{run.name}: {run.head['name']}, seed {run.head['seed']}, {run.head['days']} days")
    found = run_again(run, threads=threads, base=base, progress="auto")
    for what, (then, now) in found.differing.items():
        echo(f"  made with {what} {then}, now {now}")
    for table in found.tables:
        echo(f"  {table.table}: {'same' if table.same else f'DIFFERENT; {table.difference}'}")
    return found.same


def _sample(found: StoredRun | StoredStudy, n: int) -> list[StoredRun]:
    """The run itself, or a sample of the study's finished runs."""
    if isinstance(found, StoredRun):
        return [found]
    from sim.catalogue.reproduce import sample_runs  # as above

    catalogue = _open(Place(found.folder))
    runs = {run.name: run for run in catalogue.listing.stored}
    if not runs:
        raise RunError(NO_RUN_OF_STUDY.format(name=found.name))
    return [runs[each] for each in sample_runs(list(runs), n)]


def _open(folder: Place, verify: bool = False) -> Catalogue:
    catalogue = Catalogue(folder, verify=verify)
    _warn(catalogue.issues)
    return catalogue


def _warn(issues: list[Issue]) -> None:
    """Print what is skipped, a line each on stderr: the first ten, and how many more there are."""
    for issue in issues[:MOST_WARNINGS]:
        echo(f"skipped {issue}", err=True)
    if len(issues) > MOST_WARNINGS:
        echo(f"and {len(issues) - MOST_WARNINGS} more skipped", err=True)


def _terminal_width() -> int | None:
    """Columns of the terminal; None for a file or a pipe, where nothing may be cut off."""
    return make_console().width if sys.stdout.isatty() else None


def _console() -> Console:
    return make_console(width=_terminal_width() or UNBOUNDED)


def _write(data: str) -> None:
    """Data goes into a pipe as it is, and to a terminal without what could steer it. Ends of lines stand in it once."""
    sys.stdout.write(plain(data) if sys.stdout.isatty() else data)


def _print(frame: pd.DataFrame, rows: int | None, hint: str) -> None:
    width = _terminal_width()
    if width is None:
        echo("\n".join(frame_lines(frame)))
        return
    table, left_out = frame_table(frame, width, rows)
    _console().print(table)
    if left_out:
        echo(f"{left_out} {hint}", err=True)
