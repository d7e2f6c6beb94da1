"""Plug-ins from a user's own Python file: imported by path, and picklable into other processes."""

from __future__ import annotations

import copyreg
import dataclasses
import importlib.util
import sys
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

from sim.plugins.code_record import FROM_FILE, changed, record, recorded
from sim.plugins.data_files import changed_since, forget_files, running
from sim.plugins.neighbours import importing_from, spec_of
from sim.plugins.opened_files import PARQUET, watching
from sim.plugins.permission import ask_to_import
from sim.plugins.places import is_library_module

_NO_FILE = "it is not a Python file"


def module_name(path: Path) -> str:
    """The name under which the module of a plug-in's file is kept; files of the same name do not meet."""
    return f"{FROM_FILE}{path.stem}_{zlib.crc32(str(path).encode()):08x}"


def import_file(path: Path) -> ModuleType:
    """The module in a Python file, which may import modules that lie beside it.

    It is imported again only when the file, a module that it imports in turn or data that it read has changed.
    """
    name = module_name(path)
    if name in sys.modules and not changed(name) and not changed_since(name):
        return sys.modules[name]
    path.stat()  # a file that is not there is named as such
    spec = spec_of(name, path) if path.suffix == ".py" and path.is_file() else None
    if spec is None or spec.loader is None:
        raise ImportError(_NO_FILE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look up their own module while they are created
    try:
        _load_parquet_reader(path.parent)
        with watching() as opened, importing_from(path.parent) as neighbours:
            spec.loader.exec_module(module)
        record(module, opened, neighbours, path.parent)
        forget_files(name)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def import_named(name: str) -> ModuleType:
    """The module of a dotted name, with a note of what it hangs on if it is a user's own."""
    with watching() as opened:
        module = importlib.import_module(name)
    if not recorded(module.__name__) and module.__spec__ is not None and not is_library_module(module):
        record(module, opened, {})
    return module


def _load_parquet_reader(folder: Path) -> None:
    """Load it before code that may read Parquet files: only when it is loaded can it be made to tell which."""
    if any(b"parquet" in file.read_bytes() for file in sorted(folder.glob("*.py")) if file.is_file()):
        importlib.import_module(PARQUET)


def spell_pickles(cls: type, path: Path) -> None:
    """Pickle instances of a class by the path of its file, for checkpoints and worker processes."""

    def reduce(plugin: Any) -> tuple[Any, ...]:
        values = {f.name: getattr(plugin, f.name) for f in dataclasses.fields(plugin)}
        return revive, (str(path), cls.__name__, values, getattr(plugin, "_spelling", None))

    copyreg.pickle(cls, reduce)


def revive(path: str, class_name: str, values: dict[str, Any], spelling: str | None) -> Any:
    """Rebuild a pickled instance, in any process."""
    ask_to_import(f"{path}:{class_name}", path)
    cls = getattr(import_file(Path(path)), class_name)
    spell_pickles(cls, Path(path))
    with running(cls):
        plugin = cls(**values)
    object.__setattr__(plugin, "_spelling", spelling)
    return plugin
