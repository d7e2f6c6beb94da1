"""YAML with places: which file and line every key was written on, through `extends` and overrides."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sim.errors import ScenarioError

Path_ = tuple[Any, ...]


@dataclass(frozen=True)
class Place:
    """Where something was written; `line` counts from 1."""

    file: str
    line: int | None


@dataclass
class Document:
    """Plain values, and the place of every path in them."""

    values: dict[str, Any]
    places: dict[Path_, Place] = field(default_factory=dict)

    def place(self, path: Path_) -> Place | None:
        """Where the path, or its nearest ancestor that was written, stands."""
        for n in range(len(path), -1, -1):
            if path[:n] in self.places:
                return self.places[path[:n]]
        return None


def read(path: Path) -> Document:
    """A scenario file with everything it extends, merged; clear errors for whatever cannot be read."""
    return _read(path, ())


def _read(path: Path, chain: tuple[Path, ...]) -> Document:
    name = _short(path)
    if path.resolve() in chain:
        raise ScenarioError("extends itself in a circle", path="extends", file=name)
    own = _parse(path, name)
    parent = own.values.pop("extends", None)
    if parent is None:
        return own
    at = own.places.get(("extends",), Place(name, None))
    if not isinstance(parent, str):
        raise ScenarioError("must be the path of a scenario file", path="extends", file=at.file, line=at.line)
    parent_path = path.parent / parent
    if not parent_path.is_file():
        near = _nearest_file(parent_path)
        raise ScenarioError(f"no such file: {parent}", path="extends", file=at.file, line=at.line, nearest=near)
    base = _read(parent_path, (*chain, path.resolve()))
    merge(base, own)
    return base


def _short(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except ValueError:
        return str(path)


def _nearest_file(path: Path) -> str | None:
    from sim.errors import nearest_name

    return nearest_name(path.name, [p.name for p in path.parent.glob("*.y*ml")]) if path.parent.is_dir() else None


def _parse(path: Path, name: str) -> Document:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise ScenarioError("no such file", file=name, nearest=_nearest_file(path)) from None
    except IsADirectoryError:
        raise ScenarioError("is a folder, not a scenario file", file=name) from None
    except UnicodeDecodeError:
        raise ScenarioError("is not text in UTF-8", file=name) from None
    except OSError as error:
        raise ScenarioError(f"cannot be read ({error.strerror})", file=name) from None
    return parse_text(text, name)


def parse_text(text: str, name: str) -> Document:
    """Values and places of a YAML text."""
    try:
        tree = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = str(error.problem or error.context or "not YAML").split("\n")[0]
        raise ScenarioError(f"not valid YAML: {problem}", file=name, line=mark.line + 1 if mark else None) from None
    except YAMLError as error:
        raise ScenarioError(f"not valid YAML: {str(error).splitlines()[0]}", file=name) from None
    if not isinstance(tree, CommentedMap):
        raise ScenarioError("a scenario is a mapping of sections; this file is empty or something else", file=name, line=1)
    places: dict[Path_, Place] = {(): Place(name, 1)}
    values = _plain(tree, (), places, name)
    return Document(values, places)


def _plain(node: Any, path: Path_, places: dict[Path_, Place], name: str) -> Any:
    if isinstance(node, CommentedMap):
        out: dict[Any, Any] = {}
        for key, value in node.items():
            places[(*path, key)] = Place(name, node.lc.key(key)[0] + 1)
            out[key] = _plain(value, (*path, key), places, name)
        return out
    if isinstance(node, CommentedSeq):
        items = []
        for i, value in enumerate(node):
            places[(*path, i)] = Place(name, node.lc.item(i)[0] + 1)
            items.append(_plain(value, (*path, i), places, name))
        return items
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


def merge(base: Document, over: Document) -> None:
    """Lay `over` on `base`: mappings merge key by key, everything else replaces."""
    base.values = _merged(base.values, over.values, (), base, over)


def _merged(old: Any, new: Any, path: Path_, base: Document, over: Document) -> Any:
    other_plugin = isinstance(new, dict) and "name" in new and path and isinstance(old, dict) and old.get("name") != new["name"]
    if not (isinstance(old, dict) and isinstance(new, dict)) or other_plugin:
        for known in [p for p in base.places if p[: len(path)] == path]:
            del base.places[known]
        base.places.update({p: at for p, at in over.places.items() if p[: len(path)] == path})
        return new
    merged = dict(old)
    for key, value in new.items():
        at = over.places.get((*path, key))
        merged[key] = _merged(old[key], value, (*path, key), base, over) if key in old else value
        if key not in old:
            base.places.update({p: q for p, q in over.places.items() if p[: len(path) + 1] == (*path, key)})
        elif at is not None:
            base.places[(*path, key)] = at
    return merged


def put(document: Document, dotted: str, value: Any, place: Place) -> None:
    """Set one value by dotted path, as `--set` does."""
    keys = dotted.split(".")
    node: Any = document.values
    for i, key in enumerate(keys[:-1]):
        document.places.setdefault(tuple(keys[: i + 1]), place)
        below = node.get(key)
        if isinstance(below, str):
            below = {"name": below}  # a plug-in written as a bare name takes parameters
        node[key] = below if isinstance(below, dict) else {}
        node = node[key]
    node[keys[-1]] = value
    document.places[tuple(keys)] = place
