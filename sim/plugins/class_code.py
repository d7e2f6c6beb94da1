"""Digest of a class that stands in no file: its methods' code, and in turn the functions and values that they use."""

from __future__ import annotations

import builtins
import dataclasses
import dis
import functools
import hashlib
import pickle
import secrets
import sys
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import Enum
from types import BuiltinFunctionType, CodeType, FunctionType, MappingProxyType, MethodType, ModuleType
from typing import Any

import numpy as np

from sim.plugins.places import digest_of_file, is_library_module
from sim.plugins.source_files import sources_of

_PLAIN = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis), type(NotImplemented), range, slice)
_GLOBAL = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
# of a class, and no part of what it does
_APART = frozenset(
    {"__dict__", "__weakref__", "__doc__", "__module__", "__qualname__", "__annotations__", "__match_args__"}
    | {"__dataclass_fields__", "__dataclass_params__", "__firstlineno__", "__static_attributes__", "_abc_impl"}
    | {"__annotate_func__", "__annotations_cache__", "__abstractmethods__", "__parameters__", "__orig_bases__"}
    | {"__type_params__"}
)
_tokens: dict[type, str] = {}  # of classes that cannot be told


class _CannotTell(Exception):
    """A value whose content has no plain form."""


def digest_of_class(cls: type) -> str:
    """SHA-256 over the class and all that its methods use, as it is now.

    Where a part cannot be told it is a random token, which stays the same until `forget_tokens`.
    """
    walk = _Walk()
    try:
        walk.add(cls)
    except (_CannotTell, RecursionError):
        walk.codes = 0
    if walk.codes == 0:
        return _tokens.setdefault(cls, secrets.token_hex())
    return walk.digest.hexdigest()


def forget_tokens() -> None:
    """Let classes that cannot be told get other tokens: what is run next is not taken for what was run before."""
    _tokens.clear()


class _Walk:
    """Feeds values into a digest, each once."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.codes = 0  # code objects met
        self.seen: dict[int, tuple[int, Any]] = {}  # by identity: its number, and the object, so that it stays

    def note(self, *words: object) -> None:
        self.digest.update("\0".join(map(str, words)).encode("utf-8", "surrogatepass") + b"\n")

    def add(self, value: Any) -> None:
        if isinstance(value, _PLAIN):
            self.note(type(value).__name__, repr(value))
            return
        if type(value) is tuple:  # whether two equal ones are one object is the interpreter's affair
            self.add_all("tuple", value)
            return
        if id(value) in self.seen:
            self.note("again", self.seen[id(value)][0])
            return
        self.seen[id(value)] = (len(self.seen), value)
        for kind, describe in _KINDS:
            if isinstance(value, kind):
                describe(self, value)
                return
        self.add_object(value)

    def add_all(self, what: str, values: Iterable[Any]) -> None:
        self.note(what)
        for value in values:
            self.add(value)
        self.note("end")

    def add_mapping(self, value: Mapping[Any, Any]) -> None:
        self.add_all("mapping", (each for item in value.items() for each in item))

    def add_set(self, value: Iterable[Any]) -> None:
        if not all(isinstance(each, _PLAIN) for each in value):
            raise _CannotTell
        self.note("set", *sorted(f"{type(each).__name__} {each!r}" for each in value))

    def add_array(self, value: Any) -> None:
        if value.dtype.hasobject:
            raise _CannotTell
        self.note("array", value.dtype.str, value.shape)
        self.digest.update(np.ascontiguousarray(value).tobytes())

    def add_code(self, code: CodeType) -> None:
        self.codes += 1
        self.note(code.co_name, code.co_flags, code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount)
        self.note(code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
        self.digest.update(code.co_code + code.co_exceptiontable)
        self.add_all("constants", code.co_consts)

    def add_function(self, function: FunctionType) -> None:
        if self.is_library(function):
            return
        self.add_code(function.__code__)
        self.add_all("defaults", [function.__defaults__, function.__kwdefaults__])
        for cell in function.__closure__ or ():
            try:
                self.add(cell.cell_contents)
            except ValueError:
                self.note("empty cell")
        for name in sorted(_globals_of(function.__code__)):
            if name in function.__globals__:
                self.note("global", name)
                self.add(function.__globals__[name])
            elif not hasattr(builtins, name):
                self.note("absent", name)

    def add_class(self, cls: type) -> None:
        if self.is_library(cls):
            return
        self.note("class", cls.__qualname__)
        self.add_all("bases", cls.__bases__)
        for name, value in vars(cls).items():
            if name not in _APART:
                self.note(name)
                self.add(value)
        for each in dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ():
            self.note(each.name)
            if each.default_factory is not dataclasses.MISSING:
                self.add(each.default_factory)

    def add_module(self, module: ModuleType) -> None:
        self.note("module", module.__name__)
        if is_library_module(module):
            return
        files = sources_of(module, {}).files
        if not files:
            raise _CannotTell
        for path in sorted(files):
            self.note(path.name, digest_of_file(path))

    def add_object(self, value: Any) -> None:
        """A wrapper by what it wraps, an object of a library by its pickle, another by its class and attributes."""
        wrapped = getattr(value, "__wrapped__", None) or getattr(value, "py_func", None)
        if wrapped is not None:
            self.note(type(value).__qualname__)
            self.add(wrapped)
            return
        if type(value).__name__ in ("member_descriptor", "getset_descriptor"):
            self.note(value.__name__)
            return
        if self.is_library(type(value)):
            try:
                self.digest.update(pickle.dumps(value))
            except Exception:
                raise _CannotTell from None
            return
        attributes = getattr(value, "__dict__", None)
        if attributes is None:
            raise _CannotTell
        self.add(type(value))
        self.add_mapping(attributes)

    def is_library(self, value: Any) -> bool:
        """Whether a function or class is a library's or our own; then its name stands for it."""
        self.note(value.__module__, value.__qualname__)
        module = sys.modules.get(value.__module__ or "")
        return value.__module__ == "builtins" or is_library_module(module)


def _globals_of(code: CodeType) -> dict[str, None]:
    """Names that a code object and those inside it look up outside."""
    found = {each.argval: None for each in dis.get_instructions(code) if each.opname in _GLOBAL}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= _globals_of(constant)
    return found


_KINDS: tuple[tuple[Any, Any], ...] = (
    (CodeType, _Walk.add_code),
    (FunctionType, _Walk.add_function),
    (type, _Walk.add_class),
    (ModuleType, _Walk.add_module),
    ((staticmethod, classmethod), lambda walk, it: walk.add(it.__func__)),
    (property, lambda walk, it: walk.add_all("property", [it.fget, it.fset, it.fdel])),
    (functools.cached_property, lambda walk, it: walk.add(it.func)),
    (functools.partial, lambda walk, it: walk.add_all("partial", [it.func, it.args, it.keywords])),
    (MethodType, lambda walk, it: walk.add_all("method", [it.__func__, it.__self__])),
    (BuiltinFunctionType, lambda walk, it: walk.note(it.__module__, it.__qualname__)),
    (Enum, lambda walk, it: walk.add_all("enum", [type(it), it.name])),
    ((date, timedelta), lambda walk, it: walk.note(repr(it))),
    ((tuple, list), lambda walk, it: walk.add_all(type(it).__name__, it)),
    ((set, frozenset), _Walk.add_set),
    ((dict, MappingProxyType), _Walk.add_mapping),
    (np.ndarray, _Walk.add_array),
)
