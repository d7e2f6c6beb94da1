"""The command for studies: sweep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import FAILED, Quiet, app, said_plainly, stop
from sim.cli.run_options import Retries, Scheduler, Storage, Workers, crew, place

if TYPE_CHECKING:
    from sim.runs.storage import Place
    from sim.studies.plan import Plan
    from sim.studies.results import Swept
    from sim.studies.study import Study

MOST_SHOWN, MOST_COLUMNS = 20, 8


@app.command()
@said_plainly
def sweep(
    file: Annotated[Path, typer.Argument(help="study file, or the name of one that ships", show_default=False)],
    out: Annotated[
        str | None,
        typer.Option(help="the study's folder, or any fsspec address (s3://bucket/name); results/<name> otherwise"),
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    limit: Annotated[int | None, typer.Option(min=1, help="most runs, in the place of the file's own limit")] = None,
    retries: Retries = 2,
    storage_option: Storage = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="list the points, and run nothing")] = False,
    quiet: Quiet = False,
) -> None:
    """Run a study: what is missing of it, and its report. The same command goes on after any interruption."""
    from sim.api.studies import folder_name, write_findings
    from sim.studies.dispatcher import run_plan
    from sim.studies.study import Study

    study = Study.load(file, limit=limit)
    plan = study.plan()
    folder = place(out or f"results/{folder_name(study.name)}", storage_option)
    if dry_run:
        typer.echo(_listed(study, plan, folder))
        return
    with crew(scheduler, workers) as workshop:
        swept = run_plan(plan, folder, executor=workshop, retries=retries, progress=False if quiet else "auto")
    told = write_findings(swept)
    if not quiet:
        typer.echo(f"{folder.address}" + (f"\nreport: {folder.address.rstrip('/')}/report.html" if told else ""))
    if swept.failures:
        stop(_failures(swept), FAILED)


def _listed(study: Study, plan: Plan, place: Place) -> str:
    """The points of a plan, how many runs they make, and how many of those are there already."""
    import pandas as pd

    from sim.core.errors import RunError
    from sim.studies.results import Swept

    keys = {job.key for job in plan.jobs()}
    try:
        done = len(keys & Swept(plan.as_json(), place).finished())
    except OSError as error:
        raise RunError(f"{place.address}: cannot be read ({error.strerror or error})") from None
    frame = pd.DataFrame([{"point": point.number, **point.factors} for point in plan.points])
    shown = frame.iloc[:MOST_SHOWN, : MOST_COLUMNS + 1]
    rows, columns = len(frame) - len(shown), len(frame.columns) - len(shown.columns)
    more = [f"and {n:,} more {what}" for n, what in ((rows, "points"), (columns, "factors")) if n > 0]
    runs = len(plan.points) * len(plan.seeds)
    same = f", {runs - len(keys):,} of them twice the same" if len(keys) < runs else ""
    return "\n".join(
        [
            shown.to_string(index=False),
            *more,
            f"{study.name}: {study.file.design.kind}, {len(plan.points):,} points x {len(plan.seeds):,} replications = "
            f"{runs:,} runs{same}; {done:,} are finished in {place.address}",
        ]
    )


def _failures(swept: Swept) -> str:
    """How many runs were set aside, and how to see each fail."""
    failed = swept.failures
    lines = [f"{len(failed)} runs kept failing and were set aside in {swept.place.address}/failed; to see them fail:"]
    lines += [
        f"  {each.command}   # {each.error.splitlines()[-1] if each.error else ''}" for each in failed[:MOST_SHOWN]
    ]
    return "\n".join(lines + ([f"  and {len(failed) - MOST_SHOWN} more"] if len(failed) > MOST_SHOWN else []))
