"""One value by dotted path: what `--set`, `--days` and `with_changes` do to a document."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from pydantic import BaseModel

from sim.core.errors import ScenarioError
from sim.scenario.document import Document, replace_locations
from sim.scenario.paths import MISSING, Keys, get_by_path, set_by_path
from sim.scenario.yaml_io import Location

PLAIN = (float, int, str, bool, type(None))


def override(document: Document, path: str, value: Any, location: Location, schema: type[BaseModel]) -> None:
    """Set one value of a document of that schema; what no file wrote starts from its default."""
    replaced: list[Keys] = []

    def enter(below: Any, keys: Keys) -> Any:
        if below is MISSING:
            below = _default(schema, keys)
        if isinstance(below, str):
            return {"name": below}  # a plug-in written as a bare name takes parameters
        if isinstance(below, dict | list):
            return below
        replaced.append(keys)  # a single value gives way to a mapping
        return {}

    try:
        keys = set_by_path(document.values, path, plain(value), enter)
    except ScenarioError as error:
        raise ScenarioError(error.what, path=error.keys, file=location.file, line=location.line) from None
    for n in range(1, len(keys)):
        if keys[:n] in replaced:
            document.locations[keys[:n]] = location
        document.locations.setdefault(keys[:n], location)
    replace_locations(document, keys, {keys: location})


def plain(value: Any) -> Any:
    """Values as YAML would hold them: sections become mappings, NumPy numbers become Python's."""
    if type(value) in PLAIN:
        return value
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        return value.item()
    return copy.deepcopy(value)


def _default(schema: type[BaseModel], keys: Keys) -> Any:
    """The default at a path that no file wrote, if it is a list, a plug-in or a mapping of them."""
    found = get_by_path(_defaults(schema), keys)
    is_section = len(keys) == 1 and isinstance(found, dict)
    return None if is_section else copy.deepcopy(found)


@cache
def _defaults(schema: type[BaseModel]) -> dict[str, Any]:
    return schema().model_dump(mode="json")
