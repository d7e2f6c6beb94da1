"""Mistakes in a study file, in the user's words: file, line, what was expected, the nearest valid name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, get_args

from sim.core.errors import ScenarioError, nearest_name, shown
from sim.scenario.document import Document
from sim.scenario.validation import MOST
from sim.scenario.yaml_io import Keys

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

_EXPECTED = {
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "list_type": "must be a list",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "too_short": "needs at least {min_length}",
}


def at(document: Document, keys: Keys, what: str, nearest: str | None = None) -> ScenarioError:
    """A mistake with the file and line on which `keys`, or what is nearest above it, was written."""
    place = document.place(keys)
    return ScenarioError(what, path=keys, file=place.file, line=place.line, nearest=nearest)


def together(found: Iterable[ScenarioError]) -> ScenarioError:
    """One error for all, in the order in which they stand in the file, each said once."""
    once = {str(each): each for each in found}
    placed = sorted(once.values(), key=lambda e: (e.line is None, e.line or 0))
    first, lines = placed[0], [line for each in placed for line in str(each).split("\n")][1:]
    also = lines[: MOST - 1] + ([f"and {len(lines) - MOST + 1} more"] if len(lines) >= MOST else [])
    return ScenarioError(
        first.what, path=first.keys, file=first.file, line=first.line, nearest=first.nearest, also=also
    )  # fmt: skip


def translated(error: ValidationError, document: Document) -> list[ScenarioError]:
    """What pydantic found in a study file."""
    return [_translated(each, document) for each in error.errors(include_url=False)]


def _translated(error: Any, document: Document) -> ScenarioError:
    keys, model = _written(error["loc"], document.values)
    kind, given = error["type"], error.get("input")
    if kind == "missing":
        return at(document, keys[:-1], f"lacks '{keys[-1]}'")
    if kind == "extra_forbidden":
        known = [field.alias or name for name, field in model.model_fields.items()] if model else []
        near = nearest_name(str(keys[-1]), known)
        return at(document, keys, "unknown key" + ("" if near else f" (there are {', '.join(known)})"), near)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_kind(error, document, keys)
    if kind == "too_short" and error["ctx"]["actual_length"] == 0:
        return at(document, keys, "is empty")
    message = str(error["msg"]).removeprefix("Value error, ")
    if kind != "value_error":
        message = f"{_EXPECTED.get(kind, message).format_map(error.get('ctx', {}))}, got {shown(given)}"
    return at(document, keys, message[0].lower() + message[1:])


def _unknown_kind(error: Any, document: Document, keys: Keys) -> ScenarioError:
    """A design or distribution that there is none of."""
    word = "design" if keys and keys[0] == "design" else "distribution"
    key = "kind" if word == "design" else "name"
    expected = re.findall(r"\w+", str(error.get("ctx", {}).get("expected_tags", "")))
    if word == "design":
        from sim.studies.schema import DESIGNS

        expected = list(DESIGNS)
    given = error.get("input")
    name = given.get(key) if isinstance(given, dict) else given
    keys = (*keys, key) if isinstance(given, dict) and key in given else keys
    if not isinstance(name, str):
        return at(document, keys, f"needs a {key}: {', '.join(expected)}")
    near = nearest_name(name, expected)
    return at(document, keys, f"unknown {word} '{name}' (there are {', '.join(expected)})", near)


def _written(loc: tuple[Any, ...], values: Any) -> tuple[Keys, type[BaseModel] | None]:
    """The location without the tags that pydantic adds for unions, and the model that was being read there."""
    from sim.studies.schema import StudyFile

    kept: Keys = ()
    model: Any = StudyFile
    for n, key in enumerate(loc):
        last = n == len(loc) - 1
        if isinstance(key, str) and key.startswith("["):
            model = next((m for tag, m in _tagged() if tag == key), model)
        else:
            kept = (*kept, key)
            if not last:
                field = getattr(model, "model_fields", {}).get(key)
                model = field.annotation if field is not None and hasattr(field.annotation, "model_fields") else model
    return kept, model if hasattr(model, "model_fields") else None


def _tagged() -> Iterator[tuple[str, Any]]:
    """The models of factors and designs by the tags under which pydantic reports their mistakes."""
    from sim.studies.schema import Design, Distribution, Factor

    for union in (Factor, Distribution, Design):
        for member in get_args(get_args(union)[0]):
            model, tag = get_args(member)
            yield tag.tag, model
