"""The command for studies: sweep."""

# no `from __future__ import annotations`: typer would compile every annotation again, each time a command starts

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import sim
from sim.cli.app import FAILED, NoCode, Quiet, announce_code, app, echo, report_errors, show_notices, show_unused, stop
from sim.cli.run_options import Retries, Scheduler, Storage, Workers, place, run_executor, unused_options
from sim.core.errors import RunError

if TYPE_CHECKING:
    from sim.runs.storage import Place
    from sim.studies.plan import Plan
    from sim.studies.results import StudyResults
    from sim.studies.study import Study

MOST_SHOWN, MOST_COLUMNS = 20, 8
REPORT = "report: {folder}/report.html"
UNREADABLE = "{address}: cannot be read ({reason})"
MORE = "and {n:,} more {what}"
TWICE = ", {n:,} of them twice the same"
RUNS = (
    "{name}: {design}, {points:,} points x {seeds:,} replications = {runs:,} runs{same}; "
    "{done:,} are finished in {address}"
)
FAILING = "{n} runs kept failing and were set aside in {address}/failed; to see them fail:"
FAILURE, MORE_FAILURES = "  {command}   # {error}", "  and {n} more"


@app.command()
@report_errors
@announce_code
def sweep(
    file: Annotated[Path, typer.Argument(help="study file, or the name of one that ships", show_default=False)],
    out: Annotated[
        str | None,
        typer.Option(help="the study's folder, or any fsspec address (s3://bucket/name); results/<name> otherwise"),
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1, help="refuse a study of more runs than this, instead of the file's own limit; it shortens no study"
        ),
    ] = None,
    retries: Retries = 2,
    storage_option: Storage = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="list the points, and run nothing")] = False,
    no_code: NoCode = False,
    quiet: Quiet = False,
) -> None:
    """Run what is missing of a study and write its report. The same command goes on after any interruption."""
    study = sim.Study.load(file, limit=limit)
    folder = place(f"results/{study.folder_name}" if out is None else out, storage_option)
    show_unused(unused_options(scheduler, workers, out, None), quiet)
    if dry_run:
        echo(_list_points(study, study.plan(), folder))
        return
    with run_executor(scheduler, workers) as executor:
        results = sim.sweep(study, folder, executor=executor, retries=retries, progress=False if quiet else "auto")
    if not quiet:
        if results.has_report:
            # pages are laid out when the runs are done; help need not wait for them
            from sim.reports.notices import study_notices
            from sim.reports.study_report import key_figures

            show_notices(study_notices(results.findings), quiet)
            for line in key_figures(results.findings):
                echo(line)
        echo(folder.address)
        if results.has_report:
            echo(REPORT.format(folder=folder.address.rstrip("/")))
    if results.failures:
        stop(_failures(results), FAILED)


def _list_points(study: "Study", plan: "Plan", place: "Place") -> str:
    """The points of a plan, how many runs they make, and how many of those are there already."""
    import pandas as pd

    # it loads pandas, and help need not wait for it
    from sim.studies.results import StudyResults

    jobs = plan.jobs()
    keys = {job.key for job in jobs}
    try:
        results = StudyResults(plan.as_json(), place)
        done = len(keys & results.finished()) - len(results.outdated(jobs))
    except OSError as error:
        raise RunError(UNREADABLE.format(address=place.address, reason=error.strerror or error)) from None
    frame = pd.DataFrame([{"point": point.number, **point.factors} for point in plan.points])
    shown = frame.iloc[:MOST_SHOWN, : MOST_COLUMNS + 1]
    rows, columns = len(frame) - len(shown), len(frame.columns) - len(shown.columns)
    more = [MORE.format(n=n, what=what) for n, what in ((rows, "points"), (columns, "factors")) if n > 0]
    runs = len(plan.points) * len(plan.seeds)
    same = TWICE.format(n=runs - len(keys)) if len(keys) < runs else ""
    return "\n".join(
        [
            shown.to_string(index=False),
            *more,
            RUNS.format(
                name=study.name,
                design=study.file.design.kind,
                points=len(plan.points),
                seeds=len(plan.seeds),
                runs=runs,
                same=same,
                done=done,
                address=place.address,
            ),
        ]
    )


def _failures(results: "StudyResults") -> str:
    """How many runs failed for good, and how to see each fail."""
    failed = results.failures
    lines = [FAILING.format(n=len(failed), address=results.place.address)]
    lines += [
        FAILURE.format(command=each.command, error=each.error.splitlines()[-1] if each.error else "")
        for each in failed[:MOST_SHOWN]
    ]
    return "\n".join(lines + ([MORE_FAILURES.format(n=len(failed) - MOST_SHOWN)] if len(failed) > MOST_SHOWN else []))
