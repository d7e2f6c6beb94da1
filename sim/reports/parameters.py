"""Parameters of a run that do not have their default values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.reports.rungs import describe_rung
from sim.scenario import Scenario
from sim.scenario.paths import find_field, join_path, leaves

if TYPE_CHECKING:
    from pydantic import BaseModel

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
        value, default = ours.get(path, "none"), theirs.get(path, "none")
        if value != default:
            found.append(Changed(path, value, default, *_meaning(Scenario, path)))
    return found


def _flat(values: Any) -> dict[str, str]:
    """Dotted path -> value as text; lists are one value."""
    return {join_path(keys): describe_value(value) for keys, value in leaves(values)}


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
    if isinstance(value, dict):
        return _describe_entry(value)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _describe_entry(entry: dict[str, Any]) -> str:
    """A rung of a ladder, or a plug-in by its name with what is set of it."""
    if "strikes" in entry and "sanction" in entry:
        return describe_rung(entry, describe_value(entry["sanction"]))
    inside = ", ".join(f"{key} {describe_value(value)}" for key, value in entry.items() if key != "name")
    name = str(entry.get("name", ""))
    return f"{name} ({inside})" if name and inside else name or inside


def _meaning(model: type[BaseModel], path: str) -> tuple[str, str]:
    """Unit and description of a parameter of the schema; empty where there is none."""
    field = find_field(model, path)
    if field is None:
        return "", ""
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    return str(extra.get("unit", "")), field.description or ""
