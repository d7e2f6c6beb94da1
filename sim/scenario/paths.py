"""Dotted paths, such as `platform.detectors.device.threshold`: the only code that splits and follows them.

A key of a path is a key of a mapping, a field of a section or plug-in, or a position in a list.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from sim.core.errors import ScenarioError, nearest_name

Keys = tuple[Any, ...]


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()

_NOT_A_POSITION = "is a list; give a position from 0 to {last}"
_EMPTY_LIST = "is an empty list"


# -- text -------------------------------------------------------------------------------------------------


def split_path(path: str | Keys) -> Keys:
    """The keys of a dotted path; a tuple of keys is returned as it is."""
    return tuple(path.split(".")) if isinstance(path, str) else path


def join_path(keys: Keys) -> str:
    """The dotted path of some keys."""
    return ".".join(str(key) for key in keys)


def overlap(path: str, other: str) -> bool:
    """Whether two dotted paths are the same, or one lies within the other."""
    return f"{path}.".startswith(f"{other}.") or f"{other}.".startswith(f"{path}.")


# -- values -----------------------------------------------------------------------------------------------


def get_child(node: Any, key: Any) -> Any:
    """The value of one key of a mapping, list, section or plug-in; MISSING when there is none."""
    if isinstance(node, Mapping):
        return node.get(key, MISSING)
    if isinstance(node, list | tuple):
        at = _position(node, key)
        return MISSING if at is None else node[at]
    return getattr(node, key, MISSING) if key in _field_names(node) else MISSING


def get_by_path(node: Any, path: str | Keys, default: Any = None) -> Any:
    """The value at a path, or `default` when there is none."""
    for key in split_path(path):
        node = get_child(node, key)
        if node is MISSING:
            return default
    return node


def enter_mapping(below: Any, path: Keys) -> Any:
    """The mapping or list in which the walk continues; a new mapping when there is neither."""
    return below if isinstance(below, dict | list) else {}


def set_by_path(values: Any, path: str | Keys, value: Any, enter: Callable[[Any, Keys], Any] = enter_mapping) -> Keys:
    """Set one value in nested mappings and lists, in place; returns the keys used, list positions as integers.

    `enter(below, keys)` gets the value at each step of the path (MISSING when there is none) and returns the mapping or
    list in which the walk continues. ScenarioError when a key is not a position of a list.
    """
    *above, last = split_path(path)
    node: Any = values
    done: Keys = ()
    for key in above:
        at = _key_in(node, key, done)
        done = (*done, at)
        node[at] = enter(get_child(node, at), done)
        node = node[at]
    at = _key_in(node, last, done)
    node[at] = value
    return (*done, at)


def leaves(node: Any, *, lists: bool = False, path: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """Keys and value of everything but mappings with entries; with `lists`, lists are walked, too."""
    if isinstance(node, Mapping) and node:
        below: Any = node.items()
    elif lists and isinstance(node, list | tuple) and node:
        below = enumerate(node)
    else:
        yield path, node
        return
    for key, value in below:
        yield from leaves(value, lists=lists, path=(*path, key))


def _position(items: Any, key: Any) -> int | None:
    at = int(key) if isinstance(key, str) and key.isdecimal() else key
    return at if isinstance(at, int) and 0 <= at < len(items) else None


def _key_in(node: Any, key: Any, path: Keys) -> Any:
    """The key in the form that `node` uses: a position when it is a list."""
    if not isinstance(node, list):
        return key
    at = _position(node, key)
    if at is None:
        raise ScenarioError(_NOT_A_POSITION.format(last=len(node) - 1) if node else _EMPTY_LIST, path=path)
    return at


def _field_names(node: Any) -> Any:
    kind = type(node)
    return getattr(kind, "model_fields", None) or getattr(kind, "__dataclass_fields__", ())


# -- schema -----------------------------------------------------------------------------------------------


def find_field(model: type[BaseModel], path: str | Keys) -> FieldInfo | None:
    """The field of a schema at a path; None when there is none.

    The path may hold the tags of tagged unions, as the locations of pydantic's errors do.
    """
    *above, last = split_path(path)
    found = (_fields(each).get(last) for each in models_at(model, tuple(above)))
    return next((field for field in found if field is not None), None)


def names_at(model: type[BaseModel], path: str | Keys) -> list[str]:
    """Valid names in the place of the last key of a path."""
    return list(dict.fromkeys(name for each in models_at(model, split_path(path)[:-1]) for name in _fields(each)))


def nearest_path(model: type[BaseModel], path: str | Keys, everywhere: tuple[str, ...]) -> str | None:
    """The valid name nearest to a path's last key: one beside it, or else one of the paths `everywhere`."""
    name = str(split_path(path)[-1])
    near = nearest_name(name, names_at(model, path))
    if near is None:
        ends = {split_path(each)[-1]: each for each in everywhere}
        elsewhere = nearest_name(name, ends)
        near = ends[elsewhere] if elsewhere else None
    return near


def models_at(model: type[BaseModel], path: str | Keys) -> list[type[BaseModel]]:
    """The sections that a path may lead to; empty when it leads to something else."""
    return [each for _, each in alternatives_at(model, path) if _is_section(each)]


def alternatives_at(model: type[BaseModel], path: str | Keys) -> list[tuple[str | None, Any]]:
    """The types that a path may lead to, each with the tag that a tagged union gives it."""
    kinds: list[Any] = [model]
    for key in split_path(path):
        kinds = [below for kind in kinds for below in _kinds_below(kind, key)]
    return [each for kind in kinds for each in _alternatives(kind)]


def _alternatives(kind: Any) -> Iterator[tuple[str | None, Any]]:
    """The types of a union with their tags; a type that is no union is its own single alternative."""
    if get_origin(kind) is Annotated:
        inner, *metadata = get_args(kind)
        tag = next((each.tag for each in metadata if isinstance(each, Tag)), None)
        yield from ((tag or own, each) for own, each in _alternatives(inner))
    elif get_origin(kind) in (Union, types.UnionType):
        for part in get_args(kind):
            yield from _alternatives(part)
    else:
        yield None, kind


def _kinds_below(kind: Any, key: Any) -> Iterator[Any]:
    """Types of the values under a key of a value of some type."""
    for tag, each in _alternatives(kind):
        if tag is not None and tag == key:
            yield each
        elif _is_section(each):
            field = _fields(each).get(key)
            if field is not None:
                yield field.annotation
        elif get_origin(each) is dict:
            yield get_args(each)[1]
        elif get_origin(each) in (tuple, list) and str(key).isdecimal():
            yield get_args(each)[0]


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a section by the names that files use."""
    return {field.alias or name: field for name, field in model.model_fields.items()}
