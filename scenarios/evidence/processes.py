"""Runs side by side, so that both cores of a machine are busy, and what Ctrl-C does to a script."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context
from typing import Any

from rich.console import Console
from rich.progress import track

from sim.cli.app import INTERRUPTED, TERMINATED, Terminated, end_in_order

STOPPED = "interrupted; finished runs are kept, and the same command goes on with the rest"
KILLED = "a process that made runs was killed (was memory short?); finished runs are kept: try --processes 1"
BEGUN = "{n} runs, {processes} at a time; those that are kept already take no time"


def run_script(main: Callable[[], None]) -> None:
    """Call `main`; Ctrl-C ends it with one line and the exit code 130, SIGTERM with that line and 143."""
    signal.signal(signal.SIGTERM, end_in_order)
    try:
        main()
    except KeyboardInterrupt as error:
        print(STOPPED, file=sys.stderr)
        sys.exit(TERMINATED if isinstance(error, Terminated) else INTERRUPTED)
    except BrokenProcessPool:
        sys.exit(KILLED)


def run_all(load: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], processes: int) -> list[Any]:
    """What `load` (a function of a module) returns for the arguments of each job, in the order of the jobs."""
    processes = max(1, min(processes, len(jobs)))
    print(BEGUN.format(n=len(jobs), processes=processes), file=sys.stderr, flush=True)
    if processes == 1:
        return _watched((load(*job) for job in jobs), len(jobs))
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_end_quietly) as pool:
        futures = [pool.submit(load, *job) for job in jobs]
        try:
            return _watched((future.result() for future in futures), len(jobs))
        except KeyboardInterrupt:  # or SIGTERM, which reaches this process alone
            for worker in active_children():
                worker.terminate()
            raise
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _watched(results: Iterable[Any], n: int) -> list[Any]:
    """All results; on a terminal a bar shows how many are there."""
    console = Console(stderr=True)
    return list(track(results, "runs", total=n, console=console, disable=not console.is_terminal))


def _end_quietly() -> None:
    """Ctrl-C reaches every process of a terminal: a worker ends without a word, the script says what happened."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
