"""Makes what is missing of a plan in its folder, and merges the tables of all runs."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from sim.core.errors import RunError, explain_os_error
from sim.plugins.class_code import forget_tokens
from sim.runs.lock import take
from sim.runs.manifest import MANIFEST
from sim.runs.progress import Wanted
from sim.runs.storage import Place
from sim.scenario.memory import check_memory
from sim.studies.dispatcher import Dispatcher
from sim.studies.executors.base import RunExecutor
from sim.studies.executors.local import InProcess, Processes, check_workers, executor_of
from sim.studies.failures import Failure, remove_stale_failures, sort_failures
from sim.studies.importable import check_importable
from sim.studies.job import simulate_scenario
from sim.studies.layout import RECORD, RUNS
from sim.studies.plan import Plan, RunJob, Simulate
from sim.studies.progress import make_study_progress
from sim.studies.results import StudyResults

HOLDS_A_RUN = "{address}: holds a run by itself; give another folder"
HOLDS_ANOTHER = "{address}: holds a {there}, not a {here}; give another folder"
UNWRITABLE = "{address}: cannot be written to ({error})"
CANNOT_WRITE = "cannot write to {address}: {error}; finished runs are untouched"
NOT_ARRIVED = (
    "{n} runs were done but are not at {address}: the workers see another disk; give an address that all of them share"
)
INTERRUPTED = "{done} of {total} runs are finished; the same command goes on with the rest"
LOCKED = "{address}: another command is writing there"


def run_plan(
    plan: Plan,
    out: str | Path | Place,
    *,
    executor: Executor | RunExecutor | None = None,
    workers: int | None = None,
    retries: int = 2,
    progress: Wanted = "auto",
    simulate: Simulate = simulate_scenario,
) -> StudyResults:
    """Run what is missing of a plan in its folder (`out`, any fsspec address), and merge the tables.

    `executor` is any `concurrent.futures.Executor` or a RunExecutor, which stay open; by default `workers` processes of
    this machine (as many as it has cores; 0: this process itself), closed at the end. A run that fails is tried again
    `retries` times and then written down in `failed/`. `simulate` makes a run's tables; it must be picklable.
    Raises RunError when nothing can be written, or the workers are lost for good, PluginAnswerError when a function of
    an outcome fails; finished runs stay, and the same call goes on with the rest, as it does after an interruption.
    """
    place = out if isinstance(out, Place) else Place(out)
    if simulate is simulate_scenario:
        plan.check_tables()
    forget_tokens()
    check_workers(workers)
    if executor is None and workers == 0:
        executor = InProcess()
    jobs = plan.jobs()
    check_importable((point.scenario for point in plan.points), executor)
    results = StudyResults(plan.as_json(), place)
    _check_memory(jobs, results, executor)
    with _locked(place), _disk(place):
        _begin(results)
        check = _check_once(plan, results)
        for key in sorted(results.finished() & {job.key for job in jobs})[:1]:
            check(key)
        failures: dict[str, Failure] = {}
        for key in results.outdated(jobs):
            place.remove(f"{RUNS}/{key}/{MANIFEST}")
        for _ in range(2):  # a second time for runs that turn out to be damaged when the tables are merged
            missing = _missing(jobs, results.finished())
            if missing:
                failures = _run_jobs(missing, len(jobs), results, executor, workers, retries, progress, simulate, check)
            _check_arrived(missing, results, failures)
            damaged = results.merge()
            for key in sorted(damaged):
                place.remove(f"{RUNS}/{key}/{MANIFEST}")
            if not damaged:
                break
        results.measure(plan.functions)
        remove_stale_failures(place, failures)
    return StudyResults(results.record, place, sort_failures(failures.values()))


def _check_memory(jobs: list[RunJob], results: StudyResults, executor: Executor | RunExecutor | None) -> None:
    """RunError when this machine could hold the world of no run that is missing; workers elsewhere may have more."""
    if executor is not None and not isinstance(executor, InProcess | Processes):
        return
    refused: dict[str, RunError] = {}
    for job in jobs:
        try:
            check_memory(job.scenario)
        except RunError as error:
            refused[job.key] = error
    if not refused:
        return
    with _disk(results.place):
        missing = _missing(jobs, results.finished())
    if missing and all(job.key in refused for job in missing):
        raise refused[missing[0].key]


def _run_jobs(
    missing: list[RunJob],
    total: int,
    results: StudyResults,
    executor: Executor | RunExecutor | None,
    workers: int | None,
    retries: int,
    progress: Wanted,
    simulate: Simulate,
    finished: Callable[[str], None],
) -> dict[str, Failure]:
    shown = make_study_progress(progress, results.name, total, total - len(missing))
    run_executor = executor_of(executor, min(workers, len(missing)) if workers else None)
    at_once = True
    dispatcher = Dispatcher(missing, results.place, run_executor, retries, shown, simulate, finished)
    try:
        dispatcher.run()
        at_once = False
        return dispatcher.failures
    except BaseException as error:
        error.add_note(INTERRUPTED.format(done=shown.done, total=total))
        dispatcher.cancel()
        raise
    finally:
        shown.stop()
        if run_executor is not executor:
            run_executor.close(at_once)


def _check_once(plan: Plan, results: StudyResults) -> Callable[[str], None]:
    """Try the functions of outcomes on the first run that is finished, so that a mistake shows before the others."""
    tried: list[str] = []

    def check(key: str) -> None:
        if plan.functions and not tried:
            tried.append(key)
            results.check_functions(plan.functions, key)

    return check


def _begin(results: StudyResults) -> None:
    """Write study.json before any run, which also shows whether the place can be written to."""
    try:
        _refuse_others(results)
        results.place.write(RECORD, (json.dumps(results.record, indent=1) + "\n").encode())
    except OSError as error:
        raise _unwritable(results.place, error) from None


def _refuse_others(results: StudyResults) -> None:
    """A folder that holds something else is not overwritten."""
    place = results.place
    if place.exists(MANIFEST):
        raise RunError(HOLDS_A_RUN.format(address=place.address))
    if place.exists(RECORD):
        there, here = _kind(StudyResults.load(place).record), _kind(results.record)
        if there != here:
            raise RunError(HOLDS_ANOTHER.format(address=place.address, there=there, here=here))


def _kind(record: dict[str, Any]) -> str:
    """What a folder holds: a comparison may gain policies, and a plan points, but a study keeps its name."""
    kind = str(record["about"].get("kind") or "plan")
    return f"study '{record['name']}'" if kind == "study" else kind


def _unwritable(place: Place, error: OSError) -> RunError:
    return RunError(UNWRITABLE.format(address=place.address, error=explain_os_error(error)))


def _check_arrived(asked: list[RunJob], results: StudyResults, failures: dict[str, Failure]) -> None:
    finished = results.finished()
    lost = sum(job.key not in finished and job.key not in failures for job in asked)
    if lost:
        raise RunError(NOT_ARRIVED.format(n=lost, address=results.place.address))


def _missing(jobs: list[RunJob], finished: frozenset[str]) -> list[RunJob]:
    """The jobs that are not finished; two points of the same content are one run."""
    return list({job.key: job for job in reversed(jobs) if job.key not in finished}.values())[::-1]


@contextlib.contextmanager
def _locked(place: Place) -> Iterator[None]:
    """One sweep at a time in a folder of this machine; in another store two would only do the same work twice."""
    if not place.is_local:
        yield
        return
    try:
        place.path.mkdir(parents=True, exist_ok=True)
        lock = take(place.path)
    except OSError as error:
        raise _unwritable(place, error) from None
    if lock is None:
        raise RunError(LOCKED.format(address=place.address))
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _disk(place: Place) -> Iterator[None]:
    """Report what the store refuses in one message."""
    try:
        yield
    except OSError as error:
        raised = RunError(CANNOT_WRITE.format(address=place.address, error=explain_os_error(error)))
        for note in getattr(error, "__notes__", []):
            raised.add_note(note)
        raise raised from error
