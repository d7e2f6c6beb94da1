"""Runs on a Dask cluster. Needs the extra `cluster`.

Dask's own managers (SSH, SLURM, Kubernetes) start clusters; the address of the scheduler is all that is needed here.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from functools import partial
from typing import Any

from sim.core.errors import RunError
from sim.studies.executors.base import ClosingContext

PATIENCE_S = 15
REACH_S = 5
NOT_INSTALLED = "a scheduler needs Dask: pip install 'gresham[cluster]'"
NO_ANSWER = "no Dask scheduler answers at {scheduler} ({reason})"
NO_WORKERS = "the Dask scheduler at {scheduler} has no workers"
NO_LOOP = "the event loop of its client does not start: this machine is too busy"
NO_ADDRESS = "--scheduler {scheduler}: must be an address such as tcp://host:8786"


class Cluster(ClosingContext):
    """A Dask cluster at an address such as `tcp://host:8786`. A killed worker's runs go to the others."""

    def __init__(self, scheduler: str, patience_s: float = PATIENCE_S) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise RunError(NOT_INSTALLED) from None
        self.scheduler = scheduler
        check_reachable(scheduler, min(REACH_S, patience_s))
        try:
            self._client = connect(partial(Client, scheduler, timeout=patience_s, set_as_default=False))
        except (OSError, ValueError, TimeoutError) as error:
            raise RunError(NO_ANSWER.format(scheduler=scheduler, reason=_first_line(error))) from None
        try:
            self._client.wait_for_workers(1, timeout=patience_s)
        except TimeoutError:
            self._client.close()
            raise RunError(NO_WORKERS.format(scheduler=scheduler)) from None
        threads = sum(worker["nthreads"] for worker in self._client.scheduler_info(n_workers=-1)["workers"].values())
        self.size = 2 * max(1, threads)
        self._executor: Executor = self._client.get_executor(pure=False)

    def submit(self, call: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Have a call made by one of the cluster's workers."""
        if self._client.status != "running":
            raise CancelledError
        return self._executor.submit(call, *arguments)

    def restart(self) -> bool:
        """Nothing is replaced here: the cluster replaces its own workers."""
        return False

    def is_alive(self) -> bool:
        """Whether the scheduler still answers."""
        return scheduler_is_alive(self._client)

    def close(self, at_once: bool = False) -> None:
        """Leave the cluster; runs that are under way are cancelled."""
        with contextlib.suppress(TimeoutError):  # the scheduler is gone
            self._client.close(timeout=2 if at_once else 10)


def connect(client: Callable[[], Any], attempts: int = 3) -> Any:
    """A Dask client, asked for again when its event loop did not start.

    Dask gives the loop's thread ten seconds to start and fails an assertion when a busy machine takes longer.
    TimeoutError when no attempt succeeds.
    """
    for _ in range(attempts):
        with contextlib.suppress(AssertionError):
            return client()
    raise TimeoutError(NO_LOOP)


def scheduler_is_alive(client: Any) -> bool:
    """Whether the scheduler of a Dask client still answers.

    A client that loses its scheduler while more is being submitted can leave futures that never end.
    """
    if client.status != "running":
        return False
    address = getattr(client.scheduler, "address", "")  # none, once it is closed
    if not address.startswith(("tcp:", "tls:")):
        return bool(address)
    try:
        check_reachable(address, REACH_S)
    except RunError:
        return False
    return True


def check_reachable(scheduler: str, patience_s: float) -> None:
    """Raise RunError when nothing listens at an address within `patience_s` seconds; Dask would try for much longer."""
    kind, _, place = scheduler.rpartition("://")
    host, colon, port = place.rpartition(":")
    if not (host and colon and port.isdecimal()):
        raise RunError(NO_ADDRESS.format(scheduler=scheduler))
    if kind not in ("tcp", "tls", ""):
        return
    until = time.monotonic() + patience_s
    while True:
        try:
            return socket.create_connection((host.strip("[]"), int(port)), patience_s).close()
        except (OSError, OverflowError) as error:
            if time.monotonic() >= until:
                raise RunError(NO_ANSWER.format(scheduler=scheduler, reason=_first_line(error))) from None
        time.sleep(0.2)


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
