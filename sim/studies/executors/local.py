"""Runs in processes of this machine, in this one, or on any `concurrent.futures.Executor` of the caller's."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing.context import BaseContext
from numbers import Integral
from typing import Any

from sim.core.cores import usable_cores
from sim.core.errors import RunError
from sim.studies.executors.base import ClosingContext, RunExecutor
from sim.studies.executors.dask import Cluster, scheduler_is_alive
from sim.studies.executors.start_method import worker_context

ENDING = (signal.SIGINT, signal.SIGTERM)
NO_NUMBER = "workers must be a whole number of processes, or 0 for none but this one, got {workers!r}"
WORKERS_DIE = (
    'the worker processes die as they start; a script that runs studies must do so under `if __name__ == "__main__":`'
)


class Processes(ClosingContext):
    """Processes of this machine, replaced when one is killed.

    They are started when the first run is submitted.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or usable_cores()
        self.size = 2 * self.workers
        self._pool: ProcessPoolExecutor | None = None

    def _start(self) -> ProcessPoolExecutor:
        try:
            return self._pool_of(worker_context())
        except (OSError, EOFError):  # the process that workers are forked from cannot be reached, or died
            return self._pool_of(multiprocessing.get_context("spawn"))

    def _pool_of(self, context: BaseContext) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(self.workers, context, _begin)
        try:
            pool.submit(_ready).result()
        except BrokenExecutor:
            raise RunError(WORKERS_DIE) from None
        return pool

    def submit(self, call: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Have a call made by one of the processes."""
        if self._pool is None:
            with _interrupt_later():
                self._pool = self._start()
        return self._pool.submit(call, *arguments)

    def restart(self) -> bool:
        """A new pool in place of the broken one."""
        self.close(at_once=True)
        return True

    def is_alive(self) -> bool:
        """The pool itself notices when a process dies."""
        return True

    def close(self, at_once: bool = False) -> None:
        """End the processes; the next run would start new ones."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        processes = list((pool._processes or {}).values()) if at_once else []
        pool.shutdown(wait=not at_once, cancel_futures=True)
        for process in processes:
            process.kill()
        for process in processes:
            process.join()


class InProcess(ClosingContext):
    """This process itself, one run after another: nothing is started, and a debugger stops in a user's plug-in."""

    size = 1

    def submit(self, call: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Make a call now."""
        made: Future[Any] = Future()
        made.set_result(call(*arguments))
        return made

    def restart(self) -> bool:
        """There is nothing that could be replaced."""
        return False

    def is_alive(self) -> bool:
        """As long as anybody asks."""
        return True

    def close(self, at_once: bool = False) -> None:
        """Nothing is to be released."""


class ExternalExecutor(ClosingContext):
    """An executor that the caller made, and will close."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self.size = 2 * int(getattr(executor, "_max_workers", None) or usable_cores())

    def submit(self, call: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Have a call made by the executor."""
        return self._executor.submit(call, *arguments)

    def restart(self) -> bool:
        """Nothing is replaced: the workers are the caller's."""
        return False

    def is_alive(self) -> bool:
        """Dask's executor has a scheduler that can be gone; others break or end what they were given."""
        client = getattr(self._executor, "_client", None)
        return client is None or scheduler_is_alive(client)

    def close(self, at_once: bool = False) -> None:
        """Nothing is closed: the executor is the caller's."""


def check_workers(workers: int | None) -> None:
    """Raise RunError for what is no number of processes."""
    if workers is not None and (isinstance(workers, bool) or not isinstance(workers, Integral) or workers < 0):
        raise RunError(NO_NUMBER.format(workers=workers))


def executor_of(executor: Executor | RunExecutor | None, workers: int | None = None) -> RunExecutor:
    """The executor meant: local processes when none is given, or with 0 workers this process."""
    check_workers(workers)
    if executor is None:
        return InProcess() if workers == 0 else Processes(workers)
    return ExternalExecutor(executor) if isinstance(executor, Executor) else executor


def executor_for(scheduler: str | None, workers: int | None = None) -> InProcess | Processes | Cluster:
    """The executor a command asks for: the Dask cluster of a scheduler, processes of this machine, or this one (0).

    `with executor_for(...) as executor: sim.sweep(..., executor=executor)`; RunError when no scheduler answers.
    """
    if scheduler is not None:
        return Cluster(scheduler)
    return InProcess() if workers == 0 else Processes(workers)


@contextlib.contextmanager
def _interrupt_later() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM wait until workers have started: one half started finds nothing left of its parent."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []
    before: dict[signal.Signals, Any] = {}

    def later(number: int, _: object) -> None:
        if asked:
            raise KeyboardInterrupt  # who asks again does not wait
        asked.append(number)

    try:
        for each in ENDING:
            before[each] = signal.signal(each, later)
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler or signal.SIG_DFL)  # None: set by code that is not Python's
        if asked:
            signal.raise_signal(asked[0])


def _begin() -> None:
    """Make a worker ignore Ctrl-C, which its parent handles, and end with its parent."""
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # a killed coordinator closes no pipe that its spawned workers could notice: they hold both ends themselves
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _ready() -> bool:
    """Answer once a worker has imported this module, and with it what a run needs."""
    return True
