"""What is measured in a process of its own, so that memory peaks and caches do not mix.

`python -m sim.bench.child TASK JSON` prints what it found as one line of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from sim.core.errors import RunError

Found = dict[str, Any]


def python(module: str, *words: str, env: dict[str, str] | None = None) -> tuple[str, float]:
    """Run a module in a fresh process: what it printed, and its wall seconds from start to end."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        env=os.environ | {"PYTHONPATH": path} | (env or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    took_s = time.perf_counter() - started
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise RunError(f"the measurement '{module} {words[0]}' ended with code {done.returncode}: {last}")
    return done.stdout, took_s


def ask(task: str, parameters: dict[str, Any], env: dict[str, str] | None = None) -> Found:
    """Have a task done by a fresh process; what it found, and its `process_s` from start to end."""
    said, process_s = python("sim.bench.child", task, json.dumps(parameters), env=env)
    found: Found = json.loads(said.splitlines()[-1])
    return found | {"process_s": process_s}


def first_tick(readers: int | None, creators: int | None) -> Found:
    """Import, build the baseline and live its first tick, as a user's first command does."""
    started = time.perf_counter()
    import typer  # noqa: F401  # what the command line imports counts

    from sim.bench.worlds import SEED, baseline
    from sim.engine.model import EngagementModel

    model = EngagementModel(baseline(readers, creators), seed=SEED)
    model.step()
    return {"first_tick_s": time.perf_counter() - started}


def whole(readers: int | None, creators: int | None, days: int | None, threads: int | None) -> Found:
    """A whole run without files: build, live, close."""
    from sim.bench.figures import peak_bytes
    from sim.bench.worlds import SEED, baseline
    from sim.engine.model import EngagementModel

    wall, cpu = time.perf_counter(), time.process_time()
    model = EngagementModel(baseline(readers, creators, days), seed=SEED, threads=threads)
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
    from sim.bench.contest import TimedWorkers
    from sim.bench.figures import peak_bytes
    from sim.bench.worlds import baseline, build, live

    started = time.perf_counter()
    model = build(baseline(readers, creators, days), threads)
    build_s = time.perf_counter() - started
    phase = TimedWorkers(readers, threads)
    model.actors.readers = phase
    walls, cpus, kernels = [], [], []
    for _ in range(warm_days + measured_days):
        before = phase.cpu_s
        (wall,), (cpu,) = live(model, 1)
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


TASKS: dict[str, Callable[..., Found]] = {"first_tick": first_tick, "whole": whole, "stretch": stretch}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))
