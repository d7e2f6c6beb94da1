"""Files that are opened while somebody watches, told by Python's audit events.

Compiled code of other libraries opens files without an event. Of pyarrow's readers, that of Parquet files is made to
tell; pandas reads Parquet through it.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import source_from_cache
from typing import Any
from urllib.parse import unquote, urlsplit

OPENED, PARQUET = "gresham.open", "pyarrow.parquet"
_SYSTEM = tuple(os.path.join(os.sep, name, "") for name in ("proc", "sys", "dev"))
_IN_MEMORY = (":memory:", "")
_watchers: dict[int, Opened] = {}  # by thread: who watches there
_hooked = False


@dataclass
class Opened:
    """Absolute paths of files, in the order in which they were first opened."""

    read: dict[str, None] = field(default_factory=dict)
    written: dict[str, None] = field(default_factory=dict)

    def add(self, path: str, writes: bool) -> None:
        """Note a file. What was written first is not an input, though it may be read again."""
        if writes:
            self.written[path] = None
        elif path not in self.written:
            self.read[path] = None


@contextlib.contextmanager
def watching() -> Iterator[Opened]:
    """The files that are opened inside, by this thread and by threads in which nobody watches."""
    global _hooked
    if not _hooked:
        sys.addaudithook(_note)  # cannot be taken away again: it does nothing unless somebody watches
        _hooked = True
    _watch_parquet()
    thread, mine = threading.get_ident(), Opened()
    outer = _watchers.get(thread)
    _watchers[thread] = mine
    try:
        yield mine
    finally:
        if outer is None:
            del _watchers[thread]
        else:
            _watchers[thread] = outer
            outer.read.update(mine.read)
            outer.written.update(mine.written)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watchers or event not in _PATHS:
        return
    path = _PATHS[event](*arguments)
    if path is None or path.startswith(_SYSTEM):
        return
    writes = event == "open" and _writes(*arguments[1:])
    own = _watchers.get(threading.get_ident())
    for each in [own] if own is not None else [*_watchers.values()]:
        each.add(path, writes)


def _writes(mode: object, flags: object) -> bool:
    """Whether a file is opened to be made anew or written to, without a look at what is in it."""
    if isinstance(mode, str):
        return mode[:1] in ("w", "x") or ("a" in mode and "+" not in mode)
    return isinstance(flags, int) and (flags & (os.O_WRONLY | os.O_TRUNC)) != 0


def _of_file(path: object, *_: object) -> str | None:
    """The absolute path; None for a descriptor. A cached bytecode file stands for its source."""
    if not isinstance(path, str | bytes | os.PathLike):
        return None
    text = os.path.abspath(os.fsdecode(path))
    if text.endswith(".pyc"):
        with contextlib.suppress(ValueError):
            return source_from_cache(text)
    return text


def _of_database(path: object, *_: object) -> str | None:
    """The file of an SQLite database, which may be given as a URI."""
    if isinstance(path, str) and path.startswith("file:"):
        path = unquote(urlsplit(path).path)
    return None if path in _IN_MEMORY else _of_file(path)


_PATHS: dict[str, Callable[..., str | None]] = {
    "open": _of_file,
    OPENED: _of_file,
    "sqlite3.connect": _of_database,
}


def _watch_parquet() -> None:
    """Let pyarrow's readers of Parquet files tell which they open, if they are loaded."""
    module = sys.modules.get(f"{PARQUET}.core")
    for name in ("ParquetFile", "ParquetDataset"):
        cls = getattr(module, name, None)
        if cls is not None and not hasattr(cls.__init__, "__wrapped__"):
            cls.__init__ = _announce_reads(cls.__init__)


def _announce_reads(begin: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(begin)
    def announcing(self: object, *args: Any, **kwargs: Any) -> None:
        source = args[0] if args else kwargs.get("source", kwargs.get("path_or_paths"))
        for path in source if isinstance(source, list | tuple) else [source]:
            for file in _parts(path):
                sys.audit(OPENED, file)
        begin(self, *args, **kwargs)

    return announcing


def _parts(path: Any) -> list[str]:
    """The files of a data set: itself, or all in a folder."""
    if not isinstance(path, str | os.PathLike):
        return []
    name = os.fsdecode(path).removeprefix("file://")
    if not os.path.isdir(name):
        return [name]
    return sorted(os.path.join(folder, file) for folder, _, files in os.walk(name) for file in files)
