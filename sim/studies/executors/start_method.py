"""How worker processes are started."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from multiprocessing.process import ORIGINAL_DIR  # type: ignore[attr-defined]  # where an empty entry leads

PRELOADED = ("sim.studies.executors.preload", "sim.studies.executors.local")
SERVER = "GRESHAM_WORKER_SERVER"  # a variable of the server alone: what the variables changed for it were before
CHANGES_BY_ITSELF = "PYTEST_CURRENT_TEST"
_LOCK = threading.Lock()
_server_began_with: dict[str, str] = {}  # variables; empty while there is no server


def worker_context() -> BaseContext:
    """Processes forked from one that has loaded what a run needs (preload.py), or spawned.

    Loading takes seconds of processor time, which spawned workers spend each. The server lives as long as this
    process; it runs nothing beside its main thread but threads of libraries that bear a fork. It is used on Linux
    alone: system libraries of macOS may crash in a forked process, and Windows has no fork. Workers are spawned, too,
    where no server can be had, and where it would have other variables than this process has now: modules may read
    them as they are imported.
    """
    if not sys.platform.startswith("linux") or sys.flags.ignore_environment:
        return multiprocessing.get_context("spawn")
    with _LOCK:
        try:
            return _forking_context()
        except OSError:  # no sockets, or a process forked from one that has a server
            return multiprocessing.get_context("spawn")


def _forking_context() -> BaseContext:
    from multiprocessing import forkserver, resource_tracker  # there is none on Windows

    variables = {name: value for name, value in os.environ.items() if name != CHANGES_BY_ITSELF}
    if _server_began_with and _server_began_with != variables:
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    resource_tracker.ensure_running()  # else the server starts it, and Ctrl-C is let in again
    with _search_path_as_here(), _ctrl_c_blocked():
        context.set_forkserver_preload(list(PRELOADED))
        forkserver.ensure_running()
    _server_began_with.update(variables)
    return context


@contextmanager
def _ctrl_c_blocked() -> Iterator[None]:
    """What is started here inherits that Ctrl-C is blocked: it would be hit before it can say that it ignores it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _search_path_as_here() -> Iterator[None]:
    # The server looks for modules before it is told this process's search path: without these it could find another
    # package `sim`, in the working directory. It gives the variables their values back once it has loaded everything.
    places = [place or str(ORIGINAL_DIR) for place in sys.path if isinstance(place, str)]
    for_server = {"PYTHONPATH": os.pathsep.join(places), "PYTHONSAFEPATH": "1"}
    before = {name: os.environ.get(name) for name in for_server}
    os.environ |= for_server | {SERVER: json.dumps(before)}
    try:
        yield
    finally:
        restore(before)


def restore(before: dict[str, str | None]) -> None:
    """Give variables the values they had before they were changed for the server."""
    for name, value in (before | {SERVER: None}).items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
