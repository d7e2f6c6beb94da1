"""Runs a scenario, in memory or into a run folder, and resumes what was interrupted."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sim.core.errors import RunError
from sim.core.parquet import digest, write
from sim.core.tables import Table, Tables
from sim.runs.checkpoint import Checkpoint, find, read_plan, restore, write_plan
from sim.runs.events import EventWriter
from sim.runs.folder import RunFolder, plain_name
from sim.runs.loop import Options, simulate_worlds
from sim.runs.manifest import MANIFEST, make_manifest, read_manifest, versions, write_manifest, write_scenario
from sim.runs.progress import Wanted
from sim.runs.result import RunResult
from sim.scenario import Scenario
from sim.scenario.load import scenario_of

TWIN = "twin_daily"
WritePages = Callable[[RunResult, Path], None]


def run_scenario(
    scenario: Scenario | str | Path,
    *,
    seed: int | None = None,
    days: int | None = None,
    set: dict[str, Any] | None = None,
    out: str | Path | None = None,
    events: bool = False,
    checkpoint_every: int | None = None,
    threads: int | None = None,
    twin: bool | None = None,
    progress: Wanted = "auto",
    write_pages: WritePages | None = None,
) -> RunResult:
    """Run a scenario and return its tables and manifest; the parameters are those of `sim.run`.

    `write_pages` is called with the result and the folder before the folder takes its final name, so that a run
    folder is whole as soon as it can be seen. It is not called for a run that is kept in memory.
    Raises ScenarioError, and RunError when the disk refuses or a finished run would lose its twin.
    """
    resolved = scenario_of(scenario, seed=seed, days=days, set=set)
    if twin is None:
        twin = out is not None
    options = Options(events, checkpoint_every, threads, twin and resolved.manipulation.enabled, progress)
    if out is None:
        if events or checkpoint_every:
            raise RunError("events and checkpoints are kept on disk: say where with `out`")
        return _in_memory(resolved, options)
    if checkpoint_every is not None and checkpoint_every < 1:
        raise RunError(f"checkpoint_every is a number of days, at least 1, not {checkpoint_every}")
    if not options.twin:
        _keep_twin(Path(out) / folder_name(resolved, events))
    with _disk(f"{out}"):
        folder = RunFolder.create(Path(out), folder_name(resolved, events))
        with _kept_or_cleared(folder):
            write_plan(
                folder.path,
                resolved,
                {"events": events, "checkpoint_every": checkpoint_every, "twin": options.twin},
            )
            start = Checkpoint(0, 0.0, None, EventWriter(folder.path) if events else None)
            return _to_folder(resolved, folder, start, options, write_pages)


def resume_run(
    folder: str | Path,
    *,
    threads: int | None = None,
    progress: Wanted = "auto",
    write_pages: WritePages | None = None,
) -> RunResult:
    """Go on with an interrupted run from its last checkpoint; the tables have the same bits as without interruption.

    `folder` is the run's final name or its hidden partial folder. A finished run is just loaded.
    Raises RunError when there is no such run, or it has no checkpoint.
    """
    path = Path(folder)
    if (path / MANIFEST).is_file() and not path.name.startswith("."):
        return RunResult.load(path)
    partial = find(path)
    scenario, kept = read_plan(partial)
    options = Options(kept["events"], kept["checkpoint_every"], threads, kept["twin"], progress)
    with _disk(str(path.parent)):
        try:
            run_folder = RunFolder.reopen(partial)
        except BlockingIOError as error:
            raise RunError(str(error)) from None
        with _kept_or_cleared(run_folder):
            return _to_folder(scenario, run_folder, restore(partial), options, write_pages)


def folder_name(scenario: Scenario, events: bool = False) -> str:
    """`<scenario>-<seed>-<hash>`; the hash names scenario, seed, days, version, and if events are kept."""
    content = f"{scenario.digest()} {versions()['gresham']}{' events' if events else ''}"
    plain = plain_name(scenario.name) or "scenario"
    return f"{plain}-{scenario.run.seed}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def _keep_twin(final: Path) -> None:
    """The same run without its twin does not take the place of one that has it."""
    try:
        has_twin = bool(read_manifest(final).get("twin"))
    except (OSError, ValueError, AttributeError):
        return  # none there, or nothing that could be lost
    if has_twin:
        raise RunError(f"{final}: holds this very run, with its twin; give another folder to leave the twin out")


def _all_tables(tables: Tables, twin: Table | None) -> dict[str, Table]:
    found = {name: tables[name] for name in tables.names}
    return found | ({TWIN: twin} if twin is not None else {})


def _summary(tables: dict[str, Table], events: EventWriter | None) -> dict[str, dict[str, Any]]:
    found = {name: {"rows": len(table), "sha256": digest(table.arrays())} for name, table in tables.items()}
    if events is not None:
        found |= {name: {"rows": events.rows, "sha256": seal} for name, seal in events.seals.items()}
    return found


class _Memory:
    """Frames of a run that was not written."""

    def __init__(self, tables: dict[str, Table]) -> None:
        self.tables = tables

    def frame(self, name: str) -> Any:
        return self.tables[name].arrow().to_pandas()


def _in_memory(scenario: Scenario, options: Options) -> RunResult:
    main, twin, timings = simulate_worlds(scenario, options, Checkpoint(0, 0.0, None, None), None)
    tables = _all_tables(main, twin)
    made = make_manifest(scenario, _summary(tables, None), timings, events=False, twin=options.twin)
    return RunResult(made, _Memory(tables), base=scenario._base)


def _to_folder(
    scenario: Scenario, folder: RunFolder, start: Checkpoint, options: Options, write_pages: WritePages | None
) -> RunResult:
    main, twin, timings = simulate_worlds(scenario, options, start, folder.path)
    tables = _all_tables(main, twin)
    for name, table in tables.items():
        write(table.arrow(), folder.path / f"{name}.parquet")
    made = make_manifest(scenario, _summary(tables, start.events), timings, events=options.events, twin=options.twin)
    write_manifest(made, folder.path)
    write_scenario(made, folder.path)
    if write_pages is not None:
        write_pages(RunResult(made, _Memory(tables), folder.path, scenario._base), folder.path)
    final = folder.commit()
    return RunResult.load(final)


@contextlib.contextmanager
def _kept_or_cleared(folder: RunFolder) -> Iterator[None]:
    """When a run is broken off, its partial folder stays only if it can be resumed."""
    try:
        yield
    except BaseException as error:
        if folder.abandon() and hasattr(error, "add_note"):
            error.add_note(f"a checkpoint is kept; go on with: gresham resume {folder.final}")
        raise


@contextlib.contextmanager
def _disk(place: str) -> Iterator[None]:
    """What the disk refuses, in one message."""
    try:
        yield
    except OSError as error:
        resumable = "".join(f"; {note}" for note in getattr(error, "__notes__", []))
        raise RunError(
            f"cannot write to {place}: {error.strerror or error}; finished runs are untouched{resumable}"
        ) from error
