"""Plain values that know their file and line, through `extends` and overrides."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.core.errors import ScenarioError, nearest_name
from sim.scenario.paths import Keys
from sim.scenario.shipped import is_bare, locate_file, shipped_files
from sim.scenario.yaml_io import Location, parse_text

USER_FILE = re.compile(r"\.py:\w+$")
OF_ONE_FILE = ("name", "description")

_DANGLING = "is a link to a file that is not there"
NO_FILE, NO_NAME = "no such file", "no such file, and no scenario or study of that name ships"
_NAMED = "{what}: {name}"
_NO_PATH = "must be the path of a scenario file, or the name of one that ships"
_LONGEST_PATH = 240  # characters; file systems take 255 bytes a name
_CIRCLE = "{parent} extends this file in turn: a circle"
_A_FOLDER = "is a folder, not a scenario file"
_NO_TEXT = "is not text in UTF-8"
_UNREADABLE = "cannot be read ({reason})"
_NO_FILE_AT_ALL = "a pipe, socket or device"


@dataclass
class Document:
    """Plain values, and the location of every path in them."""

    values: dict[str, Any]
    locations: dict[Keys, Location] = field(default_factory=dict)
    dropped: tuple[tuple[int, str], ...] = ()  # day and text of calendar entries that a shortened run does not reach

    def location(self, path: Keys) -> Location:
        """File and line of a path, or of its nearest ancestor that was written."""
        for n in range(len(path), -1, -1):
            if path[:n] in self.locations:
                return self.locations[path[:n]]
        return Location(None, None)


def read(path: Path) -> Document:
    """Read a scenario file and everything it extends, merged; ScenarioError when a file cannot be read."""
    return _read(path, ())


def _read(path: Path, chain: tuple[Path, ...]) -> Document:
    values, locations = parse_text(_text(path), short(path))
    own = Document(values, locations)
    if "extends" not in values:
        return own
    parent, at = values.pop("extends"), own.location(("extends",))
    if not isinstance(parent, str) or "\0" in parent or len(parent) > _LONGEST_PATH:
        raise _extends(_NO_PATH, at)
    parent_path = locate_file(parent, path.parent)
    chain = (*chain, Path(os.path.realpath(path)))
    if Path(os.path.realpath(parent_path)) in chain:
        raise _extends(_CIRCLE.format(parent=parent), at)
    if not parent_path.is_file():
        raise _extends(_NAMED.format(what=no_such(parent_path), name=parent), at, _nearest_file(parent_path))
    base = _read(parent_path, chain)
    for key in OF_ONE_FILE:
        base.values.pop(key, None)
    base.values = rebase_files(base.values, os.path.relpath(parent_path.parent, path.parent))
    merge(base, own)
    return base


def _extends(what: str, at: Location, nearest: str | None = None) -> ScenarioError:
    return ScenarioError(what, path="extends", file=at.file, line=at.line, nearest=nearest)


def rebase_files(node: Any, up: str) -> Any:
    """The values with `file.py:Class` names made relative to another folder, from which the old one is at `up`."""
    if up == os.curdir:
        return node
    if isinstance(node, dict):
        return {key: rebase_files(value, up) for key, value in node.items()}
    if isinstance(node, list):
        return [rebase_files(value, up) for value in node]
    return os.path.normpath(os.path.join(up, node)) if isinstance(node, str) and USER_FILE.search(node) else node


def short(path: Path) -> str:
    """The path as messages show it: relative to the current folder when it lies below."""
    try:
        return str(Path(os.path.realpath(path)).relative_to(Path.cwd().resolve()))
    except ValueError:
        return str(path)


def files_in(folder: Path) -> dict[str, Path]:
    """YAML files of a folder by name; links that lead nowhere are left out."""
    return {p.name: p for p in sorted(folder.glob("*.y*ml")) if p.is_file()} if folder.is_dir() else {}


def _nearest_file(path: Path) -> str | None:
    """The scenario file or shipped scenario whose name is most similar to that of `path`."""
    if is_bare(path.name):
        near = nearest_name(path.name, shipped_files())
        if near:
            return near
    for folder in (path.parent, Path("scenarios")):
        files = files_in(folder)
        near = nearest_name(path.name, files)
        if near:
            return near if folder == path.parent else short(files[near])
    return nearest_name(path.stem, shipped_files())


def no_such(path: Path) -> str:
    """The message for a path or name that means no file."""
    return NO_NAME if is_bare(path.name) else NO_FILE


def _text(path: Path) -> str:
    name = short(path)
    if path.exists() and not path.is_dir() and not path.is_file():
        raise ScenarioError(_UNREADABLE.format(reason=_NO_FILE_AT_ALL), file=name)  # reading a pipe would never end
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        if path.is_symlink():
            raise ScenarioError(_DANGLING, file=str(path)) from None
        raise ScenarioError(no_such(path), file=name, nearest=_nearest_file(path)) from None
    except IsADirectoryError:
        raise ScenarioError(_A_FOLDER, file=name) from None
    except UnicodeDecodeError:
        raise ScenarioError(_NO_TEXT, file=name) from None
    except OSError as error:
        raise ScenarioError(_UNREADABLE.format(reason=error.strerror), file=name) from None


def merge(base: Document, over: Document) -> None:
    """Lay `over` on `base`: mappings merge key by key, everything else (a list, another plug-in) replaces."""
    base.values = _merged(base.values, over.values, (), base, over)


def _merged(old: Any, new: Any, path: Keys, base: Document, over: Document) -> Any:
    if not _mergeable(old, new, path):
        replace_locations(base, path, {p: at for p, at in over.locations.items() if p[: len(path)] == path})
        return new
    merged = {"name": old} if isinstance(old, str) else dict(old)
    for key, value in new.items():
        below = (*path, key)
        merged[key] = _merged(merged.get(key), value, below, base, over)
        if below in over.locations:
            base.locations[below] = over.locations[below]
    return merged


def _mergeable(old: Any, new: Any, path: Keys) -> bool:
    """Whether to merge: two mappings do unless they name different plug-ins; bare parameters update the named one."""
    if isinstance(old, str):
        return isinstance(new, dict) and "name" not in new
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return False
    return "name" not in new or not path or old.get("name", path[-1]) == new["name"]


def replace_locations(document: Document, path: Keys, locations: dict[Keys, Location]) -> None:
    """Replace the locations of everything at and below `path`."""
    if path in document.locations:  # what is above a known place is known, so that else nothing below is
        for known in [p for p in document.locations if p[: len(path)] == path]:
            del document.locations[known]
    document.locations.update(locations)
