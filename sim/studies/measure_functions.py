"""Outcomes that a user's function computes from the tables of a run: found before the runs, called after them.

What the function returns is checked: a finite number, or NaN where the outcome is not defined. The functions are asked
again whenever results are made, so that an edit of their file never leaves old figures; the runs need not be repeated.
"""

from __future__ import annotations

import hashlib
import inspect
import numbers
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sim.analysis.outcomes import Outcome
from sim.core.errors import PluginAnswerError, PluginError, ScenarioError, did_you_mean, nearest_name
from sim.plugins.checks import DIFFERS, EXPECTED, RAISED, describe_value, one_line, place_of
from sim.plugins.code_record import recorded
from sim.plugins.permission import ask_to_import
from sim.plugins.places import is_found_apart
from sim.plugins.user_file import import_file, import_named

if TYPE_CHECKING:
    import pandas as pd

Function = Callable[[Mapping[str, Any]], Any]
FAULT = "measure '{measure}', {run}: {what}"
NUMBER = "a finite number, or NaN where it is not defined"
ONE_RUN = "{factors}, seed {seed}"
WHERE = " ({file}:{line})"
NO_IMPORT = "'{measure}' does not import: {error}: {message}{place}"
NO_FUNCTION = "there is no function '{name}' in {module}"


@dataclass(frozen=True)
class MeasureFunction:
    """The function of the outcome `name`, as it is written in `measure`; `code` is a digest of all its files."""

    name: str
    measure: str
    function: Function
    code: str

    def about(self) -> dict[str, str]:
        """What study.json says of it."""
        return {"measure": self.measure, "code": self.code}

    def evaluate(self, tables: Mapping[str, pd.DataFrame], run: str, twice: bool = False) -> float:
        """The outcome of a run; PluginAnswerError names function, run, file and line, and what was expected.

        `twice` asks a second time and refuses a function that answers otherwise.
        """
        found = self._checked(self._call(tables, run), run)
        if twice:
            again = self._checked(self._call(tables, run), run)
            if again != found and not (again != again and found != found):
                self._refuse(run, DIFFERS.format(method=self._called) + self._where())
        return found

    @property
    def _called(self) -> str:
        return self.measure.rpartition(":")[2]

    def _call(self, tables: Mapping[str, pd.DataFrame], run: str) -> Any:
        try:
            return self.function(tables)
        except (Exception, SystemExit, GeneratorExit) as error:
            message = one_line(error)
            what = RAISED.format(
                method=self._called,
                error=type(error).__name__,
                message=f": {message}" if message else "",
                place=place_of(error.__traceback__),
            )
            self._refuse(run, what + _near_column(error, tables), error)

    def _checked(self, given: Any, run: str) -> float:
        number = float("inf")
        if isinstance(given, numbers.Real) and not isinstance(given, bool):
            try:
                number = float(given)
            except (OverflowError, ValueError, TypeError):
                number = float("inf")
        if number in (float("inf"), float("-inf")):
            what = EXPECTED.format(method=self._called, expected=NUMBER, given=describe_value(given))
            self._refuse(run, what + self._where())
        return number

    def _where(self) -> str:
        code = getattr(self.function, "__code__", None)
        return WHERE.format(file=code.co_filename, line=code.co_firstlineno) if code is not None else ""

    def _refuse(self, run: str, what: str, cause: BaseException | None = None) -> NoReturn:
        raise PluginAnswerError(FAULT.format(measure=self.measure, run=run, what=what)) from cause


def load_functions(outcomes: Sequence[Outcome], folder: Path) -> tuple[MeasureFunction, ...]:
    """The functions of the outcomes that have one; files are relative to `folder`. ScenarioError for one not found."""
    return tuple(_load(each, folder) for each in outcomes if each.kind == "function")


def _load(outcome: Outcome, folder: Path) -> MeasureFunction:
    if outcome.function is not None:
        return MeasureFunction(outcome.name, outcome.measure, outcome.function, _digest_of(outcome.function))
    where, _, name = outcome.measure.rpartition(":")
    path = (folder / where).resolve() if where.endswith(".py") else None
    own = is_found_apart(where) if path is None else os.path.isfile(path)
    try:
        ask_to_import(outcome.measure, where if path is None else str(path), announced=own)
    except PluginError as error:
        raise ScenarioError(str(error), path=("measure",), file="outcome") from error
    try:
        module = import_named(where) if path is None else import_file(path)
    except (Exception, SystemExit) as error:
        # an error in the import itself has no line of the user's
        place = "" if isinstance(error, OSError | ImportError) else place_of(error.__traceback__)
        text = NO_IMPORT.format(
            measure=outcome.measure, error=type(error).__name__, message=one_line(error), place=place
        )
        raise ScenarioError(text, path=("measure",), file="outcome") from error
    found = getattr(module, name, None)
    if not callable(found) or isinstance(found, type):
        near = nearest_name(name, [n for n, v in vars(module).items() if inspect.isfunction(v)])
        text = NO_FUNCTION.format(name=name, module=where)
        raise ScenarioError(text, path=("measure",), file="outcome", nearest=near)
    files = recorded(module.__name__)  # none for a module of an installed package
    code = _digest(*(f"{file.name}:{digest}" for file, digest in files.items())) if files else _digest_of(found)
    return MeasureFunction(outcome.name, outcome.measure, found, code)


def _digest_of(function: Function) -> str:
    """A digest of a function that is given as an object: of its source, else of its compiled code."""
    try:
        return _digest(inspect.getsource(function))
    except (OSError, TypeError):
        code = getattr(function, "__code__", None)
        return _digest(repr(code.co_code), repr(code.co_consts)) if code is not None else ""


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def _near_column(error: BaseException, tables: Mapping[str, pd.DataFrame]) -> str:
    """The column that a KeyError may have meant."""
    if not (type(error) is KeyError and error.args and isinstance(error.args[0], str)):
        return ""
    return did_you_mean(nearest_name(error.args[0], getattr(tables, "columns", ())))
