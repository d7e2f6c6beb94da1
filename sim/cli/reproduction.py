"""What `gresham reproduce` does and prints."""

from __future__ import annotations

from pathlib import Path

from sim.catalogue.reproduce import run_again, sample_runs
from sim.catalogue.resolve import resolve_name
from sim.catalogue.stored import StoredRun
from sim.catalogue.study import StoredStudy
from sim.cli.app import echo
from sim.cli.catalogue_output import open_catalogue
from sim.core.errors import RunError
from sim.runs.storage import Place

NO_RUN_OF_STUDY = "{name}: the study has no finished run yet"
RUN = "{run}: {scenario}, seed {seed}, {days} days"
OTHER = "  made with {what} {then}, now {now}"
SAME, DIFFERENT = "  {table}: same", "  {table}: DIFFERENT; {difference}"


def print_reproduction(name: str, folder: Place, sample: int, base: Path | None, threads: int | None) -> bool:
    """Make a run, or a sample of a study's runs, again; print and return whether every bit is the same."""
    with resolve_name(name, folder) as found:
        same = [_reproduce(run, base, threads) for run in _sample(found, sample)]
    echo("the same bits" if all(same) else "not the same bits")
    return all(same)


def _reproduce(run: StoredRun, base: Path | None, threads: int | None) -> bool:
    """Make a run again and print table by table whether it is the same."""
    echo(RUN.format(run=run.name, scenario=run.head["name"], seed=run.head["seed"], days=run.head["days"]))
    found = run_again(run, threads=threads, base=base, progress="auto")
    for what, (then, now) in found.differing.items():
        echo(OTHER.format(what=what, then=then, now=now))
    for table in found.tables:
        echo((SAME if table.same else DIFFERENT).format(table=table.table, difference=table.difference))
    return found.same


def _sample(found: StoredRun | StoredStudy, n: int) -> list[StoredRun]:
    """The run itself, or a sample of the study's finished runs."""
    if isinstance(found, StoredRun):
        return [found]
    catalogue = open_catalogue(Place(found.folder))
    runs = {run.name: run for run in catalogue.listing.stored}
    if not runs:
        raise RunError(NO_RUN_OF_STUDY.format(name=found.name))
    return [runs[each] for each in sample_runs(list(runs), n)]
