"""What a plug-in's behaviour hangs on: the files of its code and data as they were when they were imported.

A result is known by the code that made it, so that results of older code are never taken for those of newer code.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FunctionType, ModuleType
from weakref import WeakKeyDictionary

from sim.plugins.class_code import digest_of_class
from sim.plugins.opened_files import Opened
from sim.plugins.places import digest_of_file, is_library
from sim.plugins.source_files import sources_of

FROM_FILE = "gresham_plugin_"  # modules of plug-ins' own files have names that begin so
_CODE = (".py", ".so", ".pyd")
_of_class: WeakKeyDictionary[type, str] = WeakKeyDictionary()  # digests of classes, as their modules were imported
_records: dict[str, dict[Path, str]] = {}  # by module: digest of each file, read when the module was imported
_homes: dict[str, Path] = {}  # by module: the folder whose modules its functions import when they run


def record(
    module: ModuleType, opened: Opened, neighbours: Mapping[str, ModuleType], folder: Path | None = None
) -> None:
    """Note down what a module hangs on: its file, those of the modules it imports in turn, the data it opened.

    `folder` is where the modules lie that it can import by their plain names.
    """
    sources = sources_of(module, neighbours, folder)
    files = dict(sources.files)
    for name in opened.read:
        path = Path(name).resolve()
        if path.suffix not in _CODE and path.is_file() and not is_library(path):
            files[path] = None
    kept = _records[module.__name__] = {path: digest_of_file(path) for path in sorted(files)}
    _homes.pop(module.__name__, None)
    if folder is not None and any(
        (folder / f"{name}.py").is_file() or (folder / name / "__init__.py").is_file() for name in sources.late
    ):
        _homes[module.__name__] = folder
    names = hashlib.sha256()
    for path, digest in kept.items():
        names.update(f"{path.name}\0{digest}\0".encode())
    for value in vars(module).values():
        if isinstance(value, type) and value.__module__ == module.__name__:
            _of_class[value] = names.hexdigest()


def recorded(module_name: str) -> Mapping[Path, str]:
    """The files that a module hangs on, and their digests when it was imported; empty when it was not recorded."""
    return _records.get(module_name, {})


def home_of(module_name: str) -> Path | None:
    """The folder that a plug-in's functions import modules from when they run; None when they import none."""
    return _homes.get(module_name)


def changed(module_name: str) -> bool:
    """Whether a file that a recorded module hangs on is not what it was when the module was imported."""
    kept = _records.get(module_name)
    return kept is None or any(not path.is_file() or digest_of_file(path) != digest for path, digest in kept.items())


def code_of(cls: type) -> str:
    """Digest of everything that a plug-in's class hangs on; empty for ours and for installed packages.

    Of a class that was made in a notebook's cell, at a prompt or inside a function it is that of its compiled methods
    and of all that they use; where that cannot be told it is a random token, so that its results are never taken for
    those of another.
    """
    if cls.__module__.partition(".")[0] == __package__.partition(".")[0]:
        return ""
    module = sys.modules.get(cls.__module__)
    file = getattr(module, "__file__", None)
    if cls not in _of_class:
        if module is None or file is None or not Path(file).is_file():  # as of a program on standard input
            return digest_of_class(cls)
        if is_library(Path(file).resolve()):
            return ""
        record(module, Opened(), {})
    known = _of_class.get(cls, "")
    if known and stands_in(cls, file):
        return known
    return hashlib.sha256(f"{known}{digest_of_class(cls)}".encode()).hexdigest()


def stands_in(cls: type, file: str | None) -> bool:
    """Whether a class is written at the top level of a file: not in a function, at a prompt or in a text."""
    if file is None or "<locals>" in cls.__qualname__:
        return False
    methods = {name: value.__code__ for name, value in vars(cls).items() if isinstance(value, FunctionType)}
    # a dataclass makes its own methods of a text
    written = [code for name, code in methods.items() if not (name.startswith("__") and code.co_filename == "<string>")]
    return all(Path(code.co_filename).is_file() for code in written)
