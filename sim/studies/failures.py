"""Runs that kept failing: what went wrong, and the command that shows it again."""

from __future__ import annotations

import io
import json
import os
import shlex
from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sim.runs.storage import Place
from sim.scenario.document import rebase_files
from sim.studies.job import JobOutcome
from sim.studies.layout import FAILED
from sim.studies.plan import RunJob

COMMAND = "gresham run {file} --no-twin"
ALL_TOLD = "; {n} kept failing and were set aside:"
SEE = "  {error}; to see it again: {command}"
AND_MORE = "  and {n} more"
FETCH_FIRST = "  # once {address} is fetched"


@dataclass(frozen=True)
class Failure:
    """A run that failed at every try, and the command that shows the failure again."""

    key: str
    point: int
    repetition: int
    seed: int
    error: str
    traceback: str
    tries: int
    command: str


class RunsFailedWarning(UserWarning):
    """Some runs of a study or comparison failed at every try; what is returned is made from the rest."""


def describe_failures(failures: Sequence[Failure], most: int = 3) -> str:
    """Of what the first runs failed and how to see it again, a line each; nothing when none failed."""
    if not failures:
        return ""
    lines = [SEE.format(error=_last_line(each.error), command=each.command) for each in failures[:most]]
    more = [AND_MORE.format(n=len(failures) - most)] if len(failures) > most else []
    return "\n".join([ALL_TOLD.format(n=len(failures)), *lines, *more])


def _last_line(error: str) -> str:
    return error.strip().splitlines()[-1] if error.strip() else "?"


def make_failure(job: RunJob, outcome: JobOutcome, tries: int, place: Place) -> Failure:
    """The failure of a job after so many tries."""
    file, address = f"{job.key}.yaml", f"{place.address}/{FAILED}/{job.key}.yaml"
    command = COMMAND.format(file=shlex.quote(address if place.is_local else file))
    if not place.is_local:
        command += FETCH_FIRST.format(address=address)
    return Failure(job.key, job.point, job.repetition, job.seed, outcome.error, outcome.traceback, tries, command)


def quarantine(failure: Failure, job: RunJob, place: Place) -> None:
    """Write a failure and its scenario into the folder `failed/`, so that the sweep can go on without the run."""
    place.write(f"{FAILED}/{failure.key}.yaml", _as_yaml(job, place))
    place.write(f"{FAILED}/{failure.key}.json", json.dumps(asdict(failure), indent=2).encode())


def read_failures(place: Place) -> tuple[Failure, ...]:
    """All failures of a study, by point and repetition; damaged records are skipped."""
    found = [_read(place.read(name)) for name in place.list(FAILED) if name.endswith(".json")]
    return sort_failures(filter(None, found))


def sort_failures(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """Failures by point and repetition."""
    return tuple(sorted(failures, key=lambda failure: (failure.point, failure.repetition)))


def remove_stale_failures(place: Place, failures: Container[str]) -> None:
    """Remove failures of earlier sweeps: runs that are finished now, or no longer asked for. `failures` holds keys."""
    for name in place.list(FAILED):
        if name.rpartition("/")[2].rpartition(".")[0] not in failures:
            place.remove(name)


def _as_yaml(job: RunJob, place: Place) -> bytes:
    """The scenario with every parameter spelt out, so that the failed run can be made by itself."""
    from ruamel.yaml import YAML

    plug_ins = (job.scenario.base or Path()).resolve()
    up = os.path.relpath(plug_ins, place.path.resolve() / FAILED) if place.is_local else str(plug_ins)
    text = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.dump(rebase_files(job.scenario.resolved(), up), text)
    return text.getvalue().encode()


def _read(record: bytes) -> Failure | None:
    try:
        return Failure(**json.loads(record))
    except (ValueError, TypeError):
        return None
