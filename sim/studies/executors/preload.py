"""Imported by the process that workers are forked from, before the first of them: whatever a run needs is then there.

Compiled code is loaded, and where none is kept compiled, once instead of in each worker.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal

import sim.studies.job  # noqa: F401
from sim.runs.loop import simulate
from sim.scenario import Scenario
from sim.studies.executors.start_method import SERVER

TINY = {"run.days": 1, "run.tick_minutes": 720, "readers.n": 100, "creators.n": 20}


def load() -> None:
    """Live through a tiny world, on one thread, so that the process can still be forked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    with contextlib.suppress(Exception):  # what cannot run here fails in the workers, which are asked and can tell
        simulate(Scenario().with_changes(TINY), threads=1)
    gc.collect()
    gc.freeze()  # else every worker's first collection would copy all that it shares with the server


if os.environ.get(SERVER):
    load()
