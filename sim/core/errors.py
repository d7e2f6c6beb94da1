"""Errors that a user can put right, each in one message."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

LONGEST = 300  # of what other people's exceptions say
IN_THE_WAY = "a part of this path is a file, not a folder"
SET = "--set {path}"  # where an override stands


class GreshamError(Exception):
    """Anything that a user can put right; shown without a traceback."""


class ScenarioError(GreshamError):
    """A scenario that cannot be used: where (file, line, path), what, and the nearest valid name.

    `path` is dotted or a tuple of keys. `also` holds further mistakes found in the same file, one line each.
    """

    def __init__(
        self,
        what: str,
        *,
        path: str | tuple[object, ...] = "",
        file: str | Path | None = None,
        line: int | None = None,
        nearest: str | None = None,
        also: Iterable[str] = (),
    ) -> None:
        self.keys: tuple[object, ...] = tuple(path.split(".")) if isinstance(path, str) and path else tuple(path)
        self.path = ".".join(str(key) for key in self.keys)
        self.what, self.file, self.line, self.nearest, self.also = what, file, line, nearest, tuple(also)
        place = str(file) if file is not None else "scenario"
        if line is not None:
            place += f":{line}"
        path = "" if place == SET.format(path=self.path) else self.path  # it says which already
        first = ": ".join(part for part in (place, path, what) if part) + did_you_mean(nearest)
        super().__init__("\n".join((first, *self.also)))


class ParameterError(ValueError):
    """A value that cannot be used; `key` is the parameter at fault, below the place that is being validated."""

    def __init__(self, what: str, nearest: str | None = None, key: object = None) -> None:
        super().__init__(what + did_you_mean(nearest))
        self.what, self.nearest, self.key = what, nearest, key


class PluginError(ParameterError):
    """A plug-in that cannot be found, imported or made; `key` is the parameter at fault, if one is."""


class PluginAnswerError(GreshamError):
    """A plug-in that raised, or whose answer the world cannot use: plug-in, label, day, what was expected and given."""


class RunError(GreshamError):
    """A run that cannot be made, read or resumed."""


def one_line(error: BaseException) -> str:
    """The message of an exception on one line, cut when long; its own `str` may be broken too."""
    try:
        text = " ".join(str(error).split())
    except Exception:
        return ""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def explain_os_error(error: OSError) -> str:
    """What the system says, in words for whoever gave the path."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        return IN_THE_WAY
    return error.strerror or str(error)


def shown(value: object) -> str:
    """A value as a scenario would write it, cut when long."""
    spelt = {True: "true", False: "false", None: "null"}[value] if isinstance(value, bool | None) else repr(value)
    return spelt if len(spelt) <= 60 else f"{spelt[:57]}..."


def span_text(low: float | None, high: float | None, open_low: bool = False, open_high: bool = False) -> str:
    """A range such as `0..1`; a bound that is not part of it is marked with > or <; empty without bounds."""
    left = "" if low is None else f"{'>' * open_low}{low:,.12g}"
    right = "" if high is None else f"{'<' * open_high}{high:,.12g}"
    return f"{left}..{right}" if left or right else ""


def did_you_mean(nearest: str | None) -> str:
    """The hint at the end of a message; empty when no name is near."""
    return f"; did you mean '{nearest}'?" if nearest else ""


def nearest_name(name: str, names: Iterable[str]) -> str | None:
    """The valid name most like `name`, or None when none is near."""
    found = difflib.get_close_matches(name, list(names), n=1, cutoff=0.55)
    return found[0] if found else None
