"""Tasks to measure in a process of their own: `python -m sim.bench.tasks TASK JSON` prints the result as JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from statistics import median

from sim.api.runs import run  # a user's first run imports it, so it counts for the first tick
from sim.bench.child import Found
from sim.bench.contest import TimedWorkers
from sim.bench.figures import peak_bytes, resident_bytes
from sim.bench.worlds import BASELINE, SEED, baseline, build, simulate_days
from sim.engine.model import EngagementModel


def first_tick(readers: int | None, creators: int | None) -> Found:
    """Build the baseline and run its first tick, as a user's first run does."""
    model = EngagementModel(baseline(readers, creators), seed=SEED)
    model.step()
    return {}


def whole(
    readers: int | None, creators: int | None, days: int | None, threads: int | None, scenario: str = BASELINE
) -> Found:
    """A whole run without files: build, run, finish."""
    wall, cpu = time.perf_counter(), time.process_time()
    model = EngagementModel(baseline(readers, creators, days, scenario), seed=SEED, threads=threads)
    build_s = time.perf_counter() - wall
    while model.running:
        model.step()
    model.finish()
    return {
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
        "build_s": build_s,
        "peak_bytes": peak_bytes(),
    }


def stretch(readers: int, creators: int, days: int, warm_days: int, measured_days: int, threads: int) -> Found:
    """The first days of a run of `days`, each timed: whole days, and the reader kernel within them."""
    started = time.perf_counter()
    model = build(baseline(readers, creators, days), threads)
    build_s = time.perf_counter() - started
    phase = TimedWorkers(readers, threads)
    model.actors.readers = phase
    walls, cpus, kernels = [], [], []
    for _ in range(warm_days + measured_days):
        before = phase.cpu_s
        (wall,), (cpu,) = simulate_days(model, 1)
        walls.append(wall)
        cpus.append(cpu)
        kernels.append(phase.cpu_s - before)
    return {
        "build_s": build_s,
        "day_wall_s": walls,
        "day_cpu_s": cpus,
        "day_kernel_cpu_s": kernels,
        "ticks_per_day": model.clock.ticks_per_day,
        "column_bytes": model.state.world.readers.nbytes,
        "peak_bytes": peak_bytes(),
        "median_day_s": median(walls[warm_days:]),
    }


def many(readers: int, creators: int, days: int, runs: int) -> Found:
    """Runs in one process, one after another under seeds of their own: resident memory after each of them."""
    scenario = baseline(readers, creators, days)
    resident = []
    for seed in range(runs):
        run(scenario.with_seed(seed), progress=False)
        resident.append(resident_bytes())
    return {"resident_bytes": resident}


TASKS: dict[str, Callable[..., Found]] = {"first_tick": first_tick, "whole": whole, "stretch": stretch, "many": many}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))
