"""Every run that is listed: finished runs by themselves, and each run that a study asks for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sim.catalogue.find import Found, find
from sim.catalogue.issues import Issue, UnfitError
from sim.catalogue.run_index import RunIndex
from sim.catalogue.stored import StoredRun, flat, load_manifest, open_run, verify
from sim.catalogue.study import StoredStudy, open_study
from sim.runs.manifest import MANIFEST

if TYPE_CHECKING:
    import pyarrow as pa

Opened = Callable[[Path, str], StoredRun]
Status = Literal["finished", "failed", "missing"]
LABELS = ("run", "scenario", "seed", "study", "point", "repetition")
PARAMETER_COLUMNS = (*LABELS, "path", "value", "number")
VERSIONS = ("gresham", "python", "mesa", "numpy", "numba")
KINDS = (  # columns of `runs` and their types; the factors, which stand after `status`, are not among them
    dict.fromkeys(LABELS, "string")
    | dict.fromkeys(("seed", "point", "repetition", "days"), "int64")
    | {"status": "string", "events": "bool", "twin": "bool"}
    | dict.fromkeys((*VERSIONS, "code", "commit", "scenario_digest", "digest"), "string")
    | {"finished": "timestamp", "wall_s": "float64", "size_bytes": "int64"}
)


@dataclass(frozen=True)
class RunEntry:
    """A run in its place: by itself (`study` is None), or as a point and repetition of a study."""

    run: str
    stored: StoredRun | None
    status: Status
    seed: int
    study: str | None = None
    point: int | None = None
    repetition: int | None = None
    factors: dict[str, Any] = field(default_factory=dict)
    code: str | None = None

    @property
    def labels(self) -> dict[str, Any]:
        """The values in front of the columns of every table."""
        scenario = self.stored.head["name"] if self.stored else None
        return dict(zip(LABELS, (self.run, scenario, self.seed, self.study, self.point, self.repetition), strict=True))


@dataclass
class Listing:
    """All that is listed below a folder, the studies, and what was skipped."""

    root: Path
    runs: list[RunEntry] = field(default_factory=list)
    studies: list[StoredStudy] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)  # folders elsewhere that links lead to

    @property
    def stored(self) -> list[StoredRun]:
        """Finished runs, each once."""
        return list({each.run: each.stored for each in self.runs if each.stored is not None}.values())

    @property
    def factors(self) -> list[str]:
        """Names of all factors, in the order in which they first occur."""
        return list(dict.fromkeys(name for each in self.runs for name in each.factors))


def make_listing(root: Path, verified: bool = False, index: RunIndex | None = None) -> Listing:
    """List a folder; `verified` also reads every table and compares its digest, `index` holds runs read before."""
    found = find(root)
    listing = Listing(root, issues=list(found.issues), linked=found.linked)
    opened = open_run if index is None else index.open
    for folder in found.runs:
        stored = _take(folder, found.name(folder), listing, verified, opened)
        if stored is not None:
            listing.runs.append(RunEntry(stored.name, stored, "finished", stored.head["seed"]))
    for folder in found.studies:
        _take_study(folder, found, listing, verified, opened)
    if index is not None:
        index.save()
    return listing


def exclude_runs(listing: Listing, spoilt: dict[str, str]) -> Listing:
    """The listing without these runs; their reasons go into its issues."""
    for run in listing.stored:
        if run.name in spoilt:
            listing.issues.append(Issue(run.name, spoilt[run.name]))
    gone = [each for each in listing.runs if each.run in spoilt]
    listing.runs = [
        replace(each, stored=None, status="missing") if each in gone else each
        for each in listing.runs
        if each not in gone or each.study is not None
    ]
    return listing


def _take(folder: Path, name: str, listing: Listing, verified: bool, opened: Opened, key: str = "") -> StoredRun | None:
    """The run of a folder if it is sound (and has that key in its study); otherwise an issue is added."""
    try:
        stored = opened(folder, name)
    except UnfitError as error:
        listing.issues.append(Issue(name, str(error)))
        return None
    wrong = "its manifest.json is another run's" if key and stored.head.get("key") != key else ""
    wrong = wrong or (verify(stored) if verified else "")
    if wrong:
        listing.issues.append(Issue(name, wrong))
        return None
    return stored


def _take_study(folder: Path, found: Found, listing: Listing, verified: bool, opened: Opened) -> None:
    name = found.name(folder)
    try:
        study = open_study(folder, name)
    except UnfitError as error:
        listing.issues.append(Issue(name, str(error)))
        return
    listing.studies.append(study)
    on_disk = study.keys_on_disk()
    wanted = {row.key for row in study.wanted}
    stored = {
        key: _take(study.run_folder(key), f"{name}/runs/{key}", listing, verified, opened, key)
        for key in on_disk
        if key in wanted
    }
    left = sum(key not in wanted for key in on_disk)
    if left:
        s = "" if left == 1 else "s"
        reason = f"{left} run{s} of other code, or that the study no longer asks for"
        listing.issues.append(Issue(f"{name}/runs", reason))
    for row in study.wanted:
        here = stored.get(row.key)
        status: Status = "finished" if here is not None else "failed" if row.key in study.failed else "missing"
        listing.runs.append(
            RunEntry(
                f"{name}/runs/{row.key}", here, status, row.seed, name, row.point, row.repetition, row.factors,
                row.key.rpartition("-")[2],
            )
        )  # fmt: skip


def runs_table(listing: Listing) -> pa.Table:
    """One row for every run listed: its place, study, factors, versions, and how long it took."""
    import pyarrow as pa

    own = [_row(each) for each in listing.runs]
    columns = {name: pa.array([row[name] for row in own], kind_of(name)) for name in KINDS}
    columns |= {factor_name(name): column for name, column in factor_columns(listing.runs).items()}
    return pa.table({name: columns[name] for name in runs_columns(listing)})


def runs_columns(listing: Listing) -> list[str]:
    """Names of the columns of `runs`, in their order."""
    first = (*LABELS, "days", "status")
    return list(dict.fromkeys([*first, *map(factor_name, listing.factors), *KINDS]))


def factor_name(factor: str) -> str:
    """The column of `runs` that holds a factor: its own name, unless that is a column already."""
    return factor if factor not in KINDS else f"factor_{factor}"


def factor_columns(runs: list[RunEntry]) -> dict[str, pa.Array]:
    """A column for every factor of any study: numbers or flags, or text where studies disagree."""
    names = dict.fromkeys(name for each in runs for name in each.factors)
    return {name: _array([each.factors.get(name) for each in runs]) for name in names}


def _array(values: list[Any]) -> pa.Array:
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None}
    if kinds == {int} and max(abs(v) for v in values if v is not None) >= 1 << 63:
        kinds = {float}
    if kinds <= {int, float} and kinds:
        kind = pa.float64() if float in kinds else pa.int64()
        return pa.array([None if v is None else float(v) if float in kinds else v for v in values], kind)
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    return pa.array([None if value is None else plain(value) for value in values], pa.string())


def plain(value: Any) -> str:
    """A value of a scenario as YAML writes it."""
    if isinstance(value, bool | None):
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)


def kind_of(column: str) -> pa.DataType:
    """The type of a column of `runs`."""
    import pyarrow as pa

    return pa.timestamp("s") if KINDS[column] == "timestamp" else pa.type_for_alias(KINDS[column])


def _row(each: RunEntry) -> dict[str, Any]:
    row = dict.fromkeys(KINDS) | each.labels | {"status": each.status, "code": each.code}
    if each.stored is None:
        return row
    head = each.stored.head
    return row | {
        "days": head["days"],
        "events": bool(head.get("events")),
        "twin": bool(head.get("twin")),
        **{name: _text(head["versions"].get(name)) for name in VERSIONS},
        "commit": _text(head.get("commit")),
        "scenario_digest": head["digest"],
        "digest": head["tables_digest"],
        "finished": _time(head["finished"]),
        "wall_s": _number(head["wall_s"]),
        "size_bytes": size_of(each.stored),
    }


def size_of(run: StoredRun) -> int:
    """Bytes of its tables and manifest; files that are gone count as nothing."""
    if run.size is not None:
        return run.size
    total = 0
    for file in (run.folder / MANIFEST, *run.files):
        try:
            total += file.stat().st_size
        except OSError:
            continue
    return total


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _time(value: Any) -> Any:
    """A time in UTC, without a time zone; None when the text is no time."""
    import datetime

    try:
        found = datetime.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found.astimezone(datetime.UTC).replace(tzinfo=None) if found.tzinfo is not None else found


def parameters_table(runs: list[RunEntry]) -> pa.Table:
    """One row for every finished run and parameter: its path, its value as text, and as a number if it is one."""
    import pyarrow as pa

    finished = [each for each in runs if each.stored is not None]
    kept = {each.run: _values(each.stored) for each in finished if each.stored is not None}
    paths: list[str] = []
    values: list[str] = []
    numbers: list[float | None] = []
    lengths: list[int] = []
    for each in finished:
        own = kept[each.run]
        paths += own
        values += [plain(value) for value in own.values()]
        numbers += [_as_number(value) for value in own.values()]
        lengths.append(len(own))
    labels = _repeated([each.labels for each in finished], lengths)
    own_columns = {"path": pa.array(paths, pa.string()), "value": pa.array(values, pa.string())}
    return pa.table({**labels, **own_columns, "number": pa.array(numbers, pa.float64())})


def _values(run: StoredRun) -> dict[str, Any]:
    """The scenario of a run, one value per path; empty when its manifest has gone in the meantime."""
    try:
        return {sys.intern(path): value for path, value in flat(load_manifest(run.folder)["scenario"]).items()}
    except UnfitError:
        return {}


def _repeated(labels: list[dict[str, Any]], lengths: list[int]) -> dict[str, pa.Array]:
    import numpy as np
    import pyarrow as pa

    index = pa.array(np.repeat(np.arange(len(lengths)), lengths))
    return {name: pa.array([row[name] for row in labels], kind_of(name)).take(index) for name in LABELS}


def _as_number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None
