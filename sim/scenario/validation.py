"""A validation error in the user's words: file, line, path, what was expected, the nearest valid name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.core.errors import PluginError, ScenarioError, nearest_name, shown
from sim.scenario.document import Document
from sim.scenario.parameters import all_paths, expected, find_field, names_beside
from sim.scenario.yaml_io import Keys, Place

if TYPE_CHECKING:
    from pydantic import ValidationError

MOST = 8
_MAPPING = ("model_type", "model_attributes_type", "dict_type")
_LIST = ("tuple_type", "list_type")


def translate(error: ValidationError, document: Document) -> ScenarioError:
    """One ScenarioError for all mistakes of a document, in the order in which they were written."""
    placed = [place_error(each, document) for each in complaints(error, document.values)]
    placed.sort(key=lambda e: (e.line is None, e.line or 0))
    first, rest = placed[0], placed[1:MOST]
    also = [str(each) for each in rest] + ([f"and {len(placed) - MOST} more"] if len(placed) > MOST else [])
    return ScenarioError(
        first.what, path=first.keys, file=first.file, line=first.line, nearest=first.nearest, also=also
    )


def complaints(error: ValidationError, values: Any, above: Keys = ()) -> list[ScenarioError]:
    """What pydantic found, without places yet. `above` is where `values` hangs in the scenario."""
    found: dict[tuple[Keys, str], ScenarioError] = {}
    for each in error.errors(include_url=False):
        keys = _written_part(each["loc"], values)
        mistake = each.get("ctx", {}).get("error")
        if isinstance(mistake, PluginError):
            keys = keys if mistake.key is None else (*keys, mistake.key)
            complaint = ScenarioError(mistake.what, path=keys, nearest=mistake.nearest)
        else:
            what, nearest = _words(each, (*above, *keys))
            complaint = ScenarioError(what, path=keys, nearest=nearest)
        found.setdefault((keys, complaint.what), complaint)
    return _without_union_noise(list(found.values()))


def place_error(error: ScenarioError, document: Document) -> ScenarioError:
    """The error with the place where its path, or what is nearest above it, was written."""
    if error.file is not None:
        return error
    place = _calendar_place(error.keys, document) or document.place(error.keys)
    return ScenarioError(error.what, path=error.keys, file=place.file, line=place.line, nearest=error.nearest)


def _calendar_place(keys: Keys, document: Document) -> Place | None:
    """Below `set`, keys may be written dotted, as one key: the one that reaches furthest towards `keys`."""
    if len(keys) < 4 or keys[0] != "calendar":
        return None
    wanted, best = _split(keys[3:]), None
    for written, place in document.places.items():
        if written[:3] != keys[:3]:
            continue
        path = _split(written[3:])
        if path == wanted[: len(path)] and (best is None or len(path) > best[0]):
            best = (len(path), place)
    return best[1] if best else None


def _split(keys: Keys) -> Keys:
    return tuple(part for key in keys for part in str(key).split("."))


def _written_part(loc: tuple[Any, ...], values: Any) -> Keys:
    """The location without the tags that pydantic adds for unions and plug-ins."""
    kept: Keys = ()
    node = values
    for key in loc:
        inside_list = isinstance(node, list | tuple) and isinstance(key, int) and key < len(node)
        if (isinstance(node, dict) and key in node) or inside_list:
            node, kept = node[key], (*kept, key)
        elif isinstance(node, dict) and key == loc[-1] and "[" not in str(key):
            kept = (*kept, key)  # a key that is missing
    return kept


def _without_union_noise(found: list[ScenarioError]) -> list[ScenarioError]:
    """A plug-in that may also be null fails twice; only what the plug-in itself says is of use."""
    said = {e.keys[:n] for e in found for n in range(len(e.keys) + 1) if "must be nothing" not in e.what}
    return [e for e in found if "must be nothing" not in e.what or e.keys not in said] or found


def _words(error: Any, keys: Keys) -> tuple[str, str | None]:
    kind, given = error["type"], error.get("input")
    if kind == "extra_forbidden":
        return _unknown(keys)
    if kind == "none_required":
        return f"must be nothing (null), got {shown(given)}", None
    if kind in _MAPPING:
        return f"must be a mapping of parameters, got {shown(given)}", None
    if kind in _LIST:
        return f"must be a list, got {shown(given)}", None
    field = find_field(keys)
    wanted = expected(field) if field is not None else ""
    if wanted and (kind not in ("value_error", "too_short", "too_long") or error["msg"] == "Value error, wrong type"):
        return f"must be {wanted}, got {shown(given)}", None
    message = str(error["msg"]).removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    return (message if kind == "value_error" else f"{message}, got {shown(given)}"), None


def _unknown(keys: Keys) -> tuple[str, str | None]:
    key = str(keys[-1])
    near = nearest_name(key, names_beside(keys))
    if near is None:
        ends = {path.rpartition(".")[2]: path for path in all_paths()}
        elsewhere = nearest_name(key, ends)
        near = ends[elsewhere] if elsewhere else None
    return "unknown parameter", near
