"""Runs the ticks of a scenario and of its honest twin, and writes events and checkpoints on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.tables import Table, Tables
from sim.plugins.data_files import start_run, union_of_files
from sim.runs.checkpoint import Checkpoint, save
from sim.runs.counterfactual import Counterfactual, has_room, make_twin
from sim.runs.progress import Progress, Wanted, make_progress

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel
    from sim.scenario import Scenario


@dataclass
class Options:
    """How to run a scenario: nothing here changes a table."""

    events: bool = False
    checkpoint_every: int | None = None
    threads: int | None = None
    twin: bool = False
    progress: Wanted = "auto"


def _run_ticks(
    checkpoint: Checkpoint,
    scenario: Scenario,
    options: Options,
    progress: Progress,
    folder: Path | None = None,
    after_first_tick: Callable[[], None] | None = None,
) -> None:
    """Run all ticks that are left and keep `checkpoint` up to date. `after_first_tick` is called once."""
    model: EngagementModel = checkpoint.model
    per_day, every = model.clock.ticks_per_day, options.checkpoint_every
    before, started = checkpoint.wall_s, time.perf_counter()
    for tick in range(checkpoint.ticks, scenario.run.days * per_day):
        day, rest = divmod(tick, per_day)
        clock = model.clock
        model.step()
        if after_first_tick is not None:
            after_first_tick()
            after_first_tick = None
        if checkpoint.events is not None:
            checkpoint.events.tick(model.state.world, clock)
        if rest < per_day - 1:
            continue
        if checkpoint.events is not None:
            checkpoint.events.close_day(day)
        progress.day(day + 1, model.tables.last("daily"))
        checkpoint.ticks, checkpoint.wall_s = tick + 1, before + time.perf_counter() - started
        checkpoint.files = union_of_files(checkpoint.files, scenario.files_read())
        if folder is not None and every and (day + 1) % every == 0 and day + 1 < scenario.run.days:
            save(folder, checkpoint)
    model.finish()
    model.tables["daily"].describe({m.name: (m.unit, m.formula) for m in model.actors.observer.measures})
    checkpoint.wall_s = before + time.perf_counter() - started


def _build(scenario: Scenario, threads: int | None, log_reads: bool = False) -> EngagementModel:
    # mesa and numba are slow to import: a run that is refused waits for neither
    from sim.engine.model import EngagementModel

    return EngagementModel(scenario, seed=scenario.run.seed, threads=threads, log_reads=log_reads)


def _start(twins: list[Counterfactual], folder: Path) -> None:
    twins.append(Counterfactual(folder))


def simulate_worlds(
    scenario: Scenario, options: Options, checkpoint: Checkpoint, folder: Path | None
) -> tuple[Tables, Table | None, dict[str, Any]]:
    """Simulate the world from `checkpoint` on, and its twin if wanted: tables, the twin's daily table, timings.

    Checkpoints are written to `folder`; the one passed in is kept up to date, and its model is released at the end. The
    twin runs at the same time in a second process when there is a folder and room, and after the main world otherwise.
    """
    start_run()
    progress = make_progress(options.progress, scenario.run.days, scenario.readers.n)
    twins: list[Counterfactual] = []
    try:
        started = time.perf_counter()
        if checkpoint.model is None:
            checkpoint.model = _build(scenario, options.threads, log_reads=checkpoint.events is not None)
        else:
            checkpoint.model.use_threads(options.threads)
        built = time.perf_counter() - started
        progress.start(scenario.name, checkpoint.ticks // checkpoint.model.clock.ticks_per_day)
        start_twin = None
        if options.twin and folder is not None and has_room(scenario, options.threads):
            start_twin = partial(_start, twins, folder)
        _run_ticks(checkpoint, scenario, options, progress, folder, start_twin)
        tables: Tables = checkpoint.model.tables
        phases = {name: round(value, 3) for name, value in checkpoint.model.seconds.items()}
        checkpoint.model.release()  # make room for the twin
        checkpoint.model = None
        twin, read = twins[0].table() if twins else (None, {})
        if options.twin and twin is None:
            twin, read = twin_daily(scenario, options.threads, progress)
        checkpoint.files = union_of_files(checkpoint.files, read)
        speed = checkpoint.ticks / max(1e-9, checkpoint.wall_s)
        all_s = time.perf_counter() - started
        timings = {"build_s": built, "wall_s": checkpoint.wall_s, "ticks_per_s": speed, "all_s": all_s}
        return tables, twin, {name: round(value, 3) for name, value in timings.items()} | {"phases_s": phases}
    finally:
        for process in twins:
            process.stop()
        progress.stop()


def twin_daily(
    scenario: Scenario, threads: int | None, progress: Progress | None = None
) -> tuple[Table, dict[str, str]]:
    """The daily table of the twin (same seed, same scenario, nobody manipulates), and what files its plug-ins read."""
    twin = make_twin(scenario)
    if progress is not None:
        progress.start("its honest twin")
    return simulate(twin, threads, progress)["daily"], twin.files_read()


def simulate(scenario: Scenario, threads: int | None, progress: Progress | None = None) -> Tables:
    """Simulate one world from beginning to end and return its tables."""
    start_run()
    checkpoint = Checkpoint(0, 0.0, _build(scenario, threads), None)
    _run_ticks(checkpoint, scenario, Options(), progress or Progress(scenario.run.days, scenario.readers.n))
    tables: Tables = checkpoint.model.tables
    checkpoint.model.release()
    return tables
