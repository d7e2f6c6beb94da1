"""The command for studies: sweep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import FAILED, Quiet, app, said_plainly, stop

if TYPE_CHECKING:
    from sim.experiments.plan import Plan
    from sim.experiments.study import Study
    from sim.experiments.swept import Swept
    from sim.store.place import Place

MOST_SHOWN, MOST_COLUMNS = 20, 8


@app.command()
@said_plainly
def sweep(
    file: Annotated[Path, typer.Argument(help="study file", show_default=False)],
    out: Annotated[
        str | None,
        typer.Option(help="the study's folder, or any fsspec address (s3://bucket/name); results/<name> otherwise"),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="processes; as many as there are cores otherwise")] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="tcp://HOST:PORT", help="run on the Dask cluster of this scheduler")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="most runs, in the place of the file's own limit")] = None,
    retries: Annotated[int, typer.Option(min=0, help="times a run that fails is tried again")] = 2,
    storage_option: Annotated[
        list[str] | None,
        typer.Option("--storage-option", metavar="KEY=VALUE", help="of the store at an address; may be repeated"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="list the points, and run nothing")] = False,
    quiet: Quiet = False,
) -> None:
    """Run a study: what is missing of it, and its report. The same command goes on after any interruption."""
    from sim.experiments.studies import folder_name, write_findings
    from sim.experiments.study import Study
    from sim.experiments.sweep import sweep as sweep_plan
    from sim.store.place import Place

    study = Study.load(file, limit=limit)
    plan = study.plan()
    place = Place(out or f"results/{folder_name(study.name)}", _options(storage_option))
    if dry_run:
        typer.echo(_listed(study, plan, place))
        return
    swept = sweep_plan(
        plan, place, executor=_crew(scheduler, workers), workers=workers, retries=retries,
        progress=False if quiet else "auto",
    )  # fmt: skip
    told = write_findings(swept)
    if not quiet:
        typer.echo(f"{place.address}" + (f"\nreport: {place.address.rstrip('/')}/report.html" if told else ""))
    if swept.failures:
        stop(_failures(swept), FAILED)


def _crew(scheduler: str | None, workers: int | None) -> Any:
    """The cluster of a scheduler, reached before anything is run; None for processes of this machine."""
    if scheduler is None:
        return None
    from sim.experiments.crew import crew_for

    return crew_for(scheduler, workers)


def _options(texts: list[str] | None) -> dict[str, Any]:
    from sim.errors import ScenarioError
    from sim.scenario.text import parse_value

    pairs = [text.partition("=") for text in texts or []]
    for key, equals, _ in pairs:
        if not (key and equals):
            raise ScenarioError("must be KEY=VALUE, such as anon=true", file=f"--storage-option {key}")
    return {key.strip(): parse_value(value) for key, _, value in pairs}


def _listed(study: Study, plan: Plan, place: Place) -> str:
    """The points of a plan, how many runs they make, and how many of those are there already."""
    import pandas as pd

    from sim.experiments.swept import Swept

    keys = {job.key for job in plan.jobs()}
    done = len(keys & Swept(plan.as_json(), place).finished())
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
