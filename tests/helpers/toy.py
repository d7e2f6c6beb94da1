"""A study whose runs are quick and whose figures are known: what is tested is how runs are carried out."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from sim import Scenario
from sim.studies.plan import Plan, Point
from sim.studies.sweep import run_plan

POINTS, SEEDS = 24, (11, 12, 13, 14, 15)
RUNS = POINTS * len(SEEDS)
PAUSE_S = 0.01


def plan(points: int = POINTS, seeds: tuple[int, ...] = SEEDS, name: str = "toy") -> Plan:
    """Points that differ in the number of readers, which `toy` takes for its only parameter."""
    base = Scenario().with_changes({"creators.n": 20, "readers.n": 100})
    found = tuple(
        Point(i, {"readers": 100 + i, "half": i / 2}, base.with_changes({"readers.n": 100 + i})) for i in range(points)
    )
    return Plan(name, found, seeds)


def toy(scenario: Scenario, keep: tuple[str, ...]) -> dict[str, pa.Table]:
    """Ten days of figures that depend on seed and readers."""
    rng = np.random.Generator(np.random.Philox(key=[scenario.run.seed, scenario.readers.n]))
    table = pa.table({"day": np.arange(10), "exposure_quality": rng.random(10), "reads": rng.random(10) * 100})
    return dict.fromkeys(keep, table)


def slow_toy(scenario: Scenario, keep: tuple[str, ...]) -> dict[str, pa.Table]:
    """The same, slow enough to be caught in the act."""
    time.sleep(PAUSE_S)
    return toy(scenario, keep)


def faulty_toy(scenario: Scenario, keep: tuple[str, ...]) -> dict[str, pa.Table]:
    """Fails where there are 103 readers, whatever the seed."""
    if scenario.readers.n == 103:
        raise ZeroDivisionError("no reader number 104")
    return toy(scenario, keep)


class OddError(Exception):
    """An exception that cannot be unpickled: its arguments are not those of its making."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def odd_toy(scenario: Scenario, keep: tuple[str, ...]) -> dict[str, pa.Table]:
    """Fails in a way that no pool could hand on."""
    raise OddError(1, 2)


def deadly_toy(scenario: Scenario, keep: tuple[str, ...]) -> dict[str, pa.Table]:
    """Kills its own worker where there are 103 readers."""
    if scenario.readers.n == 103:
        os.kill(os.getpid(), signal.SIGKILL)
    return toy(scenario, keep)


def first_time_deadly_toy(scenario: Scenario, keep: tuple[str, ...]) -> dict[str, pa.Table]:
    """Kills its worker once, the first time it meets 103 readers."""
    mark = Path(os.environ["GRESHAM_TOY_MARK"])
    if scenario.readers.n == 103 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return toy(scenario, keep)


if __name__ == "__main__":
    # whoever starts the tests in the background has it ignored, and children inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        print(len(run_plan(plan(), sys.argv[1], workers=2, simulate=slow_toy, progress=False).runs()))
    except KeyboardInterrupt:
        sys.exit(130)
