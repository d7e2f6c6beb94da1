"""Validation errors in the user's words: file, line, path, what was expected, the nearest valid name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_origin

from sim.core.errors import ParameterError, ScenarioError, nearest_name, shown
from sim.scenario.document import Document
from sim.scenario.parameters import all_paths, expected
from sim.scenario.paths import (
    Keys,
    alternatives_at,
    find_field,
    join_path,
    models_at,
    names_at,
    nearest_path,
    split_path,
)
from sim.scenario.renamed import RENAMED, describe_renaming
from sim.scenario.schema.section import Mistyped
from sim.scenario.yaml_io import Location

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

MOST_SHOWN = 8
MOST_LISTED = 12

_GOT = "{what}, got {given}"
_EXPECTED = "must be {expected}"
_EMPTY = "is empty"
_LACKS = "lacks '{key}'"
_LISTED = "{what} (there are {names})"
_UNKNOWN_CHOICE = "unknown {noun} '{name}' (there are {names})"
_NEEDS_CHOICE = "needs a {key}: {names}"
_MORE = "and {count} more"
_NOT_NULL = "must be nothing (null)"

MESSAGES: dict[str, str] = {
    "none_required": _NOT_NULL,
    "model_type": "must be a mapping of parameters",
    "model_attributes_type": "must be a mapping of parameters",
    "dict_type": "must be a mapping of parameters",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "too_short": "needs at least {min_length} {entries}",
    "too_long": "takes at most {max_length} {entries}",
}

# what is wrong with an entry of a list, of which the schema has no more to say
ITEMS: dict[str, str] = {
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "is too large",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be finite",
    "string_type": "must be text",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
}


@dataclass(frozen=True)
class Wording:
    """The schema of a kind of file, and how its errors are worded.

    `messages` are templates by pydantic's type of error, with the values of the error's context as names; where
    there is none, the message says what the schema expects. `above` is the path at which the schema stands, and
    `renamed` maps old dotted paths to new ones.
    """

    schema: type[BaseModel]
    above: Keys = ()
    unknown: str = "unknown parameter"
    messages: Mapping[str, str] = field(default_factory=lambda: MESSAGES)
    renamed: Mapping[str, str] = field(default_factory=lambda: RENAMED)


def translate(error: ValidationError, document: Document, wording: Wording) -> ScenarioError:
    """One ScenarioError for everything that pydantic found in a document, in the order of the file."""
    return combine(locate(each, document) for each in errors_in(error, document.values, wording))


def errors_in(error: ValidationError, values: Any, wording: Wording) -> list[ScenarioError]:
    """What pydantic found in some values, without file and line."""
    found: dict[tuple[Keys, str], ScenarioError] = {}
    given = error.errors(include_url=False)
    for each in given:
        if each["type"] == "too_short" and any(
            other["loc"][: len(each["loc"])] == each["loc"] for other in given if other is not each
        ):
            continue  # pydantic counts the entries that are right; what is wrong with the others is said
        translated = _translated(each, values, wording)
        found.setdefault((translated.keys, translated.what), translated)
    return _without_union_noise(list(found.values()))


def combine(found: Iterable[ScenarioError]) -> ScenarioError:
    """Combine errors into one, in the order of the file and without repetition."""
    once = {str(each): each for each in found}
    ordered = sorted(once.values(), key=lambda each: (each.line is None, each.line or 0))
    first, lines = ordered[0], [line for each in ordered for line in str(each).split("\n")][1:]
    also = lines[: MOST_SHOWN - 1]
    if len(lines) >= MOST_SHOWN:
        also.append(_MORE.format(count=len(lines) - MOST_SHOWN + 1))
    return ScenarioError(
        first.what, path=first.keys, file=first.file, line=first.line, nearest=first.nearest, also=also
    )  # fmt: skip


def error_at(document: Document, keys: Keys, what: str, nearest: str | None = None) -> ScenarioError:
    """An error with the file and line on which `keys`, or the nearest key above it, was written."""
    return locate(ScenarioError(what, path=keys, nearest=nearest), document)


def locate(error: ScenarioError, document: Document) -> ScenarioError:
    """The error with the file and line of its path; as it is when it has a file already."""
    if error.file is not None:
        return error
    found = _in_calendar(error.keys, document) or document.location(error.keys)
    return ScenarioError(error.what, path=error.keys, file=found.file, line=found.line, nearest=error.nearest)


def _in_calendar(keys: Keys, document: Document) -> Location | None:
    """Below `set`, keys may be written dotted, as one key: find the longest that leads towards `keys`."""
    if len(keys) < 4 or keys[0] != "calendar":
        return None
    wanted, best = split_path(join_path(keys[3:])), None
    for written, location in document.locations.items():
        if written[:3] != keys[:3]:
            continue
        path = split_path(join_path(written[3:])) if len(written) > 3 else ()
        if path == wanted[: len(path)] and (best is None or len(path) > best[0]):
            best = (len(path), location)
    return best[1] if best else None


# -- one error --------------------------------------------------------------------------------------------


def _translated(error: Any, values: Any, wording: Wording) -> ScenarioError:
    keys = _written_keys(error, values, wording.schema)
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, ParameterError):
        keys = keys if cause.key is None else (*keys, cause.key)
        return ScenarioError(cause.what, path=keys, nearest=cause.nearest)
    if error["type"] == "missing":
        return ScenarioError(_LACKS.format(key=keys[-1]), path=keys[:-1])
    if error["type"] == "extra_forbidden":
        return _unknown_key(error["loc"], keys, wording)
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_choice(error, keys, wording)
    return ScenarioError(describe(error, wording), path=keys, nearest=_nearest_choice(error))


def _nearest_choice(error: Any) -> str | None:
    """Of the texts that alone are allowed, the one most like what was given."""
    given = error.get("input")
    if error["type"] != "literal_error" or not isinstance(given, str):
        return None
    return nearest_name(given, re.findall("'([^']*)'", error["ctx"]["expected"]))


def _written_keys(error: Any, values: Any, schema: type[BaseModel]) -> Keys:
    """The location without the tags that pydantic adds for unions and plug-ins.

    It may end with a parameter that nobody wrote, when its default does not go with what was written.
    """
    kept: Keys = ()
    node = values
    for key in error["loc"]:
        inside_list = isinstance(node, list | tuple) and isinstance(key, int) and key < len(node)
        if (isinstance(node, dict) and key in node) or inside_list:
            node, kept = node[key], (*kept, key)
        elif error["type"] == "missing" and key == error["loc"][-1]:
            kept = (*kept, key)
        elif isinstance(node, dict) and find_field(schema, (*kept, key)) is not None:
            node, kept = {}, (*kept, key)
    return kept


def describe(error: Any, wording: Wording) -> str:
    """What is wrong with a value, and the value, of one of pydantic's errors."""
    kind, context = error["type"], error.get("ctx", {})
    one = 1 in (context.get("min_length"), context.get("max_length"))
    context = context | {"entries": "entry" if one else "entries"}
    given = error.get("input")
    if kind == "value_error":
        return _uncapitalised(str(error["msg"]).removeprefix("Value error, "))
    if kind in ("too_short", "too_long") and context.get("actual_length") == 0:
        return _EMPTY
    what = _uncapitalised(str(error["msg"]))
    found = find_field(wording.schema, error["loc"]) if error["loc"] else None
    if kind in wording.messages:
        what = wording.messages[kind].format_map(context)
    elif found is not None:
        what = _EXPECTED.format(expected=expected(found))
    elif kind in ITEMS:
        what = ITEMS[kind].format_map(context)
    return _GOT.format(what=what, given=shown(given.value if isinstance(given, Mistyped) else given))


def _uncapitalised(text: str) -> str:
    return text[0].lower() + text[1:]


def _unknown_key(loc: Keys, keys: Keys, wording: Wording) -> ScenarioError:
    renamed = describe_renaming(join_path((*wording.above, *keys)), wording.renamed)
    if renamed is not None:
        return ScenarioError(renamed, path=keys)
    near = nearest_path(wording.schema, loc, all_paths(wording.schema))
    names = names_at(wording.schema, loc)
    what = wording.unknown
    if near is None and 0 < len(names) <= MOST_LISTED:
        what = _LISTED.format(what=what, names=", ".join(names))
    return ScenarioError(what, path=keys, nearest=near)


def _unknown_choice(error: Any, keys: Keys, wording: Wording) -> ScenarioError:
    """An unknown member of a tagged union, such as a study's design or distribution."""
    names = [tag.strip("[]") for tag, _ in alternatives_at(wording.schema, error["loc"]) if tag is not None]
    key, given = _tag_key(models_at(wording.schema, error["loc"])[0]), error.get("input")
    name = given.get(key) if isinstance(given, dict) else given
    path = (*keys, key) if isinstance(given, dict) and key in given else keys
    listed = ", ".join(names)
    if not isinstance(name, str):
        return ScenarioError(_NEEDS_CHOICE.format(key=key, names=listed), path=path)
    what = _UNKNOWN_CHOICE.format(noun=keys[-1], name=name, names=listed)
    return ScenarioError(what, path=path, nearest=nearest_name(name, names))


def _tag_key(model: type[BaseModel]) -> str:
    """The field that distinguishes the members of a union."""
    literal = (name for name, field in model.model_fields.items() if get_origin(field.annotation) is Literal)
    return next(literal, "name")


def _without_union_noise(found: list[ScenarioError]) -> list[ScenarioError]:
    """A plug-in that may also be null fails twice; only the error of the plug-in itself is useful."""
    explained = {each.keys[:n] for each in found for n in range(len(each.keys) + 1) if _NOT_NULL not in each.what}
    return [each for each in found if _NOT_NULL not in each.what or each.keys not in explained] or found
