"""How worker processes are started."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import BaseContext

PRELOADED = ("sim.studies.executors.local", "sim.studies.executors.preload")
SERVER = "GRESHAM_WORKER_SERVER"  # a variable that the server alone has
_LOCK = threading.Lock()


def worker_context() -> BaseContext:
    """Processes forked from one that has loaded what a run needs (preload.py); spawned where there is none.

    Loading takes seconds of processor time, which spawned workers spend each. The server lives as long as this
    process and starts no threads of its own, so that it can be forked. It is used on Linux alone: system libraries of
    macOS may crash in a forked process, and Windows has no fork.
    """
    if not sys.platform.startswith("linux"):
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver  # there is none on Windows

    context = multiprocessing.get_context("forkserver")
    with _LOCK, _search_path_as_here():
        context.set_forkserver_preload(list(PRELOADED))
        forkserver.ensure_running()
    return context


@contextmanager
def _search_path_as_here() -> Iterator[None]:
    # The server looks for modules before it is told this process's search path: without these it could find another
    # package `sim`, in the working directory. Workers get this process's variables again as they begin.
    for_server = {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONSAFEPATH": "1", SERVER: "1"}
    before = {name: os.environ.get(name) for name in for_server}
    os.environ |= for_server
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
