"""Commands for one run: run, resume, report, explain."""

# no `from __future__ import annotations`: typer would compile every annotation again, each time a command starts

from pathlib import Path
from typing import Annotated, Any

import typer

import sim
from sim.cli.app import (
    Days,
    File,
    Folder,
    NoCode,
    Quiet,
    Sets,
    Threads,
    announce_code,
    app,
    echo,
    overrides,
    report_errors,
    show_notices,
)
from sim.core.errors import ScenarioError
from sim.core.seeds import LARGEST_SEED
from sim.core.terminal import make_console

FINISHED = "{folder}: this run is finished; nothing is left to do"
SEED_TOO_LARGE = "must be at most {largest}"
NO_CHECKPOINT = "--checkpoint-every {every}: the run lasts {days} days, so no checkpoint is written"
WINDOW, WRITTEN = "{means}:", "{folder}\nreport: {report}"
EMPTY, NOT_LOCAL = "is empty: name a {what}", "name a {what} of this machine, not an address"
KEY_FIGURES, WIDEST = 5, 36  # printed at the end of a run, and room for their names


@app.command()
@report_errors
@announce_code
def run(
    file: File,
    seed: Annotated[
        int | None, typer.Option(min=0, help="seed of all random numbers; the scenario's own otherwise")
    ] = None,
    set_: Sets = None,
    days: Days = None,
    out: Annotated[str, typer.Option(metavar="DIRECTORY", help="folder in which the run folder is made")] = "results",
    events: Annotated[
        bool, typer.Option("--events", help="keep the whole interaction log, with the truth in files of its own")
    ] = False,
    checkpoint_every: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="DAYS", help="write a checkpoint every so many days, so that the run can be resumed"
        ),
    ] = None,
    threads: Threads = None,
    twin: Annotated[bool, typer.Option(help="also run the same seed in a world where nobody manipulates")] = True,
    profile: Annotated[bool, typer.Option("--profile", help="print how long each phase of the tick took")] = False,
    no_code: NoCode = False,
    quiet: Quiet = False,
) -> None:
    """Run a scenario and write a folder with tables, manifest and report."""

    _check_local(out, "folder")
    scenario = sim.Scenario.load(file, set=overrides(set_), days=days)
    if seed is not None and seed > LARGEST_SEED:
        raise ScenarioError(SEED_TOO_LARGE.format(largest=LARGEST_SEED), file=f"--seed {seed}")

    from sim.scenario.without_effect import without_effect  # it brings numpy, and help need not wait

    notices = without_effect(scenario)
    if checkpoint_every is not None and checkpoint_every >= scenario.run.days:
        notices.append(NO_CHECKPOINT.format(every=checkpoint_every, days=scenario.run.days))
    show_notices(notices, quiet)
    result = sim.run(
        scenario, seed=seed, out=Path(out), events=events, checkpoint_every=checkpoint_every, threads=threads,
        twin=twin, progress=False if quiet else "auto",
    )  # fmt: skip
    _show(result, quiet)
    if profile:
        # it loads rich, and few ask for a profile
        from sim.reports.profile import profile_table

        make_console().print(profile_table(result.manifest["timings"]))


def _check_local(out: str, what: str) -> None:
    """ScenarioError unless `out` can be a file or a folder of this machine."""
    if not out.strip():
        raise ScenarioError(EMPTY.format(what=what), file="--out")
    if "://" in out:
        raise ScenarioError(NOT_LOCAL.format(what=what), file=f"--out {out}")


@app.command()
@report_errors
@announce_code
def resume(
    folder: Folder,
    threads: Threads = None,
    no_code: NoCode = False,
    quiet: Quiet = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="go on even under other code or versions; the manifest says so")
    ] = False,
) -> None:
    """Go on with an interrupted run from its last checkpoint."""
    if (folder / "manifest.json").is_file():
        show_notices([FINISHED.format(folder=folder)], quiet)
    _show(sim.resume(folder, threads=threads, progress=False if quiet else "auto", anyway=anyway), quiet)


def _show(result: Any, quiet: bool) -> None:
    """Key figures of the run, and where it is."""
    if not quiet:
        from sim.charts.summary import make_tiles, means_of  # pandas comes with them

        echo(WINDOW.format(means=means_of(result.daily)))
        for tile in make_tiles(result.daily, result.twin_daily)[:KEY_FIGURES]:
            echo(f"{tile.label:<{WIDEST}} {tile.value:>8}  {tile.note}".rstrip())
        echo(WRITTEN.format(folder=result.path, report=result.path / "report.html"))


@app.command()
@report_errors
def report(
    folder: Folder,
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="file to write; report.html in the folder otherwise")
    ] = None,
) -> None:
    """Write the report of a finished run again."""
    if out is not None:
        _check_local(out, "file")
    echo(sim.Result.load(folder).report(folder / "report.html" if out is None else Path(out)))


@app.command()
@report_errors
@announce_code
def explain(
    file: File,
    day: Annotated[int, typer.Option(min=0, help="show the policy in force on this day")] = 0,
    set_: Sets = None,
    no_code: NoCode = False,
) -> None:
    """Show the order of a tick with the parameters in force, and the policy calendar."""
    scenario = sim.Scenario.load(file, set=overrides(set_))  # a scenario that is refused waits for no other import
    # it loads the whole engine, and one command needs it
    from sim.reports.explain import explain as explained

    console = make_console()
    console.print(explained(scenario, day, console.width))
