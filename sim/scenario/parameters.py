"""What the schema says about its parameters: rows for documentation tables, words for messages."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.core.errors import span_text
from sim.plugins.registry import FAMILIES
from sim.scenario.schema.section import ends

_BOUNDS = ("ge", "gt", "le", "lt")
_KINDS: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    datetime.date: "a date (YYYY-MM-DD)",
}


def parameters(model: type[BaseModel], above: str = "") -> list[dict[str, Any]]:
    """One row for each parameter of a model: path, description, unit, default, range, source, type."""
    rows = []
    for path, field in _fields(model, above):
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        rows.append(
            {
                "path": path,
                "description": field.description or "",
                "unit": extra.get("unit", "1"),
                "default": _default(field),
                "range": span(field),
                "source": extra.get("source", ""),
                "type": kind(field),
            }
        )
    return rows


def _fields(model: type[BaseModel], above: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        below = field.annotation
        if isinstance(below, type) and issubclass(below, BaseModel):
            yield from _fields(below, f"{above}{name}.")
        else:
            yield f"{above}{name}", field


def _default(field: FieldInfo) -> Any:
    if field.default_factory is not None:
        return field.default_factory()  # type: ignore[call-arg]
    return field.default


def kind(field: FieldInfo) -> str:
    """The type of a parameter in words."""
    annotation = field.annotation
    if annotation in _KINDS:
        return _KINDS[annotation]
    if get_origin(annotation) is Literal:
        return "one of " + ", ".join(str(choice) for choice in get_args(annotation))
    plugin = _family(field)
    if plugin:
        return f"a {plugin} plug-in"
    if get_origin(annotation) is tuple:
        return "a list"
    if get_origin(annotation) is dict:
        return "a mapping"
    inner = [_KINDS[part] for part in get_args(annotation) if part in _KINDS]
    return inner[0] if inner else "a value"


def _family(field: FieldInfo) -> str:
    """The plug-in family of a field; empty when it holds none."""
    for each in field.metadata:
        found = getattr(each, "json_schema", None)
        if isinstance(found, dict) and found.get("x-plugin") in FAMILIES:
            return str(found["x-plugin"])
    return ""


def span(field: FieldInfo) -> str:
    """The range of a parameter; an exclusive bound is marked with > or <."""
    found = ((name, getattr(each, name, None)) for each in field.metadata for name in _BOUNDS)
    bounds = {name: value for name, value in found if value is not None}
    low, high = bounds.get("ge", bounds.get("gt")), bounds.get("le", bounds.get("lt"))
    return span_text(low, high, "gt" in bounds, "lt" in bounds)


def expected(field: FieldInfo) -> str:
    """What a parameter accepts, in words: kind, range, unit."""
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    unit, rng = extra.get("unit", "1"), span(field)
    steps = [each.multiple_of for each in field.metadata if getattr(each, "multiple_of", None)]
    return (
        kind(field)
        + (f" in {rng}" if rng else "")
        + (f", a multiple of {steps[0]}" if steps else "")
        + (f" ({unit})" if unit not in ("1", "date") else "")
    )


@cache
def pairs(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """Dotted paths of the parameters of which the first, a least, may not exceed the second, a most."""
    below = ((name, field.annotation) for name, field in model.model_fields.items())
    sections = ((name, kind) for name, kind in below if isinstance(kind, type) and issubclass(kind, BaseModel))
    return tuple((f"{name}.{least}", f"{name}.{most}") for name, kind in sections for least, most in ends(kind))


@cache
def all_paths(model: type[BaseModel]) -> tuple[str, ...]:
    """Dotted paths of all parameters of a schema."""
    return tuple(path for path, _ in _fields(model, ""))
