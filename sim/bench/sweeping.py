"""Sweeps: the gain from a second worker, and what a run costs beyond its simulation."""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.bench.figures import Figure
from sim.bench.worlds import SEED, baseline
from sim.studies.executors.base import RunExecutor
from sim.studies.executors.local import ExternalExecutor, Processes
from sim.studies.plan import Plan, Point
from sim.studies.sweep import run_plan

if TYPE_CHECKING:
    from sim.bench.sizes import Size


@dataclass(frozen=True)
class SweepTimes:
    """One sweep: runs, wall seconds, and the seconds that its simulations took."""

    runs: int
    wall_s: float
    simulated_s: float


def sweeps(size: Size) -> list[Figure]:
    """The same runs by one worker and by two, alternating; all workers have made a run before."""
    one, two = (_executor(size, workers) for workers in (1, 2))
    with one, two:
        for executor, workers in ((one, 1), (two, 2)):
            _time(_plan(size, 2 * workers), executor)
        plan = _plan(size, size.sweep_runs)
        pairs = [(_time(plan, one), _time(plan, two)) for _ in range(size.runs)]
    gain = [alone.wall_s / both.wall_s for alone, both in pairs]
    beyond = [(alone.wall_s - alone.simulated_s) / alone.runs for alone, _ in pairs]
    overhead = [(2 * both.wall_s - both.simulated_s) / both.runs for _, both in pairs]
    each = [alone.simulated_s / alone.runs for alone, _ in pairs]
    slower = [both.simulated_s / alone.simulated_s for alone, both in pairs]
    note = f"{size.sweep_runs} runs of {plan.points[0].scenario.readers.n:,} readers"
    return [
        Figure("runs of two workers over one", "", gain, 1.8, "more", note),
        Figure("a run beyond its simulation, one worker", "s", beyond, 0.2, "less"),
        Figure("a run beyond its simulation, two workers", "s", overhead, 0.2, "less", "with waiting for the last"),
        Figure("a run's simulation", "s", each, better="less"),
        Figure("a run's simulation beside another, over alone", "", slower, better="less", note="the machine's share"),
    ]


def _executor(size: Size, workers: int) -> Processes | ExternalExecutor:
    return Processes(workers) if size.thorough else ExternalExecutor(ThreadPoolExecutor(workers))


def _plan(size: Size, runs: int) -> Plan:
    readers, creators, days = size.sweep
    point = Point(0, {"world": "baseline"}, baseline(readers, creators, days))
    return Plan("bench", (point,), tuple(range(SEED, SEED + runs)))


def _time(plan: Plan, executor: RunExecutor) -> SweepTimes:
    """Time a whole sweep in an empty folder, merging of tables included."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        results = run_plan(plan, folder, executor=executor, progress=False)
        wall_s = time.perf_counter() - started
        runs = results.runs()
    return SweepTimes(len(runs), wall_s, float(runs["wall_s"].sum()))
