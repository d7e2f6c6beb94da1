"""Plug-ins from a user's own Python file: imported by path, and picklable into other processes."""

from __future__ import annotations

import copyreg
import dataclasses
import hashlib
import importlib.util
import sys
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

_STAMPS: dict[str, tuple[int, int]] = {}


def import_file(path: Path) -> ModuleType:
    """The module in a Python file; imported again only when the file has changed."""
    stat = path.stat()
    name = f"gresham_plugin_{path.stem}_{zlib.crc32(str(path).encode()):08x}"
    stamp = (stat.st_mtime_ns, stat.st_size)
    if _STAMPS.get(name) == stamp and name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError("it is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look up their own module while they are created
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    _STAMPS[name] = stamp
    return module


def code_of(cls: type) -> str:
    """Digest of the file that defines a class (not of what that file imports in turn).

    Empty for our own classes, which our version identifies, and where there is no file, as in a notebook.
    """
    module = sys.modules.get(cls.__module__)
    file = getattr(module, "__file__", None)
    if cls.__module__.partition(".")[0] == __package__.partition(".")[0] or file is None:
        return ""
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def spell_pickles(cls: type, path: Path) -> None:
    """Pickle instances of a class by the path of its file, for checkpoints and worker processes."""

    def reduce(plugin: Any) -> tuple[Any, ...]:
        values = {f.name: getattr(plugin, f.name) for f in dataclasses.fields(plugin)}
        return revive, (str(path), cls.__name__, values, getattr(plugin, "_spelling", None))

    copyreg.pickle(cls, reduce)


def revive(path: str, class_name: str, values: dict[str, Any], spelling: str | None) -> Any:
    """Rebuild a pickled instance, in any process."""
    cls = getattr(import_file(Path(path)), class_name)
    spell_pickles(cls, Path(path))
    plugin = cls(**values)
    object.__setattr__(plugin, "_spelling", spelling)
    return plugin
