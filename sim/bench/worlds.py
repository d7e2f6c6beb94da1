"""The worlds that are measured: the shipped baseline, scaled and lived in until it is warm."""

from __future__ import annotations

import time
from pathlib import Path

from sim.core.errors import RunError
from sim.engine.model import EngagementModel
from sim.scenario import Scenario

SEED = 1
BASELINE = "baseline"


def baseline_file() -> Path:
    """The shipped baseline: in the source tree, or under the folder one stands in."""
    places = (Path(__file__).resolve().parents[2], Path.cwd())
    for place in places:
        if (file := place / "scenarios" / "baseline.yaml").is_file():
            return file
    raise RunError("scenarios/baseline.yaml is not here; run the benchmark from the folder that holds scenarios/")


def baseline(
    readers: int | None = None, creators: int | None = None, days: int | None = None, scenario: str = BASELINE
) -> Scenario:
    """The shipped baseline, or another scenario beside it, of another size if wanted, with all that it has."""
    sizes = {"readers.n": readers, "creators.n": creators}
    file = baseline_file().with_stem(scenario)
    return Scenario.load(file, set={k: v for k, v in sizes.items() if v is not None}, days=days)


def build(scenario: Scenario, threads: int) -> EngagementModel:
    """A model of the scenario under the benchmark's seed."""
    return EngagementModel(scenario, seed=SEED, threads=threads)


def simulate_days(model: EngagementModel, days: int) -> tuple[list[float], list[float]]:
    """Live through whole days; wall and processor seconds of each."""
    walls, cpus = [], []
    for _ in range(days):
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(model.clock.ticks_per_day):
            model.step()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return walls, cpus
