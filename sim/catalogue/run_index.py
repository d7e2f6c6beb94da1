"""The index of a results folder: what was read from manifests and footers, kept for the next question.

An entry holds for a run as long as every one of its files is the very one it was read from: same size, inode and times.
What is not, is read anew, so an index is never stale; one that cannot be read or written is done without. Several
processes may write it: each replaces it whole, and every entry is checked when it is used.
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
from pathlib import Path
from typing import Any

from sim.catalogue.stored import BY_DAY, StoredRun, TableFiles, open_run
from sim.runs.manifest import MANIFEST

NAME = ".gresham-index"
FORMAT = 1
WORTH_IT = 50  # runs; fewer are read as fast without
FRESH_NS = 3_000_000_000  # a file so young could change again within the resolution of its times
Stamp = list[int]


class RunIndex:
    """What is known of the runs below a folder: `open` takes a run from here or reads it, `save` keeps what is new."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._schemas: list[bytes] = []
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
        stamps = _stamps(
            str(folder), {table: [file.name for file in part.files] for table, part in stored.parts.items()}
        )
        if stamps is not None and all(before - max(stamp[2:4]) > FRESH_NS for stamp in stamps):
            self._used[name] = self._entry(stored, stamps)
        return stored

    def save(self) -> None:
        """Keep what was read; beside the runs, or in the user's cache when that folder cannot be written to."""
        dropped = len(self._known.keys() - self._used.keys())
        if len(self._used) < WORTH_IT or not (self._changed or dropped):
            return
        schemas = [base64.b64encode(schema).decode() for schema in self._schemas]
        data = json.dumps({"format": FORMAT, "schemas": schemas, "runs": self._used}, separators=(",", ":")).encode()
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
            self._schemas = [base64.b64decode(schema) for schema in found["schemas"]]
            self._known = dict(found["runs"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return False
        return True

    def _entry(self, stored: StoredRun, stamps: list[Stamp]) -> list[Any]:
        parts = {
            table: [[file.name for file in part.files], self._schema(part.schema), part.rows]
            for table, part in stored.parts.items()
        }
        return [stored.head, parts, stamps]

    def _schema(self, schema: bytes) -> int:
        if schema not in self._schemas:
            self._schemas.append(schema)
        return self._schemas.index(schema)

    def _from_entry(self, folder: Path, name: str, entry: list[Any]) -> StoredRun | None:
        """The run of an entry; None when a file of it is another one by now."""
        head, parts, stamps = entry
        at = str(folder)
        if _stamps(at, {table: part[0] for table, part in parts.items()}) != stamps:
            return None
        found = {
            table: TableFiles(tuple(f"{at}/{_path(table, file)}" for file in files), self._schemas[schema], rows)
            for table, (files, schema, rows) in parts.items()
        }
        return StoredRun(name, folder, head, found, sum(stamp[0] for stamp in stamps))


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


def _stamps(folder: str, files: dict[str, list[str]]) -> list[Stamp] | None:
    """Size, inode and times (ns) of the manifest and of every file of every table; None when one is gone or came."""
    found = []
    try:
        for table in (name for name in BY_DAY if name in files):
            there = sorted(each for each in os.listdir(f"{folder}/{table}") if each.endswith(".parquet"))
            if there != files[table]:
                return None
        for path in (MANIFEST, *(_path(table, file) for table, own in files.items() for file in own)):
            at = os.stat(f"{folder}/{path}")
            found.append([at.st_size, at.st_ino, at.st_mtime_ns, at.st_ctime_ns])
    except OSError:
        return None
    return found


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
