"""Lives through the ticks of a scenario and of its honest twin; events and checkpoints on the way."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.progress import Progress, Wanted, make_progress
from sim.store.checkpoint import Checkpoint, save
from sim.store.tables import Table, Tables

if TYPE_CHECKING:
    from sim.model import EngagementModel
    from sim.scenario import Scenario


@dataclass
class Options:
    """How to run, apart from what."""

    events: bool = False
    checkpoint_every: int | None = None
    threads: int | None = None
    twin: bool = False
    progress: Wanted = "auto"


def _live(
    checkpoint: Checkpoint, scenario: Scenario, options: Options, progress: Progress, folder: Path | None
) -> None:
    """Live through all ticks that are left; `checkpoint` moves along."""
    model: EngagementModel = checkpoint.model
    per_day = model.clock.ticks_per_day
    before, started = checkpoint.wall_s, time.perf_counter()
    for tick in range(checkpoint.ticks, scenario.run.days * per_day):
        day, rest = divmod(tick, per_day)
        model.step()
        if checkpoint.events is not None:
            checkpoint.events.tick(model.world.log, day)
        if rest < per_day - 1:
            continue
        if checkpoint.events is not None:
            checkpoint.events.close_day(day)
        progress.day(day + 1, model.tables.last("daily"))
        checkpoint.ticks, checkpoint.wall_s = tick + 1, before + time.perf_counter() - started
        every = options.checkpoint_every
        if folder is not None and every and (day + 1) % every == 0 and day + 1 < scenario.run.days:
            save(folder, checkpoint)
    model.finish()
    model.tables["daily"].describe({m.name: (m.unit, m.formula) for m in model.daybook.measures})
    checkpoint.wall_s = before + time.perf_counter() - started


def _build(scenario: Scenario, options: Options, log_reads: bool = False) -> EngagementModel:
    from sim.model import EngagementModel

    return EngagementModel(scenario, seed=scenario.run.seed, threads=options.threads, log_reads=log_reads)


def live_worlds(
    scenario: Scenario, options: Options, checkpoint: Checkpoint, folder: Path | None
) -> tuple[Tables, Table | None, dict[str, float]]:
    """Live the world from `checkpoint` on, and its twin if wanted: tables, the twin's daily table, timings.

    Checkpoints go to `folder`; the one given moves along. Its model is given up at the end.
    """
    progress = make_progress(options.progress, scenario.run.days, scenario.readers.n)
    try:
        started = time.perf_counter()
        if checkpoint.model is None:
            checkpoint.model = _build(scenario, options, log_reads=checkpoint.events is not None)
        else:
            checkpoint.model.threads = options.threads
        built = time.perf_counter() - started
        progress.start(scenario.name, checkpoint.ticks // checkpoint.model.clock.ticks_per_day)
        _live(checkpoint, scenario, options, progress, folder)
        timings = {
            "build_s": built,
            "wall_s": checkpoint.wall_s,
            "ticks_per_s": checkpoint.ticks / max(1e-9, checkpoint.wall_s),
        }
        tables: Tables = checkpoint.model.tables
        checkpoint.model = None  # make room for the twin
        twin = _twin_daily(scenario, options, progress) if options.twin else None
        timings["all_s"] = time.perf_counter() - started
        return tables, twin, {name: round(value, 3) for name, value in timings.items()}
    finally:
        progress.stop()


def _twin_daily(scenario: Scenario, options: Options, progress: Progress) -> Table:
    """The daily table of the twin: same seed, same scenario, nobody manipulates."""
    twin = scenario.with_changes({"manipulation.enabled": False, "probes.share_posts": 0.0})
    progress.start("its honest twin")
    checkpoint = Checkpoint(0, 0.0, _build(twin, options), None)
    _live(checkpoint, twin, Options(), progress, None)
    daily: Table = checkpoint.model.tables["daily"]
    return daily
