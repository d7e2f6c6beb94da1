"""Modules that lie beside a plug-in's file: importable by it, and by nobody else under their plain names.

While a plug-in's file is imported, a plain `import helper` finds `helper.py` (or a package `helper`) in its folder
first. Afterwards the plain names are taken out of `sys.modules` again, so that two folders with files of the same name
are not mixed up. Imports that a plug-in makes later, inside its functions, are served in the same way while a run asks
it, and otherwise find what its folder has already loaded.
"""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from sim.plugins.places import is_library

AMBIGUOUS = "'{name}' lies in several folders of plug-ins ({folders}); import it at the top of the file that uses it"
# never taken from a plug-in's folder: the running program, we ourselves, and what comes with Python
_KEPT = frozenset({"__main__", "__mp_main__", "sim", *sys.stdlib_module_names})
_loaded: dict[Path, dict[str, ModuleType]] = {}  # by folder: neighbours by dotted plain name
_lock = threading.RLock()  # one folder at a time stands first


class _Existing(Loader):
    """Hands out a module that is loaded already."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module itself."""
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: it has been executed."""


class FreshLoader(SourceFileLoader):
    """Compiles the source every time: cached bytecode does not see an edit of the same length in the same second."""

    def get_code(self, fullname: str) -> CodeType:
        """The code of the source as it is now."""
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


def spec_of(name: str, path: Path, inside: Sequence[str] | None = None) -> ModuleSpec | None:
    """How to load a module from a source file; `inside` are the folders of a package."""
    loader = FreshLoader(name, str(path))
    where = None if inside is None else list(inside)
    return importlib.util.spec_from_file_location(name, path, loader=loader, submodule_search_locations=where)


class _InFolder(MetaPathFinder):
    """Finds top-level modules in one folder; stands first while a plug-in of that folder is imported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's place, or None when the folder does not hold it."""
        if path is not None or "." in fullname or fullname in _KEPT:
            return None
        package, module = self.folder / fullname / "__init__.py", self.folder / f"{fullname}.py"
        if package.is_file():
            return spec_of(fullname, package, [str(package.parent)])
        return spec_of(fullname, module) if module.is_file() else None


class _Later(MetaPathFinder):
    """Stands last: serves imports that a plug-in makes when it runs, from what its folder has loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The neighbour that is loaded under this name; ImportError when several folders have one."""
        homes = [folder for folder, modules in _loaded.items() if fullname in modules]
        if len(homes) > 1:
            raise ImportError(AMBIGUOUS.format(name=fullname, folders=", ".join(map(str, homes))), name=fullname)
        return ModuleSpec(fullname, _Existing(_loaded[homes[0]][fullname])) if homes else None


_later = _Later()


@contextlib.contextmanager
def importing_from(folder: Path, again: bool = False) -> Iterator[dict[str, ModuleType]]:
    """Let imports find modules of `folder` first; yields a dict that holds them, by plain name, when it is over.

    `again` keeps what was loaded from the folder before; otherwise it is loaded anew.
    """
    with _lock:
        yield from _standing_first(folder, again)


def _standing_first(folder: Path, again: bool) -> Iterator[dict[str, ModuleType]]:
    if _later not in sys.meta_path:
        sys.meta_path.append(_later)
    finder, found = _InFolder(folder), dict[str, ModuleType]()
    together = _names_in(folder)
    aside = {name: sys.modules.pop(name) for name in [*sys.modules] if _top(name) in together and not _stays(name)}
    if again:
        sys.modules.update(_loaded.get(folder, {}))
    sys.meta_path.insert(0, finder)
    try:
        yield found
    finally:
        sys.meta_path.remove(finder)
        for name, module in [*sys.modules.items()]:
            if _top(name) in together and is_in(module, folder) and not _stays(name):
                found[name] = sys.modules.pop(name)
        sys.modules.update(aside)
        _loaded[folder] = found


def _names_in(folder: Path) -> dict[str, None]:
    """Names of the modules and packages that lie in a folder."""
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return {}
    return {path.stem: None for path in paths if path.suffix == ".py" or (path / "__init__.py").is_file()}


def _top(name: str) -> str:
    return name.partition(".")[0]


def _stays(name: str) -> bool:
    """Whether a module keeps its place under its name, wherever its file lies."""
    return _top(name) in _KEPT or name.startswith("gresham_plugin_")


def is_in(module: ModuleType, folder: Path) -> bool:
    """Whether a module's file lies in a folder or below, and is not of a package that is installed there."""
    file = getattr(module, "__file__", None)
    return file is not None and folder in Path(file).parents and not is_library(Path(file))
