"""The index of a results folder: what was read from manifests and footers, kept for the next question.

An entry holds for a run as long as every one of its files is the very one it was read from: same size, inode and times.
A run with any other file is read again, so an index is never stale; one that cannot be read or written is done
without. Several processes may write it: each replaces it whole, and every entry is checked when it is used.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.catalogue.stored import BY_DAY, StoredRun, TableFiles, open_run
from sim.runs.manifest import MANIFEST

NAME = ".gresham-index"
FORMAT = 2
WORTH_IT = 50  # runs; fewer are read as fast without
FRESH_NS = 3_000_000_000  # a file so young could change again within the resolution of its times
OWN = ("seed", "digest", "key", "finished", "wall_s", "tables_digest")  # what differs from run to run of a study


@dataclass(frozen=True)
class Stamp:
    """The state of the files of a run: a digest of size, inode and times, their bytes, and the last change (ns)."""

    checksum: str
    size: int
    changed_ns: int


class RunIndex:
    """What is known of the runs below a folder: `open` takes a run from here or reads it, `save` keeps what is new.

    An entry of a run: number of what it shares with others, what is its own, number of its layout, rows of every table,
    bytes, checksum. A layout: for each table its name, its files and the number of its schema.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._raw_schemas: list[bytes] = []
        self._schemas = Numbered()
        self._shared = Numbered()
        self._layouts = Numbered()
        self._known: dict[str, list[Any]] = {}
        self._used: dict[str, list[Any]] = {}
        self._changed = 0
        for file in places(root):
            if self._read(file):
                break

    def open(self, folder: Path, name: str) -> StoredRun:
        """A finished run from its folder; UnfitError as `open_run` has it."""
        entry = self._known.get(name)
        if entry is not None:
            found = self._from_entry(folder, name, entry)
            if found is not None:
                self._used[name] = entry
                return found
        self._changed += 1
        before = time.time_ns()
        stored = open_run(folder, name)
        layout = [
            [table, [file.name for file in part.files], self._schemas.number(base64.b64encode(part.schema).decode())]
            for table, part in stored.parts.items()
        ]
        stamp = _stamp(str(folder), layout)
        if stamp is not None and before - stamp.changed_ns > FRESH_NS:
            self._used[name] = self._entry(stored, layout, stamp)
        return stored

    def save(self) -> None:
        """Keep what was read; beside the runs, or in the user's cache when that folder cannot be written to."""
        dropped = len(self._known.keys() - self._used.keys())
        if len(self._used) < WORTH_IT or not (self._changed or dropped):
            return
        pools = {"schemas": self._schemas.values, "shared": self._shared.values, "layouts": self._layouts.values}
        data = json.dumps({"format": FORMAT, **pools, "runs": self._used}, separators=(",", ":")).encode()
        sealed = hashlib.sha256(data).hexdigest().encode() + b"\n" + data
        for file in places(self.root):
            if _replace(file, sealed):
                return

    def _read(self, file: Path) -> bool:
        try:
            seal, _, data = file.read_bytes().partition(b"\n")
            if hashlib.sha256(data).hexdigest().encode() != seal:
                return False
            found = json.loads(data)
            if found["format"] != FORMAT:
                return False
            pools = [Numbered(found[name]) for name in ("schemas", "shared", "layouts")]
            self._raw_schemas = [base64.b64decode(schema) for schema in found["schemas"]]
            self._known = dict(found["runs"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return False
        self._schemas, self._shared, self._layouts = pools
        return True

    def _entry(self, stored: StoredRun, layout: list[list[Any]], stamp: Stamp) -> list[Any]:
        own = {key: stored.head[key] for key in OWN if key in stored.head}
        shared = {key: value for key, value in stored.head.items() if key not in OWN}
        rows = [part.rows for part in stored.parts.values()]
        return [self._shared.number(shared), own, self._layouts.number(layout), rows, stamp.size, stamp.checksum]

    def _from_entry(self, folder: Path, name: str, entry: list[Any]) -> StoredRun | None:
        """The run of an entry; None when a file of it is another one by now."""
        shared, own, number, rows, size, checksum = entry
        at, layout = str(folder), self._layouts.values[number]
        stamp = _stamp(at, layout)
        if stamp is None or stamp.checksum != checksum:
            return None
        parts = {
            table: TableFiles(tuple(f"{at}/{_path(table, file)}" for file in files), self._raw_schemas[schema], n)
            for (table, files, schema), n in zip(layout, rows, strict=True)
        }
        return StoredRun(name, folder, self._shared.values[shared] | own, parts, size)


class Numbered:
    """Values that many entries share, each kept once and known by its number."""

    def __init__(self, values: Sequence[Any] = ()) -> None:
        self.values = list(values)

    @cached_property  # most questions add nothing, and need no numbers
    def _numbers(self) -> dict[str, int]:
        return {json.dumps(value, sort_keys=True): number for number, value in enumerate(self.values)}

    def number(self, value: Any) -> int:
        """The number of a value, which is new when it was not there."""
        number = self._numbers.setdefault(json.dumps(value, sort_keys=True), len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number


def places(root: Path) -> list[Path]:
    """Where the index of a folder may lie: in it, or else in the user's cache."""
    key = hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
    return [root / NAME, _cache_folder() / f"{key}.index"]


def _cache_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~\\AppData\\Local")).expanduser() / "gresham"
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "gresham"


def _path(table: str, file: str) -> str:
    return f"{table}/{file}" if table in BY_DAY else file


def _stamp(folder: str, layout: list[list[Any]]) -> Stamp | None:
    """The state of the manifest and of every file of every table; None when one is gone or came."""
    states, size, changed_ns = [], 0, 0
    try:
        for table, files, _ in layout:
            if table in BY_DAY:
                there = sorted(each for each in os.listdir(f"{folder}/{table}") if each.endswith(".parquet"))
                if there != files:
                    return None
        for path in (MANIFEST, *(_path(table, file) for table, files, _ in layout for file in files)):
            at = os.stat(f"{folder}/{path}")
            states.append(f"{at.st_size} {at.st_ino} {at.st_mtime_ns} {at.st_ctime_ns}")
            size += at.st_size
            changed_ns = max(changed_ns, at.st_mtime_ns, at.st_ctime_ns)
    except OSError:
        return None
    return Stamp(hashlib.sha256("\n".join(states).encode()).hexdigest()[:32], size, changed_ns)


def _replace(file: Path, data: bytes) -> bool:
    """Write a file whole or not at all; False where that is not possible."""
    aside = file.with_name(f"{NAME}-{uuid.uuid4().hex[:8]}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(data)
        aside.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
        return False
    return True
