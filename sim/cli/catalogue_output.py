"""What query, ls and show do and print."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sim.catalogue.catalogue import Catalogue
from sim.catalogue.frames import frame_lines, frame_table
from sim.catalogue.issues import Issue
from sim.catalogue.overview import overview
from sim.catalogue.resolve import resolve_name
from sim.catalogue.stored import StoredRun
from sim.cli.app import echo
from sim.core.terminal import make_console, plain
from sim.runs.storage import Place

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

MOST_WARNINGS = 10
UNBOUNDED = 10_000
ROWS_SHOWN = 60
WRITTEN = "{n} row{s} in {file}"
SKIPPED, MORE_SKIPPED = "skipped {issue}", "and {n} more skipped"
NO_RUN = "no finished run in {folder}; gresham run makes one"


def print_answer(sql: str, folder: Place, verify: bool, csv: str | None, form: str) -> None:
    """Print or write the answer to a question in SQL; `form` is table, csv or json, `csv` a file or -."""
    catalogue = open_catalogue(folder, verify)
    known = len(catalogue.issues)
    frame = catalogue.query(sql)
    _warn(catalogue.issues[known:])  # runs that turned out to be damaged when they were read
    if csv not in (None, "-"):
        frame.to_csv(csv, index=False, lineterminator="\n")
        echo(WRITTEN.format(n=len(frame), s="" if len(frame) == 1 else "s", file=csv), err=True)
    elif csv == "-" or form == "csv":
        _write(frame.to_csv(index=False, lineterminator="\n"))
    elif form == "json":
        _write(frame.to_json(orient="records", date_format="iso", force_ascii=False, indent=1) + "\n")
    else:
        _print(frame, ROWS_SHOWN, "with --csv FILE")


def print_overview(folder: Place, verify: bool) -> None:
    """Print one line for each run and study."""
    found = overview(open_catalogue(folder, verify))
    if found.empty:
        echo(NO_RUN.format(folder=folder.address))
        return
    _print(found, None, "in a wider terminal")


def print_run_or_study(name: str, folder: Place) -> None:
    """Print one run or study."""
    from sim.catalogue.show import show_run, show_study  # the scenario's schema comes with them, and lists need none

    with resolve_name(name, folder) as found:
        if isinstance(found, StoredRun):
            show_run(found, _console())
            return
        show_study(found, open_catalogue(Place(found.folder)), _console())


def open_catalogue(folder: Place, verify: bool = False) -> Catalogue:
    """The catalogue of a folder; what it skips is printed."""
    catalogue = Catalogue(folder, verify=verify)
    _warn(catalogue.issues)
    return catalogue


def _warn(issues: list[Issue]) -> None:
    """Print what is skipped, a line each on stderr: the first ten, and how many more there are."""
    for issue in issues[:MOST_WARNINGS]:
        echo(SKIPPED.format(issue=issue), err=True)
    if len(issues) > MOST_WARNINGS:
        echo(MORE_SKIPPED.format(n=len(issues) - MOST_WARNINGS), err=True)


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
