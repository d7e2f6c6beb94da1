"""Files that plug-ins read while a run goes on, each with the digest that it had when it was read.

They cannot be part of a scenario's digest, which is taken before the run: they stand in the manifest, and a stored
result is taken again only while they are the same.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sim.plugins.code_record import home_of, recorded
from sim.plugins.neighbours import importing_from
from sim.plugins.opened_files import Opened, watching
from sim.plugins.places import digest_of_file, is_library

ABSENT = "not there"
UNSTABLE = "changed while the run went on"
_SETTLED_NS = 2_000_000_000  # a file that was written later than this ago may be written again under the same stamp
_runs = itertools.count(1)
_current = 0  # number of the run that began last
_read: dict[str, dict[str, tuple[str, int]]] = {}  # by module: path -> its digest, and in which run that was read
_digests: dict[str, tuple[tuple[int, int, int], str]] = {}  # by path: what stat said of it, its digest


def start_run() -> None:
    """From now on, files may be other ones than in earlier runs."""
    global _current
    _current = next(_runs)


@contextlib.contextmanager
def running(cls: type) -> Iterator[None]:
    """While code of a plug-in's class runs: its late imports find its neighbours, and the files it reads are noted."""
    home = home_of(cls.__module__)
    with watching() as opened:
        try:
            with importing_from(home, again=True) if home is not None else contextlib.nullcontext():
                yield
        finally:
            if opened.read:
                _take_down(cls.__module__, opened)


def files_read(classes: Iterable[type], base: Path | None) -> dict[str, str]:
    """Files that plug-ins of these classes have read, by path relative to `base` (the current folder), with digests."""
    modules = dict.fromkeys(cls.__module__ for cls in classes)
    found = {path: digest for name in modules for path, (digest, _) in _read.get(name, {}).items()}
    return {_relative(path, base): found[path] for path in sorted(found)}


def changed_files(files: Mapping[str, str], base: Path | None) -> list[str]:
    """Which of the files that a result hangs on are no longer what they were."""
    where = base or Path()
    return [name for name, digest in files.items() if digest != _digest_now(str(where / name))]


def union_of_files(some: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    """Files that two parts of one run have read; one that was not the same for both is noted as such."""
    both = {**some, **others}
    return {name: both[name] if some.get(name, both[name]) == both[name] else UNSTABLE for name in sorted(both)}


def changed_since(module_name: str) -> bool:
    """Whether a file that a module's plug-ins read in an earlier run is another one now."""
    return any(_digest_now(path) != digest for path, (digest, _) in _read.get(module_name, {}).items())


def forget_files(module_name: str) -> None:
    """Forget what a module read: it is imported anew."""
    _read.pop(module_name, None)


def _take_down(module_name: str, opened: Opened) -> None:
    imported, notes = recorded(module_name), _read.setdefault(module_name, {})
    for path in opened.read:
        if is_library(Path(path)) or (os.path.exists(path) and not os.path.isfile(path)):
            continue
        digest = _digest_now(path)
        if imported.get(Path(path).resolve()) == digest:
            continue
        before, run = notes.get(path, (digest, _current))
        notes[path] = (digest if before == digest or run < _current else UNSTABLE, _current)


def _digest_now(path: str) -> str:
    """The digest of a file; read anew only when its size, time or place on the disk has changed."""
    try:
        about = os.stat(path)
        stamp = (about.st_mtime_ns, about.st_size, about.st_ino)
        known = _digests.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        digest = digest_of_file(Path(path))
        if time.time_ns() - about.st_mtime_ns > _SETTLED_NS:
            _digests[path] = (stamp, digest)
        return digest
    except OSError:
        return ABSENT


def _relative(path: str, base: Path | None) -> str:
    try:
        return Path(os.path.relpath(path, base)).as_posix()
    except ValueError:  # on another drive
        return Path(path).as_posix()
