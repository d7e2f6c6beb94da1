"""Imported by the process that workers are forked from, before the first of them: whatever a run needs is then there.

Compiled code is loaded, and where none is kept compiled, once instead of in each worker.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal

from sim.studies.executors.start_method import SERVER, restore

if os.environ.get(SERVER):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, also while the rest is imported

import numpy as np

from sim.runs.code_digest import code_digest
from sim.runs.loop import simulate
from sim.scenario import Scenario

TINY = {"run.days": 1, "run.tick_minutes": 720, "readers.n": 100, "creators.n": 20}


def live_through_a_tiny_world() -> None:
    """On one thread, so that the process can still be forked."""
    simulate(Scenario().with_changes(TINY), threads=1)


def load() -> None:
    """Load everything, and leave the process as its parent was."""
    code_digest()  # of the code that is loaded here: the files may change before a worker asks
    with contextlib.suppress(Exception):  # what cannot run here fails in the workers, which are asked and can tell
        live_through_a_tiny_world()
    # a plug-in that draws from it, as none should, finds another state in each worker
    os.register_at_fork(after_in_child=np.random.seed)
    restore(json.loads(os.environ[SERVER]))
    gc.collect()
    gc.freeze()  # else every worker's first collection would copy all that it shares with the server


if os.environ.get(SERVER):
    load()
