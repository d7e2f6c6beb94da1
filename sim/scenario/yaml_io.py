"""YAML text as plain values, with the line of every key."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass
from typing import Any

from sim.core.errors import ScenarioError
from sim.scenario.paths import Keys

UNREADABLE_PART = "not valid YAML: an anchor, merge or tag in it makes no sense"
TOO_MANY = "holds more than {most:,} values, most of them by aliases of aliases"
MOST_VALUES = 100_000
NO_KIND = "is a value of a kind that no scenario holds ({kind})"
NO_TAG = "has the tag {tag}, which means nothing here"
YAML_TAGS = tuple(
    f"tag:yaml.org,2002:{name}" for name in ("bool", "float", "int", "map", "null", "seq", "str", "timestamp")
)
PYTHON_TAGS = "tag:yaml.org,2002:python/"
NOT_TEXT = "holds a character that is no text (half of a surrogate pair)"


@dataclass(frozen=True)
class Location:
    """Where something was written; `line` counts from 1. An override has no line; its `file` is the option itself."""

    file: str | None
    line: int | None


def parse_text(text: str, name: str) -> tuple[dict[str, Any], dict[Keys, Location]]:
    """Values of a YAML mapping and the location of each; ScenarioError for anything else."""
    from ruamel.yaml.comments import CommentedMap

    tree = _tree(text, name)
    if tree is None:
        raise ScenarioError("is empty; a scenario is a mapping of sections", file=name, line=1)
    if not isinstance(tree, CommentedMap):
        raise ScenarioError("a scenario is a mapping of sections, not a list or a single value", file=name, line=1)
    locations: dict[Keys, Location] = {(): Location(name, 1)}
    try:
        return _plain(tree, (), locations, name), locations
    except RecursionError:
        raise ScenarioError("a part of it contains itself, or it is nested too deeply", file=name) from None


def _tree(text: str, name: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    yaml = YAML(typ="rt")
    yaml.composer.warn_double_anchors = False  # YAML permits them
    try:
        return yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = str(error.problem or error.context or "it cannot be parsed").split("\n")[0]
        reason = reason.partition(" with value ")[0]  # of a key that stands there twice, what it says both times
        raise ScenarioError(f"not valid YAML: {reason}", file=name, line=mark.line + 1 if mark else None) from None
    except YAMLError as error:
        raise ScenarioError(f"not valid YAML: {str(error).splitlines()[0]}", file=name) from None
    except (ValueError, RecursionError) as error:
        what = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ScenarioError(f"not valid YAML: {what}", file=name) from None
    except (AttributeError, TypeError, LookupError, AssertionError):  # the parser's own, on anchors within themselves
        raise ScenarioError(UNREADABLE_PART, file=name) from None


def parse_value(text: str) -> Any:
    """A value as `--set` gets it: YAML (numbers, lists, mappings), or else the text itself."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        value = YAML(typ="safe", pure=True).load(io.StringIO(text))
    except (YAMLError, ValueError, RecursionError, AttributeError, TypeError, LookupError, AssertionError):
        return text
    return value


def _plain(node: Any, path: Keys, locations: dict[Keys, Location], name: str) -> Any:
    from ruamel.yaml.comments import CommentedMap, CommentedSeq, TaggedScalar

    _check_tag(node, locations.get(path, Location(name, None)), path)
    if isinstance(node, CommentedMap):
        out: dict[Any, Any] = {}
        for key, value in node.items():
            _check_size(locations, name)
            below = (*path, key)
            _check_text(key, Location(name, None), path)
            written = (node.lc.data or {}).get(key)  # a key merged in with `<<` stands elsewhere
            locations[below] = Location(name, written[0] + 1) if written else locations[path]
            out[key] = _plain(value, below, locations, name)
        return out
    if isinstance(node, CommentedSeq):
        items = []
        for i, value in enumerate(node):
            _check_size(locations, name)
            written = (node.lc.data or {}).get(i)  # a list with a tag knows no lines
            locations[(*path, i)] = (
                Location(name, written[0] + 1) if written else locations.get(path, Location(name, 1))
            )
            items.append(_plain(value, (*path, i), locations, name))
        return items
    if isinstance(node, TaggedScalar):  # only `!!str 2` comes so
        node = str(node.value)
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            _check_text(node, locations.get(path, Location(name, None)), path)
            return kind(node)
    if node is None or isinstance(node, datetime.date):
        return node
    at = locations.get(path, Location(name, None))
    raise ScenarioError(NO_KIND.format(kind=type(node).__name__), path=path, file=at.file, line=at.line)


def _check_size(locations: dict[Keys, Location], name: str) -> None:
    """Refuse a file that unfolds to more than anybody writes; every value has its location."""
    if len(locations) > MOST_VALUES:
        raise ScenarioError(TOO_MANY.format(most=MOST_VALUES), file=name)


def _check_tag(node: Any, at: Location, path: Keys) -> None:
    """Refuse tags but for YAML's own: no other means anything here."""
    tag = str(getattr(getattr(node, "tag", None), "value", None) or "")
    if tag and not tag.startswith(YAML_TAGS):
        raise ScenarioError(
            NO_TAG.format(tag=tag.replace(PYTHON_TAGS, "!!python/")), path=path, file=at.file, line=at.line
        )


def _check_text(value: Any, at: Location, path: Keys) -> None:
    """Refuse what no file or terminal could hold."""
    if isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value):
        raise ScenarioError(NOT_TEXT, path=path, file=at.file, line=at.line)
