"""Calls of users' own plug-ins: what their code raises, and arrays that are not what they must be, become one message.

Plug-ins that ship are not checked here; the tests in `tests/contracts` do it for them.
"""

from __future__ import annotations

import dataclasses
import linecache
import numbers
import sysconfig
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import PluginAnswerError, one_line, shown
from sim.plugins.registry import FAMILIES, name_of
from sim.plugins.running import running

Answer = TypeVar("Answer")

FAULT = "{family} plug-in '{name}'{label}, day {day}: {what}"
RAISED = "'{method}' raised {error}{message}{place}"
EXPECTED = "'{method}' must return {expected}, got {given}"
DIFFERS = "'{method}' gave two answers to one question; it must return the same for the same input, and keep no state"
UNUSABLE = "what '{method}' did or returned cannot be used: {error}: {message}"
AT = "{value} at entry {at}"
ARRAY = "{a} array of {dtype} of shape {shape}"
_PLACE = " at {file}:{line} ({code})"
_INTEGER, _REAL = "iu", "iufb"
_OURS = Path(__file__).resolve().parent.parent
_LIBRARIES = tuple(sysconfig.get_paths()[kind] for kind in ("stdlib", "platstdlib", "purelib", "platlib"))
_SHIPPED = frozenset(cls for family in FAMILIES.values() for cls in family.members.values())
_ASKED_TWICE = "_asked_twice"  # and the name of a step of its own


def is_shipped(plugin: Any) -> bool:
    """Whether a plug-in is of a class that ships with the package; a subclass of one is the user's own."""
    return type(plugin) in _SHIPPED


@dataclasses.dataclass(frozen=True)
class Call:
    """A call of a user's plug-in, for messages: its family, its label in the scenario, and the day of the run.

    `step` is the method where it is not the one that the family has to have.
    """

    family: str
    plugin: Any
    label: str
    day: int
    step: str = ""

    @property
    def method(self) -> str:
        """The method that is asked."""
        return self.step or FAMILIES[self.family].method

    def refuse(self, what: str, cause: BaseException | None = None) -> NoReturn:
        """Raise the one message."""
        label = f" ({self.label})" if self.label else ""
        name = name_of(self.plugin)
        raise PluginAnswerError(
            FAULT.format(family=self.family, name=name, label=label, day=self.day, what=what)
        ) from cause

    def expected(self, expected: str, given: Any, spelt: bool = False) -> NoReturn:
        """Refuse an answer: what it must be, and what it is (a value, or text when `spelt`)."""
        self.refuse(
            EXPECTED.format(method=self.method, expected=expected, given=given if spelt else describe_value(given))
        )

    def call_user(self, function: Callable[..., Any], *args: Any, method: str = "") -> Any:
        """What the user's function returns; an exception is told with the user's own line."""
        try:
            return function(*args)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            message = one_line(error)
            what = RAISED.format(
                method=method or self.method,
                error=type(error).__name__,
                message=f": {message}" if message else "",
                place=place_of(error.__traceback__),
            )
            self.refuse(what, error)

    def settled(self, call: Callable[[], Answer], is_empty: Callable[[Answer], bool]) -> Answer:
        """What `call` returns; until the first answer that is not empty, it is called twice and both are compared."""
        mark = _ASKED_TWICE + self.step
        try:
            with running(type(self.plugin)):
                answer = call()
                if _has(self.plugin, mark):
                    return answer
                if not same(answer, call()):
                    self.refuse(DIFFERS.format(method=self.method))
        except (PluginAnswerError, KeyboardInterrupt):
            raise
        except BaseException as error:  # an answer of a class of its own, or a view that was spoilt
            what = UNUSABLE.format(method=self.method, error=type(error).__name__, message=one_line(error))
            self.refuse(what + place_of(error.__traceback__, ours=False), error)
        if not is_empty(answer):
            object.__setattr__(self.plugin, mark, True)
        return answer

    def numbers(self, given: Any, expected: str, n: int | None = None) -> NDArray[np.float64]:
        """A copy of `given` as finite float64 of shape (n,), or of any length where `n` is None."""
        found = self._vector(given, expected, n)
        if found.dtype.kind == "O" and all(isinstance(each, numbers.Real) for each in found):
            found = self._converted(found, expected)
        if found.dtype.kind not in _REAL:
            self.expected(expected, given)
        values = found.astype(np.float64)
        if not np.isfinite(values).all():
            at = int(np.flatnonzero(~np.isfinite(values))[0])
            self.expected(expected, AT.format(value=values[at], at=at), spelt=True)
        return values

    def integers(self, given: Any, expected: str, n: int | None = None) -> NDArray[np.int64]:
        """A copy of `given` as int64 of shape (n,); nothing but integers is taken, but for an empty array."""
        found = self._vector(given, expected, n)
        if len(found) == 0:
            return np.zeros(0, np.int64)
        if found.dtype.kind not in _INTEGER or (found.dtype.kind == "u" and int(found.max()) > np.iinfo(np.int64).max):
            self.expected(expected, given)
        return found.astype(np.int64)

    def _converted(self, found: NDArray[Any], expected: str) -> NDArray[Any]:
        try:
            return found.astype(np.float64)
        except (OverflowError, ValueError, TypeError):
            self.expected(expected, found)

    def _vector(self, given: Any, expected: str, n: int | None) -> NDArray[Any]:
        """`given` as an array of one dimension, without masked entries."""
        if np.ma.isMaskedArray(given) and np.ma.getmaskarray(given).any():
            self.expected(expected, given)
        # NumPy asks any object that has a length and items for one after the other, and never ends if they do not
        if not isinstance(given, np.ndarray | list | tuple | range) and not hasattr(given, "__array__"):
            self.expected(expected, given)
        try:
            found = np.asarray(given)
        except Exception:
            self.expected(expected, given)
        if found.ndim != 1 or (n is not None and len(found) != n):
            self.expected(expected, given)
        return found


def _has(plugin: Any, mark: str) -> bool:
    try:
        return bool(object.__getattribute__(plugin, mark))  # a class may answer for any attribute
    except AttributeError:
        return False


def same(one: Any, other: Any) -> bool:
    """Whether two checked answers are the same to the bit."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in dataclasses.fields(one))
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def describe_value(given: Any) -> str:
    """An answer in few words: class and shape of arrays, else the value itself, on one line."""
    if isinstance(given, np.ndarray):
        a = "a masked" if np.ma.isMaskedArray(given) else "an"
        return ARRAY.format(a=a, dtype=given.dtype, shape=given.shape)
    try:
        return " ".join(shown(given).split())
    except Exception:
        return type(given).__name__


def place_of(trace: TracebackType | None, ours: bool = True) -> str:
    """The user's own line in a traceback: the innermost that is neither ours nor a library's.

    Where there is none it is the outermost, unless `ours` is false.
    """
    found = None
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not _foreign(file) or (found is None and ours):
            found = (file, trace.tb_lineno)
        trace = trace.tb_next
    if found is None or Path(found[0]) == Path(__file__):
        return ""
    return _PLACE.format(file=found[0], line=found[1], code=linecache.getline(*found).strip() or "...")


def _foreign(file: str) -> bool:
    if file.startswith("<"):
        return True
    path = Path(file)
    return path.is_relative_to(_OURS) or any(path.is_relative_to(folder) for folder in _LIBRARIES)
