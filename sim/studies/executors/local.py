"""Where runs are carried out: one small interface, and the local processes that are its default.

Any `concurrent.futures.Executor` serves as well; `Given` gives it the interface.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol, Self

from sim.core.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.studies.executors.dask import Cluster


class Crew(Protocol):
    """Workers. `size` is how many runs are worth having under way at once (workers, and a queue for each).

    A context: at its end the workers are sent home, after an error without waiting for what is under way.
    """

    size: int

    def submit(self, call: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Have a call carried out; raises BrokenExecutor when the workers are gone."""
        ...

    def renew(self) -> bool:
        """Replace workers that died; False when this crew cannot."""
        ...

    def answers(self) -> bool:
        """Whether whoever hands out the work is still there; asked when nothing has come back for a while."""
        ...

    def close(self, at_once: bool = False) -> None:
        """Send the workers home; `at_once` without waiting for what is under way."""
        ...


class Closing:
    """What makes a crew a context."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self.close(at_once=kind is not None)

    def close(self, at_once: bool = False) -> None:
        """Send the workers home."""


class Processes(Closing):
    """Processes of this machine (spawned, so the same on every system), replaced when one is killed.

    They are started when the first run is submitted.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or os.cpu_count() or 1
        self.size = 2 * self.workers
        self._pool: ProcessPoolExecutor | None = None

    def _start(self) -> ProcessPoolExecutor:
        import multiprocessing

        pool = ProcessPoolExecutor(self.workers, multiprocessing.get_context("spawn"), _begin)
        try:
            pool.submit(_ready).result()
        except BrokenExecutor:
            raise RunError(
                "the worker processes die as they start; a script that runs studies must do so "
                'under `if __name__ == "__main__":`'
            ) from None
        return pool

    def submit(self, call: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Have a call carried out by one of the processes."""
        if self._pool is None:
            self._pool = self._start()
        return self._pool.submit(call, *arguments)

    def renew(self) -> bool:
        """A new pool in place of the broken one."""
        self.close(at_once=True)
        return True

    def answers(self) -> bool:
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


class Given(Closing):
    """An executor that somebody else made, and will close."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self.size = 2 * int(getattr(executor, "_max_workers", None) or os.cpu_count() or 1)

    def submit(self, call: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Have a call carried out by the executor."""
        return self._executor.submit(call, *arguments)

    def renew(self) -> bool:
        """Not ours to replace."""
        return False

    def answers(self) -> bool:
        """Dask's executor has a scheduler that can be gone; others break or end what they were given."""
        client = getattr(self._executor, "_client", None)
        if client is None:
            return True
        from sim.studies.executors.dask import answers

        return answers(client)

    def close(self, at_once: bool = False) -> None:
        """Not ours to close."""


def crew_of(executor: Executor | Crew | None, workers: int | None = None) -> Crew:
    """The crew meant: local processes when none is given."""
    if executor is None:
        return Processes(workers)
    return Given(executor) if isinstance(executor, Executor) else executor


def crew_for(scheduler: str | None, workers: int | None = None) -> Processes | Cluster:
    """The crew a command asks for: the Dask cluster of a scheduler, or processes of this machine.

    `with crew_for(...) as crew: sweep(..., executor=crew)`; RunError when no scheduler answers.
    """
    if scheduler is None:
        return Processes(workers)
    from sim.studies.executors.dask import Cluster

    return Cluster(scheduler)


def _begin() -> None:
    """A worker leaves Ctrl-C to its parent, and does not outlive it."""
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
    """Import what a run needs, so that the first run does not pay for it."""

    return True
