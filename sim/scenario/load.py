"""From file to Scenario, with every error translated to file, line and nearest valid name."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sim.errors import ScenarioError, nearest_name
from sim.scenario import Scenario
from sim.scenario.document import Document, Place, put, read


def load(path: Path, overrides: dict[str, Any], days: int | None) -> Scenario:
    """Read, merge, override and validate a scenario file."""
    document = read(path)
    for dotted, value in overrides.items():
        put(document, dotted, value, Place(f"--set {dotted}", None))
    if days is not None:
        put(document, "run.days", days, Place("--days", None))
        _drop_late_entries(document, days)
    document.values.setdefault("name", path.stem)
    return validated(document, path.parent)


def changed(scenario: Scenario, changes: dict[str, Any]) -> Scenario:
    """A scenario with values replaced by dotted path."""
    document = Document(json.loads(json.dumps(scenario.resolved())))
    for dotted, value in changes.items():
        if isinstance(value, BaseModel):
            value = value.model_dump(mode="json")
        put(document, dotted, value, Place("changes", None))
    return validated(document, scenario._base)


def parse_value(text: str) -> Any:
    """A value as `--set` gets it: YAML, so that numbers, lists and mappings can be written."""
    try:
        return YAML(typ="safe").load(io.StringIO(text))
    except YAMLError:
        return text


def validated(document: Document, base: Path | None) -> Scenario:
    """A Scenario from a document, or one ScenarioError for the first thing wrong with it."""
    try:
        return Scenario.model_validate(document.values, context={"base": base})
    except ValidationError as error:
        raise _translated(error, document) from None
    except ScenarioError as error:
        if error.file is not None:
            raise
        raise _placed(error, document) from None


def _drop_late_entries(document: Document, days: int) -> None:
    entries = document.values.get("calendar")
    if isinstance(entries, list):
        kept = [e for e in entries if not (isinstance(e, dict) and isinstance(e.get("day"), int) and e["day"] >= days)]
        document.values["calendar"] = kept


def _placed(error: ScenarioError, document: Document) -> ScenarioError:
    keys = _keys(error.path)
    place = document.place(keys)
    # keys below `set` may be written dotted, as one key
    if len(keys) > 3 and keys[0] == "calendar":
        written = [p for p in document.places if p[:3] == keys[:3] and len(p) == 4]
        for p in written:
            if str(p[3]).split(".")[0] == keys[3]:
                place = document.places[p]
    return ScenarioError(
        error.what, path=error.path, file=place.file if place else None, line=place.line if place else None, nearest=error.nearest
    )


def _keys(dotted: str) -> tuple[Any, ...]:
    return tuple(int(k) if k.isdigit() else k for k in dotted.split("."))


def _translated(error: ValidationError, document: Document) -> ScenarioError:
    first = min(error.errors(), key=lambda e: _order(e, document))
    loc = tuple(first["loc"])
    known = _written_part(loc, document)
    place = document.place(_deepest(known, first["msg"], document))
    what, nearest = _words(first, loc)
    path = ".".join(str(k) for k in known)
    return ScenarioError(what, path=path, file=place.file if place else None, line=place.line if place else None, nearest=nearest)


def _order(error: Any, document: Document) -> tuple[int, int]:
    place = document.place(_written_part(tuple(error["loc"]), document))
    return (0, place.line) if place and place.line is not None else (1, 0)


def _written_part(loc: tuple[Any, ...], document: Document) -> tuple[Any, ...]:
    """The location without the tags that pydantic adds for unions."""
    kept: tuple[Any, ...] = ()
    node: Any = document.values
    for key in loc:
        if isinstance(node, dict) and key in node or isinstance(node, list) and isinstance(key, int) and key < len(node):
            node = node[key]
            kept = (*kept, key)
        elif not isinstance(node, dict | list):
            break
        else:
            kept = (*kept, key) if key == loc[-1] else kept
    return kept


def _deepest(path: tuple[Any, ...], message: str, document: Document) -> tuple[Any, ...]:
    """The place of a key inside a plug-in's mapping when the message names one."""
    for at in document.places:
        if at[: len(path)] == path and len(at) == len(path) + 1 and f"'{at[-1]}'" in message:
            return at
    return path


def _words(error: Any, loc: tuple[Any, ...]) -> tuple[str, str | None]:
    if error["type"] == "extra_forbidden":
        return "unknown parameter", nearest_name(str(loc[-1]), _siblings(loc))
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] in ("value_error",):
        return message, None
    return f"{message[0].lower()}{message[1:]}, got {error['input']!r}", None


def _siblings(loc: tuple[Any, ...]) -> list[str]:
    """Valid names beside the last key of a location."""
    model: Any = Scenario
    for key in loc[:-1]:
        field = getattr(model, "model_fields", {}).get(key)
        if field is None:
            continue
        model = _model_in(field.annotation) or model
    return list(getattr(model, "model_fields", {}))


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _model_in(part)
        if found is not None:
            return found
    return None
