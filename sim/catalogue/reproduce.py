"""Runs a finished run again from its manifest and compares every bit of every table."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.catalogue.stored import TWIN, StoredRun, TableFiles, digest_of_table
from sim.core.errors import RunError
from sim.core.parquet import digest
from sim.plugins.data_files import changed_files
from sim.runs.checkpoint import Checkpoint
from sim.runs.code_digest import code_digest
from sim.runs.events import EventWriter
from sim.runs.loop import Options, simulate_worlds
from sim.runs.manifest import commit, versions
from sim.runs.progress import Wanted
from sim.scenario import Scenario
from sim.scenario.build import from_document
from sim.scenario.document import Document

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.core.tables import Table

PLUGINS, FILE, CHANGED = "plug-ins", "the file {name}", "another"
DIGITS = 12  # of a digest, in messages
MATTERING = ("gresham", "python", "numpy", "numba", "mesa", "scipy")
BAD_SAMPLE = "--sample is a number of runs, at least 1, not {n}"
FIRST_CELL = "first at row {row}, column {column}: {then} then, {now} now"
OTHER_ROWS, OTHER_DAYS = "{then} rows then, {now} now", "{then} days then, {now} now"
ON_DAY = "{day}: {difference}"


@dataclass(frozen=True)
class Compared:
    """One table of a run: whether it came out the same, and if not, where the first difference is."""

    table: str
    same: bool
    difference: str = ""


@dataclass
class Reproduced:
    """What came of running it again."""

    run: str
    tables: list[Compared] = field(default_factory=list)
    differing: dict[str, tuple[str, str]] = field(default_factory=dict)  # what: then, now

    @property
    def same(self) -> bool:
        """Whether every table is the same bits."""
        return all(table.same for table in self.tables)


def run_again(
    run: StoredRun, *, threads: int | None = None, base: str | Path | None = None, progress: Wanted = False
) -> Reproduced:
    """Run it again in memory, twin and interaction log too if it had them, and compare digests table by table.

    `base` is the folder that plug-ins written as `file.py:Class` are looked for in.
    Raises RunError or ScenarioError when its scenario cannot be run by this version.
    """
    manifest = run.manifest()
    scenario = _scenario(manifest, Path(base) if base is not None else Path())
    found = Reproduced(run.name, differing=differences(run, manifest) | _other_inputs(manifest, scenario))
    with tempfile.TemporaryDirectory(prefix="gresham-") as aside:
        made, digests = _simulate(scenario, manifest, Options(threads=threads, progress=progress), Path(aside))
        for name, about in manifest["tables"].items():
            found.tables.append(_compare(name, about["sha256"], made.get(name), digests.get(name), run, Path(aside)))
    return found


def differences(run: StoredRun, manifest: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Versions, commit and code under which the run was made, where they are not those of today."""
    now = versions()
    pairs = {name: (str(manifest["versions"].get(name)), now.get(name, "")) for name in MATTERING if name in now}
    if "key" in manifest:
        pairs["code"] = (str(manifest["key"]).rpartition("-")[2], code_digest())
    else:
        pairs["commit"] = (str(manifest.get("commit"))[:12], str(commit())[:12])
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _other_inputs(manifest: dict[str, Any], scenario: Scenario) -> dict[str, tuple[str, str]]:
    """Code of plug-ins, and files that they read, where they are no longer the same."""
    found: dict[str, tuple[str, str]] = {}
    then, now = list(manifest.get("plugins", ())), scenario.plugin_code()
    if then != now:
        found[PLUGINS] = (_short(then), _short(now))
    kept = manifest.get("files", {})
    for name in changed_files(kept, scenario.base):
        found[FILE.format(name=name)] = (_short([kept[name]]), CHANGED)
    return found


def _short(digests: list[str]) -> str:
    return " ".join(digest[:DIGITS] for digest in digests) or "none"


def _scenario(manifest: dict[str, Any], base: Path) -> Scenario:
    return from_document(Scenario, Document(manifest["scenario"]), base)


def _simulate(
    scenario: Scenario, manifest: dict[str, Any], options: Options, aside: Path
) -> tuple[dict[str, Table], dict[str, str]]:
    """Tables of the run made anew, and the digests of its interaction log."""
    options.events = bool(manifest.get("events"))
    options.twin = bool(manifest.get("twin")) and TWIN in manifest["tables"]
    events = EventWriter(aside) if options.events else None
    main, twin, _ = simulate_worlds(scenario, options, Checkpoint(0, 0.0, None, events), None)
    made = {name: main[name] for name in main.names} | ({TWIN: twin} if twin is not None else {})
    return made, events.digests if events is not None else {}


def _compare(
    name: str, wanted: str, made: Table | None, log_digest: str | None, run: StoredRun, aside: Path
) -> Compared:
    if log_digest is not None:
        files = tuple(sorted((aside / name).glob("day-*.parquet")))
        again = [TableFiles((str(file),), b"", 0) for file in files]
        return _judged(name, wanted, log_digest, run, lambda: _first_in_log(run, name, again))
    if made is None:
        return Compared(name, False, "this version makes no such table")
    return _judged(name, wanted, digest(made.arrays()), run, lambda: first_difference(_kept(run, name), made.arrow()))


def _judged(name: str, wanted: str, got: str, run: StoredRun, where: Any) -> Compared:
    if got != wanted:
        return Compared(name, False, where())
    part = run.parts[name]
    if digest_of_table(name, part) != wanted:
        return Compared(name, False, "comes out as its manifest says, but its file holds something else")
    return Compared(name, True)


def _kept(run: StoredRun, name: str) -> pa.Table:
    import pyarrow.parquet as pq

    return pq.ParquetFile(run.parts[name].files[0]).read()


def _first_in_log(run: StoredRun, name: str, again: list[TableFiles]) -> str:
    """The first day of the log that differs, and where in it."""
    import pyarrow.parquet as pq

    for kept, made in zip(run.parts[name].files, again, strict=False):
        difference = first_difference(pq.ParquetFile(kept).read(), pq.ParquetFile(made.files[0]).read())
        if difference != NOWHERE:
            return ON_DAY.format(day=kept.stem, difference=difference)
    return OTHER_DAYS.format(then=len(run.parts[name].files), now=len(again))


NOWHERE = "the files agree, but not with their manifest"


def first_difference(then: pa.Table, now: pa.Table) -> str:
    """The first row in which two tables differ, and the first column of it; or how their forms differ."""
    import numpy as np

    lacking = [c for c in then.column_names if c not in now.column_names]
    new = [c for c in now.column_names if c not in then.column_names]
    if lacking or new:
        difference = [f"columns no longer there: {', '.join(lacking)}"] if lacking else []
        return "; ".join(difference + ([f"new columns: {', '.join(new)}"] if new else []))
    n = min(then.num_rows, now.num_rows)
    first: tuple[int, str, Any, Any] | None = None
    for column in then.column_names:
        a, b = then[column].to_numpy()[:n], now[column].to_numpy()[:n]
        differ = np.flatnonzero(~_equal(a, b))
        if len(differ) and (first is None or differ[0] < first[0]):
            first = (int(differ[0]), column, a[differ[0]], b[differ[0]])
    if first is not None:
        row, column, was, is_now = first
        return FIRST_CELL.format(row=row, column=column, then=was, now=is_now)
    return OTHER_ROWS.format(then=then.num_rows, now=now.num_rows) if then.num_rows != now.num_rows else NOWHERE


def _equal(a: Any, b: Any) -> Any:
    """Cell by cell, as bits would have it: NaN is NaN."""
    same = a == b
    return same | ((a != a) & (b != b)) if a.dtype.kind == "f" and b.dtype.kind == "f" else same


def sample_runs(names: list[str], n: int) -> list[str]:
    """`n` names spread evenly over a list, the first and the last among them."""
    import numpy as np

    if n < 1:
        raise RunError(BAD_SAMPLE.format(n=n))
    return [names[i] for i in sorted({*np.linspace(0, len(names) - 1, min(n, len(names))).round().astype(int)})]
