"""Runs a scenario, in memory or into a run folder, and resumes what was interrupted."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.core.errors import RunError, explain_os_error
from sim.core.parquet import digest, write
from sim.core.tables import Table, Tables
from sim.plugins.data_files import changed_files
from sim.runs.checkpoint import Checkpoint, find, read_plan, restore, write_plan
from sim.runs.events import EventWriter
from sim.runs.folder import RunFolder, plain_name
from sim.runs.loop import Options, simulate_worlds
from sim.runs.manifest import MANIFEST, make_manifest, read_manifest, versions, write_manifest, write_scenario
from sim.runs.progress import Wanted
from sim.runs.provenance import OTHER_FILE, describe_code, what_changed
from sim.runs.result import RunResult
from sim.scenario import Scenario

TWIN = "twin_daily"
NEEDS_OUT = "events and checkpoints are kept on disk: say where with `out`"
BAD_CHECKPOINT = "checkpoint_every is a number of days, at least 1, not {every}"
HAS_TWIN = "{path}: holds this very run, with its twin; give another folder to leave the twin out"
BEGUN_BY_OTHERS = (
    "{name}: begun by other code ({changes}); its tables would be made by both. Run it again, or go on with --anyway, "
    "which marks the manifest"
)
RESUME = "a checkpoint is kept; go on with: gresham resume {path}"
CANNOT_WRITE = "cannot write to {place}: {error}; finished runs are untouched{notes}"
WritePages = Callable[[RunResult, Path], None]


def run_scenario(
    scenario: Scenario, options: Options, out: Path | None = None, write_pages: WritePages | None = None
) -> RunResult:
    """Run a scenario and return its tables and manifest; in memory, or in a run folder that is made in `out`.

    `write_pages` is called with the result and the run folder before the folder takes its final name, so that a run
    folder is complete as soon as it can be seen.
    Raises RunError when the disk refuses, or a finished run would lose its twin.
    """
    options = replace(options, twin=options.twin and scenario.manipulation.enabled)
    events, every = options.events, options.checkpoint_every
    if out is None:
        if events or every:
            raise RunError(NEEDS_OUT)
        return _in_memory(scenario, options)
    if every is not None and every < 1:
        raise RunError(BAD_CHECKPOINT.format(every=every))
    name = folder_name(scenario, events)
    if not options.twin:
        _keep_twin(out / name)
    with _disk(f"{out}"):
        folder = RunFolder.create(out, name)
        with _kept_or_cleared(folder):
            kept = {"events": events, "checkpoint_every": every, "twin": options.twin}
            write_plan(folder.path, scenario, kept, describe_code(scenario))
            start = Checkpoint(0, 0.0, None, EventWriter(folder.path) if events else None)
            return _to_folder(scenario, folder, start, options, write_pages)


def resume_run(
    folder: str | Path,
    *,
    threads: int | None = None,
    progress: Wanted = "auto",
    write_pages: WritePages | None = None,
    anyway: bool = False,
) -> RunResult:
    """Go on with an interrupted run from its last checkpoint; the tables have the same bits as without interruption.

    `folder` is the run's final name or its hidden partial folder. A finished run is just loaded.
    Raises RunError when there is no such run, or it has no checkpoint, or it was begun by other code or versions: its
    tables would be made by both. `anyway` goes on all the same and marks the manifest.
    """
    path = Path(folder)
    if (path / MANIFEST).is_file() and not path.name.startswith("."):
        return RunResult.load(path)
    partial = find(path)
    scenario, kept, begun_by = read_plan(partial)
    changes = what_changed(begun_by, describe_code(scenario))
    if changes and not anyway:
        raise RunError(BEGUN_BY_OTHERS.format(name=path.name, changes="; ".join(changes)))
    options = Options(kept["events"], kept["checkpoint_every"], threads, kept["twin"], progress)
    with _disk(str(path.parent)):
        try:
            run_folder = RunFolder.reopen(partial)
        except BlockingIOError as error:
            raise RunError(str(error)) from None
        with _kept_or_cleared(run_folder):
            checkpoint = restore(partial)
            others = changed_files(checkpoint.files, scenario.base)
            changes += [OTHER_FILE.format(file=name) for name in others]
            if others and not anyway:
                raise RunError(BEGUN_BY_OTHERS.format(name=path.name, changes="; ".join(changes)))
            return _to_folder(scenario, run_folder, checkpoint, options, write_pages, changes)


def folder_name(
    scenario: Scenario, events: bool = False, files: Mapping[str, str] | None = None, twin: bool = True
) -> str:
    """`<scenario>-<seed>-<hash>`; the hash names scenario, seed, days, version, and if events are kept.

    Where plug-ins read files while the run goes on it names those too, and if there is a twin: only then is it known
    which finished run the new one replaces.
    """
    content = f"{scenario.digest()} {versions()['gresham']}{' events' if events else ''}"
    if files:
        content += f" {sorted(files.items())}{'' if twin else ' no twin'}"
    plain = plain_name(scenario.name) or "scenario"
    return f"{plain}-{scenario.run.seed}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def _keep_twin(final: Path) -> None:
    """Refuse to replace a run that has its twin by the same run without one."""
    try:
        has_twin = bool(read_manifest(final).get("twin"))
    except (OSError, ValueError, AttributeError):
        return  # none there, or nothing that could be lost
    if has_twin:
        raise RunError(HAS_TWIN.format(path=final))


def _all_tables(tables: Tables, twin: Table | None) -> dict[str, Table]:
    found = {name: tables[name] for name in tables.names}
    return found | ({TWIN: twin} if twin is not None else {})


def _summary(tables: dict[str, Table], events: EventWriter | None) -> dict[str, dict[str, Any]]:
    found = {name: {"rows": len(table), "sha256": digest(table.arrays())} for name, table in tables.items()}
    if events is not None:
        found |= {name: {"rows": events.rows, "sha256": checksum} for name, checksum in events.digests.items()}
    return found


class _Memory:
    """Tables of a run that was not written to disk."""

    def __init__(self, tables: dict[str, Table]) -> None:
        self.tables = tables

    def frame(self, name: str) -> Any:
        return self.tables[name].arrow().to_pandas()


def _in_memory(scenario: Scenario, options: Options) -> RunResult:
    start = Checkpoint(0, 0.0, None, None)
    main, twin, timings = simulate_worlds(scenario, options, start, None)
    tables = _all_tables(main, twin)
    made = make_manifest(scenario, _summary(tables, None), timings, start.files, events=False, twin=options.twin)
    return RunResult(made, _Memory(tables), base=scenario._base)


def _to_folder(
    scenario: Scenario,
    folder: RunFolder,
    start: Checkpoint,
    options: Options,
    write_pages: WritePages | None,
    changes: Sequence[str] = (),
) -> RunResult:
    main, twin, timings = simulate_worlds(scenario, options, start, folder.path)
    tables = _all_tables(main, twin)
    for name, table in tables.items():
        write(table.arrow(), folder.path / f"{name}.parquet")
    marks = {"resumed_under_other_code": list(changes)} if changes else {}
    summary = _summary(tables, start.events)
    made = make_manifest(scenario, summary, timings, start.files, events=options.events, twin=options.twin, **marks)
    if start.files:
        folder.final = folder.path.parent / folder_name(scenario, options.events, start.files, options.twin)
    write_manifest(made, folder.path)
    write_scenario(made, folder.path)
    if write_pages is not None:
        write_pages(RunResult(made, _Memory(tables), folder.path, scenario._base), folder.path)
    final = folder.commit()
    return RunResult.load(final)


@contextlib.contextmanager
def _kept_or_cleared(folder: RunFolder) -> Iterator[None]:
    """Keep the partial folder of an interrupted run only if it can be resumed."""
    try:
        yield
    except BaseException as error:
        if folder.abandon() and hasattr(error, "add_note"):
            error.add_note(RESUME.format(path=folder.final))
        raise


@contextlib.contextmanager
def _disk(place: str) -> Iterator[None]:
    """Report what the disk refuses in one message."""
    try:
        yield
    except OSError as error:
        notes = "".join(f"; {note}" for note in getattr(error, "__notes__", []))
        raise RunError(CANNOT_WRITE.format(place=place, error=explain_os_error(error), notes=notes)) from error
