"""One value by dotted path: what `--set`, `--days` and `with_changes` do to a document."""

from __future__ import annotations

import copy
from typing import Any

from sim.core.errors import ScenarioError
from sim.scenario.document import Document, replace_places
from sim.scenario.yaml_io import Keys, Place


def put(document: Document, dotted: str, value: Any, place: Place) -> None:
    """Set one value; numbers in the path are list positions. What is not written starts from its default."""
    keys: Keys = tuple(int(key) if key.isdecimal() else key for key in dotted.split("."))
    document.values = copy.deepcopy(document.values)
    node: Any = document.values
    for n, key in enumerate(keys[:-1], start=1):
        document.places.setdefault(keys[:n], place)
        node = _descend(node, key, keys[:n], place)
    _check_position(node, keys, place)
    node[keys[-1]] = plain(value)
    replace_places(document, keys, {keys: place})


def plain(value: Any) -> Any:
    """Values as YAML would hold them: sections become mappings, NumPy numbers become Python's."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return value.item() if hasattr(value, "item") and not hasattr(value, "__len__") else value


def _descend(node: Any, key: Any, path: Keys, place: Place) -> Any:
    """The mapping or list below `key`, made where there is none."""
    _check_position(node, path, place)
    below = node[key] if isinstance(node, list) else node.get(key)
    if below is None and isinstance(node, dict) and key not in node:
        below = _default(path)
    if isinstance(below, str):
        below = {"name": below}  # a plug-in written as a bare name takes parameters
    node[key] = below if isinstance(below, dict | list) else {}
    return node[key]


def _default(path: Keys) -> Any:
    """The default at a path that no file wrote, if it is a list, a plug-in or a mapping of them."""
    from sim.scenario import Scenario

    node: Any = Scenario().resolved()
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    is_section = len(path) == 1 and isinstance(node, dict)
    return None if is_section else copy.deepcopy(node)


def _check_position(node: Any, path: Keys, place: Place) -> None:
    if isinstance(node, list) and not (isinstance(path[-1], int) and path[-1] < len(node)):
        what = f"is a list; give a position from 0 to {len(node) - 1}" if node else "is an empty list"
        raise ScenarioError(what, path=path[:-1], file=place.file, line=place.line)
