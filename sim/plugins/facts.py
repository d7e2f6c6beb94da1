"""What a plug-in says of itself, checked when it is built: its parameters' values, target, cadence, channel."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

import numpy as np

from sim.core.enums import Target
from sim.core.errors import PluginError, one_line, shown
from sim.plugins.detectors.detector import CADENCES
from sim.plugins.strategies.strategies import LARGEST_FACTOR

# plug-ins that say nothing of these are as most are
DETECTORS_MAY_LACK = ("cadence", "needs_posts", "needs_history")
STRATEGIES_MAY_LACK = ("appeal_factor", "rate_factor")
MAY_LACK = (*DETECTORS_MAY_LACK, *STRATEGIES_MAY_LACK)
FACTOR = f"a number in 0..{LARGEST_FACTOR:g}"
CHANNELS = ("none", "mutual_aid", "farm", "mcn")
_LACKS = "'{name}' is not a {family} plug-in: it lacks '{fact}'"
_WRONG = "'{fact}' of '{name}' must be {expected}, got {given}"
_RAISES = "'{fact}' of '{name}' raised {error}: {message}"
_PARAMETER = "the parameter '{key}' of '{name}' must be a number, text, true or false, or a list of them, got {given}"
_MUST_BE: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "target": ("Target.LIKE, Target.ACCOUNT or Target.POST", lambda value: isinstance(value, Target)),
    "threshold": ("a number", lambda value: isinstance(value, Real) and not math.isnan(value)),
    "cadence": (f"one of {', '.join(CADENCES)}", lambda value: isinstance(value, str) and value in CADENCES),
    "needs_reads": ("true or false", lambda value: isinstance(value, bool | np.bool_)),
    "needs_posts": ("true or false", lambda value: isinstance(value, bool | np.bool_)),
    "needs_history": ("true or false", lambda value: isinstance(value, bool | np.bool_)),
    "appeal_factor": (FACTOR, lambda value: _is_factor(value)),
    "rate_factor": (FACTOR, lambda value: _is_factor(value)),
    "channel": (f"one of {', '.join(CHANNELS)}", lambda value: isinstance(value, str) and value in CHANNELS),
}


def _is_factor(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and 0.0 <= float(value) <= LARGEST_FACTOR


def check_facts(family: str, name: str, plugin: Any, facts: Sequence[str]) -> None:
    """Raise PluginError when a plug-in lacks a fact of its family (not `MAY_LACK`), or the fact is of no use."""
    for fact in facts:
        try:
            value = getattr(plugin, fact)
        except AttributeError:
            if fact in MAY_LACK:
                continue
            raise PluginError(_LACKS.format(name=name, family=family, fact=fact)) from None
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            template = _RAISES.format(fact=fact, name=name, error=type(error).__name__, message=one_line(error))
            raise PluginError(template) from error
        expected, fits = _MUST_BE.get(fact, ("", lambda _: True))
        if not fits(value):
            raise PluginError(_WRONG.format(fact=fact, name=name, expected=expected, given=shown(value)))


def as_python(value: Any) -> Any:
    """NumPy's scalars as Python's; other values as they are."""
    return value.item() if isinstance(value, np.generic) else value


def make_plain(name: str, plugin: Any) -> None:
    """Turn parameters that are NumPy scalars into Python's; PluginError for values that no scenario can hold."""
    for field in dataclasses.fields(plugin):
        value = getattr(plugin, field.name)
        if isinstance(value, np.generic):
            object.__setattr__(plugin, field.name, as_python(value))
            continue
        if not _is_plain(value):
            template = _PARAMETER.format(key=field.name, name=name, given=shown(value))
            raise PluginError(template, None, field.name)


def _is_plain(value: Any) -> bool:
    """Whether a scenario can hold a value, so that it comes back the same from a manifest."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode() == value
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(key) and _is_plain(each) for key, each in value.items())
    return value is None or isinstance(value, bool | int)
