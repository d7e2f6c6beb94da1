"""Commands about finished runs: query, ls, show, reproduce."""

# no `from __future__ import annotations`: typer would compile every annotation again, each time a command starts

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import BAD_INPUT, FAILED, NoCode, Threads, announce_code, app, report_errors, show_unused, stop
from sim.cli.run_options import Storage, place
from sim.core.errors import did_you_mean, nearest_name

FORMATS = ("table", "csv", "json")
NO_FORMAT = "--format {form}: must be table, csv or json{near}"
NO_FILE = "--csv {file}: {what}"
IS_FOLDER, NO_FOLDER = "is a folder, not a file to write", "there is no folder {folder}"
In = Annotated[str, typer.Option("--in", metavar="FOLDER", help="results folder, or any fsspec address")]
Name = Annotated[str, typer.Argument(metavar="RUN", help="path, or a part of the name", show_default=False)]
Verify = Annotated[bool, typer.Option("--verify", help="read every table and compare its digest")]


@app.command()
@report_errors
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="one SELECT (DuckDB)", show_default=False)],
    folder: In = "results",
    csv: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="write CSV into a file, or to standard output (-)")
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="table|csv|json", help="how to print")] = "table",
    verify: Verify = False,
    storage_option: Storage = None,
) -> None:
    """Query all runs below a folder in SQL; tables are daily, creators, posts, orders, ..., runs, parameters."""
    if form not in FORMATS:
        stop(NO_FORMAT.format(form=form, near=did_you_mean(nearest_name(form, FORMATS))), BAD_INPUT)
    if csv not in (None, "-"):
        check_file(csv)
    show_unused({"--format beside --csv": csv is not None and form == "json"})
    # it loads DuckDB, pandas and rich
    from sim.cli.catalogue_output import print_answer

    print_answer(sql, place(folder, storage_option, "--in"), verify, csv, form)


def check_file(csv: str) -> None:
    """Fail early if the output file cannot be written."""
    file = Path(csv)
    if file.is_dir():
        stop(NO_FILE.format(file=csv, what=IS_FOLDER), BAD_INPUT)
    if not file.parent.is_dir():
        stop(NO_FILE.format(file=csv, what=NO_FOLDER.format(folder=file.parent)), BAD_INPUT)


@app.command("ls")
@report_errors
def list_(folder: In = "results", verify: Verify = False, storage_option: Storage = None) -> None:
    """List runs and studies: when, how large, quality shown and share manipulating (means of the last 14 days)."""
    # it loads DuckDB, pandas and rich
    from sim.cli.catalogue_output import print_overview

    print_overview(place(folder, storage_option, "--in"), verify)


@app.command()
@report_errors
def show(name: Name, folder: In = "results", storage_option: Storage = None) -> None:
    """Show one run or study: parameters that differ from the defaults, tables, versions, key figures."""
    # it loads DuckDB, pandas and rich
    from sim.cli.catalogue_output import print_run_or_study

    print_run_or_study(name, place(folder, storage_option, "--in"))


@app.command()
@report_errors
@announce_code
def reproduce(
    name: Name,
    folder: In = "results",
    sample: Annotated[int, typer.Option(min=1, help="of a study: how many of its runs, evenly spread")] = 3,
    base: Annotated[
        Path | None, typer.Option(help="folder of plug-ins written as file.py:Class; the current one otherwise")
    ] = None,
    threads: Threads = None,
    storage_option: Storage = None,
    no_code: NoCode = False,
) -> None:
    """Repeat a run from its manifest and compare every bit of every table; exit code 1 when they differ."""
    # it loads the engine
    from sim.cli.reproduction import print_reproduction

    if not print_reproduction(name, place(folder, storage_option, "--in"), sample, base, threads):
        raise typer.Exit(FAILED)
