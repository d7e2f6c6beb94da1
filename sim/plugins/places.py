"""Which files are Python's, an installed package's or our own: versions identify those."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

_LIBRARIES = tuple(Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib", "purelib", "platlib"))
_OWN = Path(__file__).resolve().parent.parent


def is_library(path: Path) -> bool:
    """Whether a file belongs to Python, to an installed package or to us."""
    return any(place in path.parents for place in (*_LIBRARIES, _OWN))


def is_ours(module_name: str) -> bool:
    """Whether a dotted name is of this package."""
    return module_name.partition(".")[0] == __package__.partition(".")[0]


def is_found_apart(module_name: str) -> bool:
    """Whether a module can be found (as far as that shows without importing it) outside Python and packages."""
    try:
        spec = importlib.util.find_spec(module_name.partition(".")[0])
    except (ImportError, ValueError):
        return False
    if spec is None or spec.origin in ("built-in", "frozen"):
        return False
    places = [spec.origin] if spec.origin else [*(spec.submodule_search_locations or ())]
    return not any(is_library(Path(place).resolve() / "part") for place in places)


def is_library_module(module: ModuleType | None) -> bool:
    """Whether a module is Python's, an installed package's or our own; False for one without a file."""
    if module is None:
        return False
    file = getattr(module, "__file__", None)
    if file is None:
        return module.__name__.partition(".")[0] in sys.stdlib_module_names and module.__name__ != "__main__"
    return is_library(Path(file).resolve())


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
