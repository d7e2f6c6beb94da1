"""The source files that a module hangs on: its own and those of all that it imports in turn, at once or later."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

from sim.plugins.places import is_library

_LATE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass
class Sources:
    """Files of a module, and the top-level names that its functions import when they run."""

    files: dict[Path, None] = field(default_factory=dict)
    late: dict[str, None] = field(default_factory=dict)


def sources_of(module: ModuleType, neighbours: Mapping[str, ModuleType], folder: Path | None = None) -> Sources:
    """Files of a module and of all that it imports in turn, but for libraries.

    `neighbours` are modules that were loaded from `folder`, by their plain names. What is not loaded yet is looked for
    there and on the path, without importing it.
    """
    found = Sources()
    waiting = [_place(module)]
    while waiting:
        path, package = waiting.pop()
        if path is None or path in found.files or is_library(path):
            continue
        found.files[path] = None
        for name, late in _imports(path, package):
            if late:
                found.late[name.partition(".")[0]] = None
            loaded = neighbours.get(name) or (None if _in_folder(name, folder) else sys.modules.get(name))
            waiting.append(_place(loaded) if loaded is not None else _look_for(name, folder))
    return found


def _place(module: ModuleType) -> tuple[Path | None, str]:
    """File and package of a loaded module."""
    file, spec = getattr(module, "__file__", None), getattr(module, "__spec__", None)
    return (Path(file).resolve() if file else None), (spec.parent or "" if spec is not None else "")


def _in_folder(name: str, folder: Path | None) -> bool:
    return folder is not None and _beside(folder, name.partition(".")[0]) is not None


def _beside(folder: Path, name: str) -> Path | None:
    """The file of a module or package `name` in a folder."""
    for path in (folder / name / "__init__.py", folder / f"{name}.py"):
        if path.is_file():
            return path
    return None


def _look_for(name: str, folder: Path | None) -> tuple[Path | None, str]:
    """File and package of a module that is not loaded."""
    parts = name.split(".")
    if _in_folder(name, folder):
        for part in parts[:-1]:
            folder = (folder or Path()) / part
        path = _beside(folder or Path(), parts[-1])
        return (path.resolve() if path else None), name if path and path.stem == "__init__" else ".".join(parts[:-1])
    where: list[str] | None = None
    spec = None
    for n in range(len(parts)):
        try:
            spec = PathFinder.find_spec(".".join(parts[: n + 1]), where)
        except (ImportError, ValueError):
            spec = None
        if spec is None:
            return None, ""
        where = list(spec.submodule_search_locations or ())
    if spec is None or not spec.has_location or spec.origin is None:
        return None, ""
    return Path(spec.origin).resolve(), spec.parent or ""


def _imports(path: Path, package: str) -> Iterator[tuple[str, bool]]:
    """Dotted names that a source file imports, with those of the packages they are in; whether a function does it."""
    if path.suffix != ".py":
        return
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return  # whoever imports it is told
    for node, late in _nodes(tree, False):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = node.module or ""
            if node.level:
                base = ".".join([*parts[: max(0, len(parts) - node.level + 1)], base]).strip(".")
            names = [base, *(f"{base}.{each.name}".strip(".") for each in node.names)]
        for name in filter(None, names):
            split = name.split(".")
            yield from ((".".join(split[: n + 1]), late) for n in range(len(split)))


def _nodes(node: ast.AST, late: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Every node below, and whether it stands in a function."""
    for child in ast.iter_child_nodes(node):
        yield child, late
        yield from _nodes(child, late or isinstance(child, _LATE))
