"""Find, build and describe plug-ins: frozen dataclasses whose fields are their parameters.

A plug-in is named in a scenario by `name` or by `{name: ..., parameter: value}`. The name is in the table
of its family's package, or is `package.module:Class`, `path/to/file.py:Class` (relative to the scenario's),
or an entry point of the group `gresham.<family>`.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import MISSING
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import (
    BeforeValidator,
    Field,
    InstanceOf,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)

from sim.core.errors import PluginError, nearest_name, one_line, shown
from sim.plugins import detectors, ranking, renamed, sanctions, strategies
from sim.plugins.facts import DETECTORS_MAY_LACK, STRATEGIES_MAY_LACK, as_python, check_facts, make_plain
from sim.plugins.parameters import span
from sim.plugins.permission import ask_to_import
from sim.plugins.places import is_found_apart, is_ours


class Family(NamedTuple):
    """The plug-ins that ship with a family, and what every member must have."""

    members: Mapping[str, type]
    method: str
    facts: tuple[str, ...] = ()


_KINDS: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    tuple: "a list",
}

_STRICT: dict[type, Any] = {bool: Annotated[bool, Field(strict=True)], str: Annotated[str, Field(strict=True)]}

_WANTED = "must be {kind}{range}{unit}, got {given}"
_NO_PARAMETER = "'{name}' has no parameter '{key}'"
_NO_PARAMETER_LISTED = "'{name}' has no parameter '{key}' (it has {known})"
_RENAMED = "the parameter '{key}' of '{name}' is now called '{new}'"
_UNKNOWN = "unknown {family} plug-in '{name}'"
_UNKNOWN_LISTED = "unknown {family} plug-in '{name}' (there are {known})"
_NO_IMPORT = "plug-in '{name}' does not import: {error}: {message}"
_OLD_NAMES = " ({renamed})"
_NO_CLASS = "plug-in module '{module}' has no '{name}'"
_NO_PLUGIN = "'{name}' is not a {family} plug-in: it must be a frozen dataclass with a method '{method}'"
_NEEDS_NAME = "a {family} plug-in is a name or a mapping with 'name', got {given}"
_NOT_BUILT = "'{name}' cannot be built: {message}"

FAMILIES = {
    "ranking": Family(ranking.TABLE, "score"),
    "detection": Family(detectors.TABLE, "inspect", ("target", "threshold", "needs_reads", *DETECTORS_MAY_LACK)),
    "sanction": Family(sanctions.TABLE, "apply"),
    "strategy": Family(strategies.TABLE, "plan", ("channel", *STRATEGIES_MAY_LACK)),
}


def table(family: str) -> Mapping[str, type]:
    """Plug-ins that ship with a family, by name."""
    return FAMILIES[family].members


def find_installed(family: str) -> dict[str, EntryPoint]:
    """Plug-ins that other installed packages offer, by name (none is imported yet)."""
    return {entry.name: entry for entry in entry_points(group=f"gresham.{family}")}


def find_class(family: str, name: str, base: Path | None = None) -> type:
    """The plug-in class called `name`; PluginError with the nearest valid name when there is none."""
    members = table(family)
    if name in members:
        return members[name]
    if ":" in name:
        return _import_class(family, name, base)
    others = find_installed(family)
    if name in others:
        ask_to_import(name, others[name].value)
        return _checked_class(family, name, _attempt(name, others[name].load))
    known = [*members, *others]
    near = nearest_name(name, known)
    template = _UNKNOWN if near else _UNKNOWN_LISTED
    raise PluginError(template.format(family=family, name=name, known=", ".join(known)), near)


def _attempt(name: str, load: Any, *args: Any) -> Any:
    """What `load` returns; any exception of the user's file becomes one message."""
    try:
        return load(*args)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        message = _NO_IMPORT.format(name=shown(name).strip("'\""), error=type(error).__name__, message=one_line(error))
        old = renamed.renamed_imports(error) or renamed.describe_renaming(name.replace(":", "."))
        raise PluginError(message + (_OLD_NAMES.format(renamed=old) if old else "")) from error


def _import_class(family: str, name: str, base: Path | None) -> type:
    from sim.plugins.user_file import import_file, import_named, spell_pickles  # most scenarios name no file of code

    module_name, _, class_name = name.rpartition(":")
    in_file = module_name.endswith(".py")
    path = Path(_attempt(name, os.path.realpath, (base or Path.cwd()) / module_name)) if in_file else Path()
    if in_file:
        ask_to_import(name, str(path), announced=os.path.isfile(path))
    elif not is_ours(module_name):
        ask_to_import(name, module_name, announced=is_found_apart(module_name))
    module = _attempt(name, import_file, path) if in_file else _attempt(name, import_named, module_name)
    found = _attempt(name, getattr, module, class_name, None)
    if found is None:
        near = nearest_name(class_name, [n for n, v in vars(module).items() if isinstance(v, type)])
        raise PluginError(_NO_CLASS.format(module=module_name, name=class_name), near)
    checked = _checked_class(family, name, found)
    if in_file:
        spell_pickles(checked, path)
    return checked


def _checked_class(family: str, name: str, found: Any) -> type:
    method = FAMILIES[family].method
    frozen = getattr(getattr(found, "__dataclass_params__", None), "frozen", False)
    if not (isinstance(found, type) and frozen and callable(getattr(found, method, None))):
        raise PluginError(_NO_PLUGIN.format(name=name, family=family, method=method))
    return found


def build(family: str, spec: Any, base: Path | None = None) -> Any:
    """An instance from a name or a mapping; PluginError says what is wrong with it."""
    if dataclasses.is_dataclass(spec) and not isinstance(spec, type):
        name = type(spec).__qualname__
        _checked_class(family, name, type(spec))
        check_facts(family, name, spec, FAMILIES[family].facts)
        make_plain(name, spec)
        return spec
    if isinstance(spec, str):
        spec = {"name": spec}
    if not isinstance(spec, dict) or not isinstance(spec.get("name"), str):
        raise PluginError(_NEEDS_NAME.format(family=family, given=shown(spec)))
    name = spec["name"]
    cls = find_class(family, name, base)
    known = {f.name: f for f in dataclasses.fields(cls)}
    values = {key: _parsed(family, name, key, value, known) for key, value in spec.items() if key != "name"}
    with _running(cls):
        try:
            plugin = cls(**values)
            check_facts(family, name, plugin, FAMILIES[family].facts)
            make_plain(name, plugin)
        except (PluginError, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise PluginError(_NOT_BUILT.format(name=name, message=one_line(error))) from error
    object.__setattr__(plugin, "_spelling", name)
    return plugin


def _running(cls: type) -> AbstractContextManager[None]:
    """The context in which code of a user's class runs; that of ours needs none."""
    if cls.__module__.partition(".")[0] == __package__.partition(".")[0]:
        return nullcontext()
    from sim.plugins.running import running  # most scenarios name no code of a user's

    return running(cls)


def _parsed(family: str, name: str, key: Any, value: Any, known: dict[str, dataclasses.Field[Any]]) -> Any:
    """The value of one parameter, of the default's type and in range."""
    if key not in known:
        raise _unknown_parameter(family, name, key, known)
    default: Any = as_python(known[key].default)
    meta = known[key].metadata
    if default is MISSING or default is None:
        return value
    kind: Any = type(default)
    try:
        return _adapter(kind, meta.get("ge"), meta.get("le")).validate_python(value)
    except ValidationError:
        raise PluginError(_wanted(kind, meta, value), None, key) from None


def _unknown_parameter(family: str, name: str, key: Any, known: dict[str, Any]) -> PluginError:
    new = renamed.PARAMETERS[family].get(f"{name}.{key}")
    if new is not None:
        return PluginError(_RENAMED.format(key=key, name=name, new=new), None, key)
    near = nearest_name(str(key), known)
    template = _NO_PARAMETER if near else _NO_PARAMETER_LISTED
    return PluginError(template.format(name=name, key=key, known=", ".join(known) or "none"), near, key)


@cache
def _adapter(kind: Any, low: float | None, high: float | None) -> TypeAdapter[Any]:
    """The adapter for parameters of one type: it converts nothing but lists to tuples and whole floats to integers."""
    if kind is int:
        return TypeAdapter(Annotated[int, BeforeValidator(_whole), Field(strict=True, ge=low, le=high)])
    if kind is float:
        return TypeAdapter(Annotated[float, Field(strict=True, ge=low, le=high, allow_inf_nan=False)])
    if kind is tuple:
        return TypeAdapter(Annotated[tuple[Any, ...], BeforeValidator(_as_tuple), Field(strict=True)])
    return TypeAdapter(_STRICT.get(kind) or InstanceOf.__class_getitem__(kind))


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _wanted(kind: type, meta: Mapping[str, Any], given: Any) -> str:
    """What a parameter must be: kind, range, unit; and what it was given."""
    numeric = kind in (int, float)
    limits = span(meta) if numeric else ""
    unit = meta.get("unit", "1") if numeric else "1"
    return _WANTED.format(
        kind=_KINDS.get(kind, kind.__name__),
        range=f" in {limits}" if limits else "",
        unit="" if unit == "1" else f" ({unit})",
        given=shown(given),
    )


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
    """The plug-in as a scenario would write it, with every parameter."""
    return {"name": name_of(plugin)} | {f.name: getattr(plugin, f.name) for f in dataclasses.fields(plugin)}


def describe(plugin: Any) -> list[dict[str, Any]]:
    """One row for each parameter of a plug-in (class or instance): name, value, unit, range, source, help."""
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
