"""Carries out a plan: only what is missing, each run written as it ends, whatever happens to workers and disk."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from pathlib import Path
from typing import IO, Any

from sim.core.errors import RunError
from sim.runs.code_digest import code_digest
from sim.runs.folder import try_lock
from sim.runs.manifest import MANIFEST
from sim.runs.progress import Wanted
from sim.runs.storage import Place
from sim.scenario.document import moved
from sim.studies.executors.local import Crew, crew_of
from sim.studies.job import FAILED, RUNS, Report, carry_out, simulate_scenario
from sim.studies.plan import Job, Plan, Simulate
from sim.studies.progress import Counter, make_counter
from sim.studies.results import RECORD, Failure, Swept

CALLED_OFF = "the executor called the runs off: its scheduler is gone, or it was shut down"
SILENCE_S = 5.0  # nothing has come back for so long: see whether anybody is there


def run_plan(
    plan: Plan,
    out: str | Path | Place,
    *,
    executor: Executor | Crew | None = None,
    workers: int | None = None,
    retries: int = 2,
    progress: Wanted = "auto",
    simulate: Simulate = simulate_scenario,
) -> Swept:
    """Run what is missing of a plan in its folder (`out`, any fsspec address), and put the tables together.

    `executor` is where: any `concurrent.futures.Executor` or a Crew, which stay open; by default `workers`
    processes of this machine (as many as it has cores), closed in the end. A run that fails is tried again
    `retries` times and then set aside in `failed/`. `simulate` makes a run's tables; it must be picklable.
    Raises RunError when nothing can be written, or the workers are lost for good; finished runs stay, and the
    same call goes on with the rest. So it does after an interruption.
    """
    place = out if isinstance(out, Place) else Place(out)
    if simulate is simulate_scenario:
        plan.check_tables()
    jobs = plan.jobs()
    with _alone(place), _told(place):
        swept = Swept(plan.as_json(), place)
        _begin(swept)
        failures: dict[str, Failure] = {}
        for _ in range(2):  # a second time for runs that are found spoilt when the tables are put together
            missing = _missing(jobs, swept.finished())
            if missing:
                failures = _carry_out_all(missing, len(jobs), swept, executor, workers, retries, progress, simulate)
            _check_arrived(missing, swept, failures)
            spoilt = swept.gather()
            for key in sorted(spoilt):
                place.remove(f"{RUNS}/{key}/{MANIFEST}")
            if not spoilt:
                break
        _forget_failures(swept, failures)
    return Swept(swept.record, place, tuple(sorted(failures.values(), key=lambda f: (f.point, f.repetition))))


def _begin(swept: Swept) -> None:
    """Write study.json, which also shows whether the place can be written to, before anything is run."""
    try:
        _refuse_others(swept)
        swept.place.write(RECORD, (json.dumps(swept.record, indent=1) + "\n").encode())
    except OSError as error:
        raise _unwritable(swept.place, error) from None


def _refuse_others(swept: Swept) -> None:
    """A folder that holds something else is not written over."""
    place = swept.place
    if place.exists(MANIFEST):
        raise RunError(f"{place.address}: holds a run by itself; give another folder")
    if place.exists(RECORD):
        there, here = _what(Swept.load(place).record), _what(swept.record)
        if there != here:
            raise RunError(f"{place.address}: holds a {there}, not a {here}; give another folder")


def _what(record: dict[str, Any]) -> str:
    """What a folder is of: a comparison may gain policies, and a plan points, but a study is one by its name."""
    kind = str(record["about"].get("kind") or "plan")
    return f"study '{record['name']}'" if kind == "study" else kind


def _unwritable(place: Place, error: OSError) -> RunError:
    return RunError(f"{place.address}: cannot be written to ({error.strerror or error})")


def _check_arrived(asked: list[Job], swept: Swept, failures: dict[str, Failure]) -> None:
    finished = swept.finished()
    lost = sum(job.key not in finished and job.key not in failures for job in asked)
    if lost:
        raise RunError(
            f"{lost} runs were done but are not at {swept.place.address}: the workers see another disk; "
            "give an address that all of them share"
        )


def _missing(jobs: list[Job], finished: frozenset[str]) -> list[Job]:
    """What is still to be done; two points of the same content are one run."""
    return list({job.key: job for job in reversed(jobs) if job.key not in finished}.values())[::-1]


def _carry_out_all(
    missing: list[Job],
    of: int,
    swept: Swept,
    executor: Executor | Crew | None,
    workers: int | None,
    retries: int,
    progress: Wanted,
    simulate: Simulate,
) -> dict[str, Failure]:
    counter = make_counter(progress, swept.name, of, of - len(missing))
    crew = crew_of(executor, min(workers, len(missing)) if workers else None)
    at_once = True
    round_ = _Round(missing, swept, crew, retries, counter, simulate)
    try:
        round_.work()
        at_once = False
        return round_.failures
    except BaseException as error:
        error.add_note(f"{counter.done} of {of} runs are finished; the same command goes on with the rest")
        round_.call_off()
        raise
    finally:
        counter.stop()
        if crew is not executor:
            crew.close(at_once)


class _Round:
    """Jobs handed out a few at a time, their reports taken in; what failed is tried again, what broke alone."""

    def __init__(
        self, jobs: list[Job], swept: Swept, crew: Crew, retries: int, counter: Counter, simulate: Simulate
    ) -> None:
        self.failures: dict[str, Failure] = {}
        self._waiting = deque(jobs)
        self._suspects: deque[Job] = deque()  # under way when a worker died: tried one at a time, to find which it was
        self._on_trial: str | None = None
        self._tries: dict[str, int] = {}
        self._under_way: dict[Future[Report], Job] = {}
        self._swept, self._crew, self._retries, self._counter = swept, crew, retries, counter
        self._simulate = simulate
        # where a relative folder is, workers with another working folder could not know
        self._place = Place(swept.place.path) if swept.place.is_local else swept.place

    def work(self) -> None:
        """Until all is done or set aside."""
        while self._waiting or self._suspects or self._under_way:
            self._hand_out()
            if not self._under_way:
                continue
            done, _ = wait(self._under_way, SILENCE_S, FIRST_COMPLETED)
            if not done and not self._crew.answers():
                raise RunError(CALLED_OFF)
            broken = [self._take_in(future, self._under_way.pop(future)) for future in done]
            if any(broken):
                self._start_anew()

    def call_off(self) -> None:
        """Whatever has not begun need not."""
        for future in self._under_way:
            future.cancel()

    def _hand_out(self) -> None:
        try:
            if self._suspects:
                if not self._under_way:
                    self._on_trial = self._suspects[0].key
                    self._submit(self._suspects)
                return
            self._on_trial = None
            while self._waiting and len(self._under_way) < self._crew.size:
                self._submit(self._waiting)
        except BrokenExecutor:
            self._start_anew()
        except CancelledError:
            raise RunError(CALLED_OFF) from None
        except Exception:
            if self._crew.answers():
                raise
            raise RunError(CALLED_OFF) from None

    def _submit(self, queue: deque[Job]) -> None:
        job = queue[0]
        future = self._crew.submit(carry_out, job, self._place, self._simulate, code_digest())
        self._under_way[future] = queue.popleft()

    def _take_in(self, future: Future[Report], job: Job) -> bool:
        """Take in one report; True when there is none because its worker died."""
        try:
            report = future.result()
        except BrokenExecutor as error:
            self._broke(job, str(error) or "the worker died")
            return True
        except CancelledError:
            raise RunError(CALLED_OFF) from None
        except Exception as error:  # the executor's own trouble: a lost scheduler, a call it cannot pickle
            report = Report(job.key, "failed", error=f"{type(error).__name__}: {error}", traceback=repr(error))
        if report.status == "store":
            raise RunError(f"cannot write to {self._swept.place.address}: {report.error}") from OSError(report.error)
        if report.status == "failed":
            self._failed(job, report, self._waiting)
        else:
            self._counter.add(report.wall_s)
        return False

    def _broke(self, job: Job, error: str) -> None:
        if job.key == self._on_trial:
            self._failed(job, Report(job.key, "failed", error=f"its worker process died ({error})"), self._suspects)
        else:
            self._suspects.append(job)

    def _failed(self, job: Job, report: Report, again: deque[Job]) -> None:
        self._tries[job.key] = self._tries.get(job.key, 0) + 1
        if self._tries[job.key] <= self._retries:
            again.append(job)
            return
        failure = _failure(job, report, self._tries[job.key], self._swept.place)
        self._swept.set_aside(failure, _as_yaml(job, self._swept.place))
        self.failures[job.key] = failure
        self._counter.fail()

    def _start_anew(self) -> None:
        """All that was under way when a worker died is lost with it."""
        for future, job in list(self._under_way.items()):
            del self._under_way[future]
            self._take_in_late(future, job)
        if not self._crew.renew():
            raise RunError("the executor lost its workers and is not ours to start anew")

    def _take_in_late(self, future: Future[Report], job: Job) -> None:
        if future.done() and not future.cancelled():
            self._take_in(future, job)
        else:
            self._broke(job, "lost with the others")


def _failure(job: Job, report: Report, tries: int, place: Place) -> Failure:
    file, address = f"{job.key}.yaml", f"{place.address}/{FAILED}/{job.key}.yaml"
    command = f"gresham run {shlex.quote(address if place.is_local else file)} --no-twin"
    if not place.is_local:
        command += f"  # once {address} is fetched"
    return Failure(job.key, job.point, job.repetition, job.seed, report.error, report.traceback, tries, command)


def _as_yaml(job: Job, place: Place) -> bytes:
    """The scenario with everything spelt out, so that the failed run can be made by itself."""
    from ruamel.yaml import YAML

    plug_ins = (job.scenario.base or Path()).resolve()
    up = os.path.relpath(plug_ins, place.path.resolve() / FAILED) if place.is_local else str(plug_ins)
    text = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.dump(moved(job.scenario.resolved(), up), text)
    return text.getvalue().encode()


def _forget_failures(swept: Swept, failures: dict[str, Failure]) -> None:
    """What failed in an earlier sweep and is done now, or no longer asked for, is not a failure of this one."""
    for name in swept.place.list(FAILED):
        if name.rpartition("/")[2].rpartition(".")[0] not in failures:
            swept.place.remove(name)


@contextlib.contextmanager
def _alone(place: Place) -> Iterator[None]:
    """One sweep at a time in a folder of this machine (elsewhere two would only do the same work twice)."""
    lock: IO[bytes] | None = None
    if place.is_local:
        try:
            place.path.mkdir(parents=True, exist_ok=True)
            lock = try_lock(place.path)
        except OSError as error:
            raise _unwritable(place, error) from None
        if lock is None:
            raise RunError(f"{place.address}: another sweep is writing there")
    try:
        yield
    finally:
        if lock is not None:
            lock.close()


@contextlib.contextmanager
def _told(place: Place) -> Iterator[None]:
    """What the store refuses, in one message."""
    try:
        yield
    except OSError as error:
        raised = RunError(f"cannot write to {place.address}: {error.strerror or error}; finished runs are untouched")
        for note in getattr(error, "__notes__", []):
            raised.add_note(note)
        raise raised from error
