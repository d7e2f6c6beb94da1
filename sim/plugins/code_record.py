"""What a plug-in's behaviour hangs on: the files of its code and data as they were when they were imported.

A result is known by the code that made it, so that results of older code are never taken for those of newer code.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import inspect
import secrets
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType
from weakref import WeakKeyDictionary

_LIBRARIES = tuple(Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib", "purelib", "platlib"))
_OWN = Path(__file__).resolve().parents[1]
_NOT_DATA = (".py", ".pyc", ".so", ".pyd")
_opened: set[str] | None = None  # files opened since `watching` began; None when nobody watches
_hooked = False
_unnamed: dict[type, str] = {}  # digests of classes without a file
_of_class: WeakKeyDictionary[type, str] = WeakKeyDictionary()  # digests of classes, as their modules were imported
_records: dict[str, dict[Path, str]] = {}  # by module: digest of each file, read when the module was imported


def is_library(path: Path) -> bool:
    """Whether a file belongs to Python, to an installed package or to us: versions identify those."""
    return any(place in path.parents for place in (*_LIBRARIES, _OWN))


@contextlib.contextmanager
def watching() -> Iterator[set[str]]:
    """The set of files that are opened inside, by an audit hook."""
    global _opened, _hooked
    if not _hooked:
        sys.addaudithook(_note)  # cannot be taken away again: it does nothing unless somebody watches
        _hooked = True
    before, _opened = _opened, set()
    try:
        yield _opened
    finally:
        if before is not None:
            before |= _opened
        _opened = before


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if _opened is not None and event == "open" and isinstance(arguments[0], str):
        _opened.add(arguments[0])


def record(module: ModuleType, opened: set[str], neighbours: dict[str, ModuleType]) -> dict[Path, str]:
    """Note down what a module hangs on: its file, those of the modules it imports in turn, the data it opened."""
    files = {path for path in _sources(module, neighbours) if not is_library(path)}
    for name in opened:
        path = Path(name).resolve()
        if path.suffix not in _NOT_DATA and path.is_file() and not is_library(path):
            files.add(path)
    kept = _records[module.__name__] = {path: _digest(path) for path in sorted(files)}
    names = hashlib.sha256()
    for path, digest in kept.items():
        names.update(f"{path.name}\0{digest}\0".encode())
    for value in vars(module).values():
        if isinstance(value, type) and value.__module__ == module.__name__:
            _of_class[value] = names.hexdigest()
    return kept


def changed(module_name: str) -> bool:
    """Whether a file that a recorded module hangs on is not what it was when the module was imported."""
    kept = _records.get(module_name)
    return kept is None or any(not path.is_file() or _digest(path) != digest for path, digest in kept.items())


def files_of(module_name: str) -> dict[Path, str]:
    """The files that a module hangs on and their digests; empty when it was not recorded."""
    return dict(_records.get(module_name, {}))


def code_of(cls: type) -> str:
    """Digest of everything that a plug-in's class hangs on; empty for ours and for installed packages.

    Of a class without a file (a notebook's cell) it is that of its source, else that of its compiled methods; where
    there is neither it is a random token, so that its results are never taken for those of another.
    """
    if cls.__module__.partition(".")[0] == __package__.partition(".")[0]:
        return ""
    if cls in _of_class:
        return _of_class[cls]
    module = sys.modules.get(cls.__module__)
    file = getattr(module, "__file__", None)
    if module is None or file is None:
        return _unnamed.setdefault(cls, _digest_without_file(cls))
    if is_library(Path(file).resolve()):
        return ""
    record(module, set(), {})
    return _of_class.get(cls) or _unnamed.setdefault(cls, _digest_without_file(cls))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest_without_file(cls: type) -> str:
    try:
        return hashlib.sha256(inspect.getsource(cls).encode()).hexdigest()
    except (OSError, TypeError):
        codes = [value.__code__ for _, value in sorted(vars(cls).items()) if hasattr(value, "__code__")]
    if not codes:
        return secrets.token_hex()
    return hashlib.sha256(repr([_plain(code) for code in codes]).encode()).hexdigest()


def _plain(code: CodeType) -> tuple[object, ...]:
    constants = tuple(_plain(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts)
    return code.co_code, constants, code.co_names


def _sources(module: ModuleType, neighbours: dict[str, ModuleType]) -> set[Path]:
    """Files of a module and of all that it imports in turn, but for libraries."""
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        each = waiting.pop()
        file = getattr(each, "__file__", None)
        path = Path(file).resolve() if file else None
        if path is None or path in found or is_library(path):
            continue
        found.add(path)
        waiting += [m for m in (_loaded(name, neighbours) for name in _imports(path, each)) if m is not None]
    return found


def _loaded(name: str, neighbours: dict[str, ModuleType]) -> ModuleType | None:
    return neighbours.get(name) or sys.modules.get(name)


def _imports(path: Path, module: ModuleType) -> Iterator[str]:
    """Dotted names that a source file imports, with those of the packages they are in."""
    if path.suffix != ".py":
        return
    package = module.__spec__.parent if module.__spec__ else ""
    for node in ast.walk(ast.parse(path.read_bytes())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            parent = ".".join((package or "").split(".")[: max(0, len((package or "").split(".")) - node.level + 1)])
            base = node.module or ""
            base = f"{parent}.{base}".strip(".") if node.level else base
            names = [base, *(f"{base}.{each.name}".strip(".") for each in node.names)]
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[: n + 1]) for n in range(len(parts)))
