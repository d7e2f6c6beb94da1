"""Runs on a Dask cluster: the same study, the workers elsewhere. Needs the extra `cluster`.

Dask's own managers (SSH, SLURM, Kubernetes) start clusters; all that is asked of one is its scheduler's address.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from typing import Any

from sim.core.errors import RunError
from sim.studies.executors.local import Closing

PATIENCE_S = 15
KNOCK_S = 5


class Cluster(Closing):
    """A Dask cluster at an address such as `tcp://host:8786`. A killed worker's runs go to the others."""

    def __init__(self, scheduler: str, patience_s: float = PATIENCE_S) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise RunError("a scheduler needs Dask: pip install 'gresham[cluster]'") from None
        self.scheduler = scheduler
        _knock(scheduler, min(KNOCK_S, patience_s))
        try:
            self._client = Client(scheduler, timeout=patience_s, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise RunError(f"no Dask scheduler answers at {scheduler} ({_first_line(error)})") from None
        try:
            self._client.wait_for_workers(1, timeout=patience_s)
        except TimeoutError:
            self._client.close()
            raise RunError(f"the Dask scheduler at {scheduler} has no workers") from None
        threads = sum(worker["nthreads"] for worker in self._client.scheduler_info(n_workers=-1)["workers"].values())
        self.size = 2 * max(1, threads)
        self._executor: Executor = self._client.get_executor(pure=False)

    def submit(self, call: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Have a call carried out by one of the cluster's workers."""
        if self._client.status != "running":
            raise CancelledError
        return self._executor.submit(call, *arguments)

    def renew(self) -> bool:
        """The cluster looks after its own workers."""
        return False

    def answers(self) -> bool:
        """Whether the scheduler is still there."""
        return answers(self._client)

    def close(self, at_once: bool = False) -> None:
        """Leave the cluster; runs still under way are called off."""
        with contextlib.suppress(TimeoutError):  # nobody there to say goodbye to
            self._client.close(timeout=2 if at_once else 10)


def answers(client: Any) -> bool:
    """Whether the scheduler of a Dask client is there: not all that was asked of one that died is called off.

    A client that loses its scheduler while more is being submitted can leave futures that never end.
    """
    if client.status != "running":
        return False
    address = getattr(client.scheduler, "address", "")  # none, once it is closed
    if not address.startswith(("tcp:", "tls:")):
        return bool(address)
    try:
        _knock(address, KNOCK_S)
    except RunError:
        return False
    return True


def _knock(scheduler: str, patience_s: float) -> None:
    """See whether anything listens there, or is about to; Dask would go on trying for long."""
    kind, _, place = scheduler.rpartition("://")
    host, colon, port = place.rpartition(":")
    if not (host and colon and port.isdecimal()):
        raise RunError(f"--scheduler {scheduler}: must be an address such as tcp://host:8786")
    if kind not in ("tcp", "tls", ""):
        return
    until = time.monotonic() + patience_s
    while True:
        try:
            return socket.create_connection((host.strip("[]"), int(port)), patience_s).close()
        except (OSError, OverflowError) as error:
            if time.monotonic() >= until:
                raise RunError(f"no Dask scheduler answers at {scheduler} ({_first_line(error)})") from None
        time.sleep(0.2)


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
