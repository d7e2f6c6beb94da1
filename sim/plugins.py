"""One small mechanism for every plug-in family: frozen dataclasses whose fields are their parameters.

A plug-in is named in a scenario by `name` or by `{name: ..., parameter: value}`. The name stands in the table of its
family's package, or is `package.module:Class`, `path/to/file.py:Class` (relative to the scenario file), or
an entry point of the group `gresham.<family>`.
"""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
from dataclasses import field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo, WithJsonSchema

from sim.errors import nearest_name

FAMILIES = {
    "ranking": ("sim.ranking", "score"),
    "detection": ("sim.detection", "inspect"),
    "sanction": ("sim.enforcement", "apply"),
    "strategy": ("sim.manipulation", "plan"),
}


def knob(
    default: Any, help: str, *, unit: str = "1", source: str = "assumed", ge: float | None = None, le: float | None = None
) -> Any:
    """A plug-in's parameter: a dataclass field that carries meaning, unit, source and range.

    Read back with `dataclasses.fields(plugin)[i].metadata` (keys help, unit, source, ge, le).
    """
    return field(default=default, metadata={"help": help, "unit": unit, "source": source, "ge": ge, "le": le})


def table(family: str) -> dict[str, type]:
    """Plug-ins that ship with a family, by name."""
    members: dict[str, type] = importlib.import_module(FAMILIES[family][0]).TABLE
    return members


def find_class(family: str, name: str, base: Path | None = None) -> type:
    """The plug-in class called `name`; ValueError with the nearest valid name when there is none."""
    members = table(family)
    if name in members:
        return members[name]
    if ":" in name:
        return _import_class(family, name, base)
    for entry in entry_points(group=f"gresham.{family}"):
        if entry.name == name:
            loaded: type = entry.load()
            return loaded
    near = nearest_name(name, members)
    hint = f"; did you mean '{near}'?" if near else f" (there are {', '.join(members)})"
    raise ValueError(f"unknown {family} plug-in '{name}'{hint}")


def _import_class(family: str, name: str, base: Path | None) -> type:
    module_name, _, class_name = name.rpartition(":")
    try:
        module = _import_file(base, module_name) if module_name.endswith(".py") else importlib.import_module(module_name)
    except Exception as error:
        raise ValueError(f"plug-in '{name}' does not import: {type(error).__name__}: {error}") from error
    found = getattr(module, class_name, None)
    if found is None:
        near = nearest_name(class_name, vars(module))
        raise ValueError(f"plug-in module '{module_name}' has no '{class_name}'" + (f"; did you mean '{near}'?" if near else ""))
    method = FAMILIES[family][1]
    if not (isinstance(found, type) and dataclasses.is_dataclass(found) and hasattr(found, method)):
        raise ValueError(f"'{name}' is no {family} plug-in: it must be a frozen dataclass with a method '{method}'")
    return found


def _import_file(base: Path | None, name: str) -> Any:
    path = ((base or Path.cwd()) / name).resolve()
    if not path.is_file():
        raise FileNotFoundError(f"no file {name}")
    spec = importlib.util.spec_from_file_location(f"gresham_plugin_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    # registered so that instances can be pickled for checkpoints and worker processes
    importlib.sys.modules[spec.name] = module  # type: ignore[attr-defined]
    spec.loader.exec_module(module)
    return module


def build(family: str, spec: Any, base: Path | None = None) -> Any:
    """An instance from a name or a mapping; ValueError says what is wrong with it."""
    if dataclasses.is_dataclass(spec) and not isinstance(spec, type):
        return spec
    if isinstance(spec, str):
        spec = {"name": spec}
    if not isinstance(spec, dict) or not isinstance(spec.get("name"), str):
        raise ValueError(f"a {family} plug-in is a name or a mapping with 'name', got {spec!r}")
    values = {key: value for key, value in spec.items() if key != "name"}
    cls = find_class(family, spec["name"], base)
    knobs = {f.name: f for f in dataclasses.fields(cls)}
    for key, value in values.items():
        if key not in knobs:
            near = nearest_name(key, knobs)
            hint = f"; did you mean '{near}'?" if near else f" (it has {', '.join(knobs) or 'none'})"
            raise ValueError(f"'{spec['name']}' has no parameter '{key}'{hint}")
        values[key] = _checked(key, value, knobs[key])
    plugin = cls(**values)
    object.__setattr__(plugin, "_spelling", spec["name"])
    return plugin


def _checked(key: str, value: Any, knob_field: dataclasses.Field[Any]) -> Any:
    default = knob_field.default
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise ValueError(f"'{key}' must be true or false, got {value!r}")
        return value
    if isinstance(default, int | float):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"'{key}' must be a number, got {value!r}")
        if isinstance(default, int) and value != int(value):
            raise ValueError(f"'{key}' must be a whole number, got {value!r}")
        low, high = knob_field.metadata.get("ge"), knob_field.metadata.get("le")
        if (low is not None and value < low) or (high is not None and value > high):
            raise ValueError(f"'{key}' must be in {low}..{high}, got {value!r}")
        return type(default)(value)
    if isinstance(default, str) and not isinstance(value, str):
        raise ValueError(f"'{key}' must be text, got {value!r}")
    return value


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
    """One row a parameter: name, value, unit, range, source, help."""
    rows = []
    for f in dataclasses.fields(plugin):
        meta = f.metadata
        rows.append(
            {
                "name": f.name,
                "value": getattr(plugin, f.name, f.default),
                "unit": meta.get("unit", "1"),
                "range": f"{meta.get('ge')}..{meta.get('le')}",
                "source": meta.get("source", ""),
                "help": meta.get("help", ""),
            }
        )
    return rows


def json_schema(family: str) -> dict[str, Any]:
    """JSON Schema of a plug-in of the family: a name, or a mapping with the parameters of that name."""
    members = []
    for name, cls in table(family).items():
        properties: dict[str, Any] = {"name": {"const": name}}
        for f in dataclasses.fields(cls):
            kind = {bool: "boolean", int: "integer", float: "number", str: "string"}.get(type(f.default))
            entry = {"default": f.default, "description": f"{f.metadata.get('help', '')} [{f.metadata.get('unit', '1')}]"}
            if kind:
                entry["type"] = kind
            for bound, word in (("ge", "minimum"), ("le", "maximum")):
                if f.metadata.get(bound) is not None:
                    entry[word] = f.metadata[bound]
            properties[f.name] = entry
        about = (cls.__doc__ or "").strip().split("\n")[0]
        members.append({"type": "object", "description": about, "properties": properties, "additionalProperties": False})
    custom = {"type": "object", "properties": {"name": {"type": "string", "pattern": ":"}}, "required": ["name"]}
    by_name = {"type": "string", "anyOf": [{"enum": list(table(family))}, {"pattern": ":"}]}
    return {"anyOf": [by_name, *members, custom]}


class PluginOf:
    """`PluginOf("ranking")` is the pydantic type of a field that holds a built plug-in of that family."""

    def __class_getitem__(cls, family: str) -> Any:
        return cls(family)

    def __new__(cls, family: str) -> Any:
        """The annotated type."""

        def parse(spec: Any, info: ValidationInfo) -> Any:
            base = (info.context or {}).get("base")
            return build(family, spec, base)

        return Annotated[
            Any, BeforeValidator(parse), PlainSerializer(as_mapping), WithJsonSchema({"$ref": f"#/$defs/plugin_{family}"})
        ]
