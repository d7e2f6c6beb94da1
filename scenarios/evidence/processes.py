"""Runs side by side, so that both cores of a machine are busy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any


def run_all(load: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], processes: int) -> list[Any]:
    """What `load` (a function of a module) returns for the arguments of each job, in the order of the jobs."""
    if processes < 2 or len(jobs) < 2:
        return [load(*job) for job in jobs]
    with ProcessPoolExecutor(min(processes, len(jobs)), mp_context=get_context("spawn")) as pool:
        return list(pool.map(load, *zip(*jobs, strict=True)))
