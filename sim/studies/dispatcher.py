"""Hands the runs of a plan to workers, a few at a time, whatever happens to the workers and the disk."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait

from sim.core.errors import RunError
from sim.runs.code_digest import code_digest
from sim.runs.storage import Place
from sim.studies.executors.base import RunExecutor
from sim.studies.failures import Failure, make_failure, quarantine
from sim.studies.job import JobOutcome, run_job
from sim.studies.plan import RunJob, Simulate
from sim.studies.progress import StudyProgress

SILENCE_S = 5.0  # no run has ended for so long: see whether the scheduler still answers
CANCELLED = "the executor called the runs off: its scheduler is gone, or it was shut down"
NOT_RESTARTED = "the executor lost its workers and is not ours to start anew"
CANNOT_WRITE = "cannot write to {address}: {error}"
WORKER_DIED = "its worker process died ({error})"


class Dispatcher:
    """Submits jobs and takes in their outcomes. A job that fails is tried again; one whose worker died is tried alone.

    `failures` holds, by key, the jobs that failed more than `retries` times. `finished` is told the key of each that
    did not.
    """

    def __init__(
        self,
        jobs: list[RunJob],
        place: Place,
        executor: RunExecutor,
        retries: int,
        progress: StudyProgress,
        simulate: Simulate,
        finished: Callable[[str], None] = lambda key: None,
    ) -> None:
        self.failures: dict[str, Failure] = {}
        self._waiting = deque(jobs)
        self._suspects: deque[RunJob] = deque()  # under way when a worker died: tried one by one, to find the cause
        self._on_trial: str | None = None
        self._tries: dict[str, int] = {}
        self._under_way: dict[Future[JobOutcome], RunJob] = {}
        self._executor, self._retries, self._progress, self._simulate = executor, retries, progress, simulate
        self._place, self._finished = place, finished
        # workers with another working folder could not resolve a relative path
        self._place_of_workers = Place(place.path) if place.is_local else place

    def run(self) -> None:
        """Until every job is finished or has failed for good.

        Raises RunError when nothing can be written, or the workers are lost for good.
        """
        while self._waiting or self._suspects or self._under_way:
            self._submit_more()
            if not self._under_way:
                continue
            done, _ = wait(self._under_way, SILENCE_S, FIRST_COMPLETED)
            if not done and not self._executor.is_alive():
                raise RunError(CANCELLED)
            broken = [self._take_in(future, self._under_way.pop(future)) for future in done]
            if any(broken):
                self._restart()

    def cancel(self) -> None:
        """Cancel the jobs that have not begun."""
        for future in self._under_way:
            future.cancel()

    def _submit_more(self) -> None:
        try:
            if self._suspects:
                if not self._under_way:
                    self._on_trial = self._suspects[0].key
                    self._submit(self._suspects)
                return
            self._on_trial = None
            while self._waiting and len(self._under_way) < self._executor.size:
                self._submit(self._waiting)
        except BrokenExecutor:
            self._restart()
        except CancelledError:
            raise RunError(CANCELLED) from None
        except Exception:
            if self._executor.is_alive():
                raise
            raise RunError(CANCELLED) from None

    def _submit(self, queue: deque[RunJob]) -> None:
        job = queue[0]
        future = self._executor.submit(run_job, job, self._place_of_workers, self._simulate, code_digest())
        self._under_way[future] = queue.popleft()

    def _take_in(self, future: Future[JobOutcome], job: RunJob) -> bool:
        """Take in one outcome; True when there is none because the worker died."""
        try:
            outcome = future.result()
        except BrokenExecutor as error:
            self._suspect(job, str(error) or "the worker died")
            return True
        except CancelledError:
            raise RunError(CANCELLED) from None
        except Exception as error:  # of the executor itself: a lost scheduler, a call it cannot pickle
            outcome = JobOutcome(job.key, "failed", error=f"{type(error).__name__}: {error}", traceback=repr(error))
        if outcome.status == "store":
            message = CANNOT_WRITE.format(address=self._place.address, error=outcome.error)
            raise RunError(message) from OSError(outcome.error)
        if outcome.status == "failed":
            self._try_again(job, outcome, self._waiting)
        else:
            self._progress.add()
            self._finished(job.key)
        return False

    def _suspect(self, job: RunJob, error: str) -> None:
        """A worker died while the job was under way. Only the job that was tried alone can be blamed for it."""
        if job.key == self._on_trial:
            outcome = JobOutcome(job.key, "failed", error=WORKER_DIED.format(error=error))
            self._try_again(job, outcome, self._suspects)
        else:
            self._suspects.append(job)

    def _try_again(self, job: RunJob, outcome: JobOutcome, queue: deque[RunJob]) -> None:
        self._tries[job.key] = self._tries.get(job.key, 0) + 1
        if self._tries[job.key] <= self._retries:
            queue.append(job)
            return
        failure = make_failure(job, outcome, self._tries[job.key], self._place)
        quarantine(failure, job, self._place)
        self.failures[job.key] = failure
        self._progress.fail()

    def _restart(self) -> None:
        """Restart the workers; what was under way when one died is lost with it."""
        for future, job in list(self._under_way.items()):
            del self._under_way[future]
            if future.done() and not future.cancelled():
                self._take_in(future, job)
            else:
                self._suspect(job, "lost with the others")
        if not self._executor.restart():
            raise RunError(NOT_RESTARTED)
