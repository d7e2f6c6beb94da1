"""JSON Schema of a scenario file (draft 2020-12), plug-in families and their parameters included."""

from __future__ import annotations

import dataclasses
from typing import Any

from sim.plugins.registry import FAMILIES, table
from sim.scenario.scenario import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_KINDS: dict[type, str] = {bool: "boolean", int: "integer", float: "number", str: "string", tuple: "array"}


def json_schema() -> dict[str, Any]:
    """What an editor needs to complete and check a scenario file."""
    schema = _linked(Scenario.model_json_schema())
    schema["$schema"], schema["title"] = DIALECT, "Gresham scenario"
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "scenario file, relative to this one, or the name of one that ships: its values hold where "
        "this one says nothing",
    }
    defs = schema["$defs"]
    for family in FAMILIES:
        defs[f"plugin_{family}"] = _any_of_family(family)
        for name, cls in table(family).items():
            defs[f"{family}_{name}"] = _one(cls, name)
    defs["PlatformSection"]["properties"]["detectors"] |= _detectors()
    defs["CalendarEntry"]["properties"]["set"] |= _changes(defs["PlatformSection"]["properties"])
    return schema


def _linked(node: Any) -> Any:
    """The schema with references in the place of plug-in fields, and units in the descriptions."""
    if isinstance(node, list):
        return [_linked(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "x-plugin" in node:
        rest = {key: value for key, value in node.items() if key != "x-plugin"}
        return {**_linked(rest), "$ref": f"#/$defs/plugin_{node['x-plugin']}"}
    linked = {key: _linked(value) for key, value in node.items()}
    if isinstance(linked.get("unit"), str) and isinstance(linked.get("description"), str):
        linked["description"] += f" [{linked['unit']}; {linked.get('source', 'assumed')}]"
    return linked


def _about(cls: type) -> str:
    return (cls.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")


def _any_of_family(family: str) -> dict[str, Any]:
    """A name, a mapping of a shipped plug-in, or a user's own class."""
    names = [{"const": name, "description": _about(cls)} for name, cls in table(family).items()]
    own = {"type": "string", "pattern": ":", "description": "module:Class or file.py:Class"}
    mapping = {"type": "object", "properties": {"name": own}, "required": ["name"]}
    needed = [] if family == "ranking" else ["name"]  # bare parameters update the ranking of the file that is extended
    shipped = [{"$ref": f"#/$defs/{family}_{name}", "required": needed} for name in table(family)]
    return {"anyOf": [*names, own, *shipped, mapping]}


def _one(cls: type, name: str) -> dict[str, Any]:
    """The mapping that a shipped plug-in takes."""
    properties: dict[str, Any] = {"name": {"const": name, "description": _about(cls)}}
    properties |= {f.name: _parameter(f) for f in dataclasses.fields(cls)}
    return {
        "type": "object",
        "description": _about(cls),
        "properties": properties,
        "additionalProperties": False,
    }


def _parameter(field: dataclasses.Field[Any]) -> dict[str, Any]:
    meta = field.metadata
    entry: dict[str, Any] = {
        "description": f"{meta.get('help', '')} [{meta.get('unit', '1')}; {meta.get('source', '')}]"
    }
    if type(field.default) in _KINDS:
        entry |= {"default": field.default, "type": _KINDS[type(field.default)]}
    bounds = {"minimum": meta.get("ge"), "maximum": meta.get("le")}
    return entry | {word: bound for word, bound in bounds.items() if bound is not None}


def _detectors() -> dict[str, Any]:
    """Detectors by label: on or off, a mapping of parameters, or another plug-in under that label."""
    off = {"enum": [True, False, None, "off"], "description": "true: with its defaults; false or null: off"}
    other = {"$ref": "#/$defs/plugin_detection"}
    known = {name: {"anyOf": [off, {"$ref": f"#/$defs/detection_{name}"}, other]} for name in table("detection")}
    return {"properties": known, "additionalProperties": {"anyOf": [off, other]}}


def _changes(platform: dict[str, Any]) -> dict[str, Any]:
    """What a calendar entry may set: platform paths, nested or dotted."""
    paths: dict[str, Any] = dict(platform)
    for name, cls in table("ranking").items():
        paths |= {f"ranking.{f.name}": _parameter(f) | {"title": name} for f in dataclasses.fields(cls)}
    for name, cls in table("detection").items():
        paths[f"detectors.{name}"] = platform["detectors"]["properties"][name]
        paths |= {f"detectors.{name}.{f.name}": _parameter(f) for f in dataclasses.fields(cls)}
    paths["ranking"] = {"anyOf": [platform["ranking"], {"type": "object"}]}
    return {
        "properties": paths,
        "patternProperties": {r"^(ranking|detectors)\.": {}},
        "additionalProperties": False,
    }
