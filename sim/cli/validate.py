"""The command that holds a world against published facts: validate."""

# no `from __future__ import annotations`: typer would compile every annotation again, each time a command starts

from pathlib import Path
from typing import Annotated

import typer

import sim
from sim.cli.app import (
    FAILED,
    Days,
    NoCode,
    Quiet,
    Sets,
    announce_code,
    app,
    echo,
    overrides,
    report_errors,
    show_notices,
    show_unused,
    stop,
)
from sim.cli.run_options import Retries, Scheduler, Storage, Workers, place, run_executor, unused_options
from sim.core.terminal import make_console

WRITTEN = "{folder}/facts.csv\nreport: {folder}/report.html"
FAILING, FAILURE = "{n} runs kept failing and were set aside:", "  {command}   # {error}"
MOST_SHOWN = 10


@app.command()
@report_errors
@announce_code
def validate(
    file: Annotated[
        Path, typer.Argument(metavar="SCENARIO", help="scenario file, or the name of one that ships")
    ] = Path("baseline"),
    facts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="facts file; the published facts that ship otherwise")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="how many seeds, one after the other from --seed on")] = 10,
    seed: Annotated[int, typer.Option("--seed", min=0, help="the first seed")] = 1,
    set_: Sets = None,
    days: Days = None,
    out: Annotated[
        str | None, typer.Option(help="folder or any fsspec address; results/validate-... otherwise")
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    storage_option: Storage = None,
    retries: Retries = 2,
    no_code: NoCode = False,
    quiet: Quiet = False,
) -> None:
    """Run a scenario and say which published facts it is inside of. The same command runs only what is missing."""
    show_unused(unused_options(scheduler, workers, out, storage_option), quiet)
    with run_executor(scheduler, workers) as executor:
        found = sim.validate(
            file, facts=facts, seeds=range(seed, seed + seeds), set=overrides(set_), days=days,
            out=None if out is None else place(out, storage_option), executor=executor, retries=retries,
            progress=False if quiet else "auto",
        )  # fmt: skip
    if found.write() and not quiet:
        show_notices(found.notices, quiet)
        make_console().print(found)
        echo(found.summary)
        echo(WRITTEN.format(folder=found.results.place.address.rstrip("/")))
    if found.results.failures:
        failed = found.results.failures
        lines = [FAILURE.format(command=each.command, error=each.error) for each in failed[:MOST_SHOWN]]
        stop("\n".join([FAILING.format(n=len(failed)), *lines]), FAILED)
