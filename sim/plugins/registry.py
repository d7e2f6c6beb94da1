"""One small mechanism for every plug-in family: frozen dataclasses whose fields are their parameters.

A plug-in is named in a scenario by `name` or by `{name: ..., parameter: value}`. The name stands in the table
of its family's package, or is `package.module:Class`, `path/to/file.py:Class` (relative to the scenario's),
or an entry point of the group `gresham.<family>`.
"""

from __future__ import annotations

import dataclasses
import importlib
import math
from collections.abc import Mapping
from dataclasses import MISSING
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo, WithJsonSchema

from sim.core.errors import PluginError, nearest_name, shown
from sim.plugins import detectors, ranking, sanctions, strategies
from sim.plugins.parameters import span
from sim.plugins.user_file import import_file, spell_pickles


class Family(NamedTuple):
    """The plug-ins that ship with a family, and what every member must have."""

    members: Mapping[str, type]
    method: str
    facts: tuple[str, ...] = ()


FAMILIES = {
    "ranking": Family(ranking.TABLE, "score"),
    "detection": Family(detectors.TABLE, "inspect", ("target", "threshold", "needs_reads")),
    "sanction": Family(sanctions.TABLE, "apply"),
    "strategy": Family(strategies.TABLE, "plan", ("channel",)),
}


def table(family: str) -> Mapping[str, type]:
    """Plug-ins that ship with a family, by name."""
    return FAMILIES[family].members


def installed(family: str) -> dict[str, EntryPoint]:
    """Plug-ins that other installed packages offer, by name (none is imported yet)."""
    return {entry.name: entry for entry in entry_points(group=f"gresham.{family}")}


def find_class(family: str, name: str, base: Path | None = None) -> type:
    """The plug-in class called `name`; PluginError with the nearest valid name when there is none."""
    members = table(family)
    if name in members:
        return members[name]
    if ":" in name:
        return _import_class(family, name, base)
    others = installed(family)
    if name in others:
        return _checked_class(family, name, _attempt(name, others[name].load))
    known = [*members, *others]
    near = nearest_name(name, known)
    raise PluginError(f"unknown {family} plug-in '{name}'" + ("" if near else f" (there are {', '.join(known)})"), near)


def _attempt(name: str, load: Any, *args: Any) -> Any:
    """What `load` returns; whatever the user's own file raises while it is imported becomes one message."""
    try:
        return load(*args)
    except (Exception, SystemExit) as error:
        raise PluginError(f"plug-in '{name}' does not import: {type(error).__name__}: {error}") from error


def _import_class(family: str, name: str, base: Path | None) -> type:
    module_name, _, class_name = name.rpartition(":")
    in_file = module_name.endswith(".py")
    path = ((base or Path.cwd()) / module_name).resolve()
    module = _attempt(name, import_file, path) if in_file else _attempt(name, importlib.import_module, module_name)
    found = getattr(module, class_name, None)
    if found is None:
        near = nearest_name(class_name, [n for n, v in vars(module).items() if isinstance(v, type)])
        raise PluginError(f"plug-in module '{module_name}' has no '{class_name}'", near)
    checked = _checked_class(family, name, found)
    if in_file:
        spell_pickles(checked, path)
    return checked


def _checked_class(family: str, name: str, found: Any) -> type:
    method = FAMILIES[family].method
    frozen = getattr(getattr(found, "__dataclass_params__", None), "frozen", False)
    if not (isinstance(found, type) and frozen and callable(getattr(found, method, None))):
        raise PluginError(f"'{name}' is no {family} plug-in: it must be a frozen dataclass with a method '{method}'")
    return found


def build(family: str, spec: Any, base: Path | None = None) -> Any:
    """An instance from a name or a mapping; PluginError says what is wrong with it."""
    if dataclasses.is_dataclass(spec) and not isinstance(spec, type):
        _checked_class(family, type(spec).__qualname__, type(spec))
        return spec
    if isinstance(spec, str):
        spec = {"name": spec}
    if not isinstance(spec, dict) or not isinstance(spec.get("name"), str):
        raise PluginError(f"a {family} plug-in is a name or a mapping with 'name', got {shown(spec)}")
    name = spec["name"]
    cls = find_class(family, name, base)
    known = {f.name: f for f in dataclasses.fields(cls)}
    values = {key: _checked(name, key, value, known) for key, value in spec.items() if key != "name"}
    try:
        plugin = cls(**values)
    except Exception as error:
        raise PluginError(f"'{name}' cannot be made: {error}") from error
    missing = [fact for fact in FAMILIES[family].facts if not hasattr(plugin, fact)]
    if missing:
        raise PluginError(f"'{name}' is no {family} plug-in: it lacks '{missing[0]}'")
    object.__setattr__(plugin, "_spelling", name)
    return plugin


def _checked(name: str, key: Any, value: Any, known: dict[str, dataclasses.Field[Any]]) -> Any:
    """The value of one parameter, of the default's type and in range."""
    if key not in known:
        near = nearest_name(str(key), known)
        hint = "" if near else f" (it has {', '.join(known) or 'none'})"
        raise PluginError(f"'{name}' has no parameter '{key}'{hint}", near, key)
    default = known[key].default
    if default is MISSING or default is None:
        return value
    if isinstance(default, int | float) and not isinstance(default, bool):
        return _number(key, value, default, known[key].metadata)
    if isinstance(default, tuple) and isinstance(value, list):
        return tuple(value)
    if not isinstance(value, type(default)):
        raise PluginError(f"must be {_KINDS.get(type(default), type(default).__name__)}, got {shown(value)}", None, key)
    return value


def _number(key: str, value: Any, default: float, meta: Any) -> float:
    low, high = meta.get("ge"), meta.get("le")
    numeric = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    in_range = numeric and (low is None or value >= low) and (high is None or value <= high)
    if not in_range or (isinstance(default, int) and value != int(value)):
        unit = "" if meta.get("unit", "1") == "1" else f" ({meta['unit']})"
        rng = span(meta)
        raise PluginError(f"must be {_KINDS[type(default)]}{rng and f' in {rng}'}{unit}, got {shown(value)}", None, key)
    return type(default)(value)


_KINDS: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    tuple: "a list",
}


def name_of(plugin: Any) -> str:
    """The name by which a scenario calls this plug-in."""
    spelling = getattr(plugin, "_spelling", None)
    if spelling:
        return str(spelling)
    for family in FAMILIES:
        for name, cls in table(family).items():
            if type(plugin) is cls:
                return name
    return f"{type(plugin).__module__}:{type(plugin).__qualname__}"


def as_mapping(plugin: Any) -> dict[str, Any]:
    """The plug-in as a scenario would write it, every parameter spelt out."""
    return {"name": name_of(plugin)} | {f.name: getattr(plugin, f.name) for f in dataclasses.fields(plugin)}


def describe(plugin: Any) -> list[dict[str, Any]]:
    """One row a parameter of a plug-in (class or instance): name, value, unit, range, source, help."""
    return [
        {
            "name": f.name,
            "value": getattr(plugin, f.name, None),
            "unit": f.metadata.get("unit", "1"),
            "range": span(f.metadata),
            "source": f.metadata.get("source", ""),
            "help": f.metadata.get("help", ""),
        }
        for f in dataclasses.fields(plugin)
    ]


def PluginOf(family: str) -> Any:
    """The pydantic type of a field that holds a built plug-in of the family.

    It parses a name or a mapping, and serialises to the mapping. The validation context may hold `base`, the
    folder that `file.py:Class` names are relative to.
    """

    def parse(spec: Any, info: ValidationInfo) -> Any:
        return build(family, spec, (info.context or {}).get("base"))

    return Annotated[Any, BeforeValidator(parse), PlainSerializer(as_mapping), WithJsonSchema({"x-plugin": family})]
