"""Parameters of a run that do not have their default values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.reports.rungs import describe_rung
from sim.scenario import Scenario
from sim.scenario.paths import find_field, join_path

if TYPE_CHECKING:
    from pydantic import BaseModel

NOTHING: Mapping[str, Any] = {}  # where one side has no such entry
HIDDEN = ("name", "description", "calendar", "run.seed")


@dataclass(frozen=True)
class Changed:
    """A parameter that differs: dotted path, value, default, unit and meaning (empty where unknown)."""

    path: str
    value: str
    default: str
    unit: str
    description: str


def changed(scenario: dict[str, Any]) -> list[Changed]:
    """Parameters of a resolved scenario that differ from the defaults, in the order of the scenario."""
    ours, theirs = _flat(scenario), _flat(Scenario().resolved())
    paths = [p for p in [*ours, *(p for p in theirs if p not in ours)] if not p.startswith(HIDDEN)]
    found = []
    for path in paths:
        value, default = ours.get(path, NOTHING), theirs.get(path, NOTHING)
        here, usual = _describe_beside(value, default), _describe_beside(default, value)
        if here != usual:
            found.append(Changed(path, here, usual, *_meaning(Scenario, path)))
    return found


def _flat(node: Any, path: tuple[str, ...] = ()) -> dict[str, Any]:
    """Dotted path -> value; a list is one value, and so is a plug-in."""
    if isinstance(node, Mapping) and node and not (path and "name" in node):
        return {key: value for name, below in node.items() for key, value in _flat(below, (*path, name)).items()}
    return {join_path(path): node}


def _describe_beside(value: Any, other: Any) -> str:
    """A value in words; what is null or missing is off where the other value is a plug-in."""
    if not value and isinstance(other, Mapping) and "name" in other:
        return "off"
    return "not set" if value is None else describe_value(value)


def describe_value(value: Any) -> str:
    """A value of a resolved scenario in few words: switches, lists, rungs of ladders and plug-ins too."""
    if value is None or value is False:
        return "off"
    if value is True:
        return "on"
    if isinstance(value, list):
        return ("; " if any(isinstance(item, dict) for item in value) else ", ").join(
            map(describe_value, value)
        ) or "none"
    if isinstance(value, Mapping):
        return _describe_entry(value)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _describe_entry(entry: Mapping[str, Any]) -> str:
    """A rung of a ladder, or a plug-in by its name with what is set of it."""
    if "strikes" in entry and "sanction" in entry:
        return describe_rung(entry, describe_value(entry["sanction"]))
    inside = ", ".join(f"{key} {describe_value(value)}" for key, value in entry.items() if key != "name")
    name = str(entry.get("name", ""))
    return f"{name} ({inside})" if name and inside else name or inside or "none"


def _meaning(model: type[BaseModel], path: str) -> tuple[str, str]:
    """Unit and description of a parameter of the schema; empty where there is none."""
    field = find_field(model, path)
    if field is None:
        return "", ""
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    return str(extra.get("unit", "")), (field.description or "").replace("`", "")
