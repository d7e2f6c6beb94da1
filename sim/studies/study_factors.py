"""Makes the factors of a study from what its file says of them, and checks them against the base scenario."""

from __future__ import annotations

import dataclasses
import fnmatch
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.core.errors import ScenarioError, nearest_name
from sim.core.table_schema import LONGEST_COLUMN
from sim.scenario import Scenario
from sim.scenario.document import NO_FILE, NO_NAME, rebase_files, short
from sim.scenario.parameters import pairs
from sim.scenario.paths import Keys, find_field, get_by_path, join_path, leaves, split_path
from sim.scenario.renamed import REMOVED, RENAMED, describe_renaming
from sim.scenario.shipped import locate_file
from sim.studies.factors import SEEDS, Axis, quantiles
from sim.studies.schema import Alike, Every, Multiplied, NamedLevels, OneParameter, Policies, Spread

_NAMED = "{what}: {name}"
_AT_PATH = "{path} {what}"
_NO_SUCH_PATH = "{path}: {what}"
_OWN_SEEDS = "{path} is set by the study's own `seed` and `replications`"
_CANNOT_MULTIPLY = "{path} is not a number in the base and cannot be multiplied"
_LIST_ITS_VALUES = "{path} is not a number: list its values"
_MATCHES_NOTHING = "'{pattern}' matches no number of the base"


def named_paths(spec: Any) -> tuple[str, ...]:
    """The parameters that one entry of a study's `factors` names; none for policies and patterns."""
    if isinstance(spec, NamedLevels):
        return tuple(dict.fromkeys(path for changes in spec.levels.values() for path in changes))
    return _paths(spec)[1] if isinstance(spec, OneParameter | Alike | Multiplied) else ()


def make_axes(name: str, spec: Any, base: Scenario, folder: Path, varied: frozenset[str] = frozenset()) -> list[Axis]:
    """The factors that one entry of a study's `factors` stands for; ScenarioError says what is wrong with it.

    Paths of errors are relative to the entry. `folder` is what names of scenario files are relative to; `varied` are
    the parameters that any factor varies: what is tried here is not held against their values in the base.
    """
    base = _with_room(base, named_paths(spec), varied)
    if isinstance(spec, Every):
        return _every(name, spec, base)
    if isinstance(spec, Policies):
        named = {label: _policy(label, file, base, folder) for label, file in spec.scenarios.items()}
        return [Axis(name, (), ("platform", "calendar"), tuple(named), named=named)]
    if isinstance(spec, NamedLevels):
        for label, changes in spec.levels.items():
            for path, value in changes.items():
                _no_seed(path, ("levels", label, path))
                _check(base, path, value, ("levels", label, path))
        paths = tuple(dict.fromkeys(path for changes in spec.levels.values() for path in changes))
        return [Axis(name, (), paths, tuple(spec.levels), named=spec.levels)]
    return [_spread_axis(name, spec, base)]


def _with_room(base: Scenario, own: Collection[str], varied: Collection[str]) -> Scenario:
    """The base with the other ends of some parameters' ranges as far off as can be, where factors vary those too."""
    changes: dict[str, Any] = {}
    for least, most in pairs(Scenario):
        if least in own and most in varied:
            changes[most] = bounds(base, most)[1]
        if most in own and least in varied:
            changes[least] = bounds(base, least)[0]
    return base.with_changes(changes) if changes else base


def _spread_axis(name: str, spec: OneParameter | Alike | Multiplied, base: Scenario) -> Axis:
    key, paths = _paths(spec)
    for path in paths:
        _no_seed(path, (key,))
    values = base.resolved()
    if isinstance(spec, Multiplied):
        for path in paths:
            old = get_by_path(values, path)
            if old is None:
                _check(base, path, 1, (key,))  # reports an unknown name as such
            if not isinstance(old, int | float) or isinstance(old, bool):
                raise ScenarioError(_CANNOT_MULTIPLY.format(path=path), path=(key,))
        levels = tuple(spec.values) if spec.values is not None else None
        if any(isinstance(level, bool) or not isinstance(level, int | float) for level in levels or ()):
            raise ScenarioError("must be numbers, to multiply with", path=("values",))
        return Axis(name, (), paths, levels, spec, multiply=True, unit="times")
    if spec.values is not None:
        for value in spec.values:
            for path in paths:
                _check(base, path, value, ("values",), (key,))
        unit, meaning = _unit_and_meaning(base, paths[0])
        return Axis(name, (), paths, tuple(spec.values), spec, unit=unit, meaning=meaning)
    kinds = [_numeric(base, path, key, spec) for path in paths]
    unit, meaning = _unit_and_meaning(base, paths[0])
    axis = Axis(
        name, (), paths, None, spec, whole=all(whole for whole, _ in kinds), step=max(step for _, step in kinds),
        unit=unit, meaning=meaning,
    )  # fmt: skip
    _check_ends(axis, base)
    return axis


def _no_seed(path: str, where: Keys) -> None:
    if path in SEEDS:
        raise ScenarioError(_OWN_SEEDS.format(path=path), path=where)


def _paths(spec: OneParameter | Alike | Multiplied) -> tuple[str, tuple[str, ...]]:
    if isinstance(spec, OneParameter):
        return "path", (spec.path,)
    return ("paths", tuple(spec.paths)) if isinstance(spec, Alike) else ("multiply", tuple(spec.multiply))


def _check_ends(axis: Axis, base: Scenario) -> None:
    """Check both ends of a range or bounded distribution; samples of the others are checked point by point."""
    import numpy as np

    if axis.unbounded or axis.spread is None:
        return
    key = "range" if axis.spread.range else "distribution"
    for value in axis.values(np.array([0.0, 1.0])):
        for path in axis.paths:
            _check(base, path, value, (key,))


def _numeric(base: Scenario, path: str, key: str, spec: Spread) -> tuple[bool, int]:
    """Whether a parameter is whole, and its step; ScenarioError when it is no number at all."""
    import numpy as np

    old = get_by_path(base.resolved(), path)
    if old is None:
        middle = round(float(np.asarray(quantiles(spec, np.array([0.5])))[0]))
        old = get_by_path(_check(base, path, middle, (key,)).resolved(), path)
    if isinstance(old, bool) or not isinstance(old, int | float):
        raise ScenarioError(_LIST_ITS_VALUES.format(path=path), path=(key,))
    return isinstance(old, int), _step(base, path)


def _check(base: Scenario, path: str, value: Any, where: Keys, unknown: Keys | None = None) -> Scenario:
    """The base with one change; an error is reported at `where` (at `unknown` when there is no such path)."""
    try:
        return base.with_changes({path: value})
    except ScenarioError as error:
        beyond = error.what.startswith(("unknown", "the platform has no")) or any(
            words in error.what for words in ("has no parameter", "is now called")
        )
        raise ScenarioError(
            (_NO_SUCH_PATH if beyond else _AT_PATH).format(path=error.path or path, what=error.what),
            path=unknown if beyond and unknown is not None else where,
            nearest=error.nearest,
        ) from None


def _policy(label: str, file: str, base: Scenario, folder: Path) -> dict[str, Any]:
    """The platform section and the calendar of a scenario file, without the entries that the run does not reach."""
    where = ("scenarios", label)
    path = locate_file(file, folder)
    try:
        scenario = Scenario.load(path, days=base.run.days)
    except ScenarioError as error:
        if error.what in (NO_FILE, NO_NAME) and error.file == short(path):
            raise ScenarioError(_NAMED.format(what=error.what, name=file), path=where, nearest=error.nearest) from None
        raise
    plain = scenario.resolved()
    up = os.path.relpath(path.parent, base.base) if base.base is not None else str(path.parent)
    return {key: rebase_files(plain[key], up) for key in ("platform", "calendar")}


# -- every number of the schema ---------------------------------------------------------------------------


def _every(name: str, spec: Every, base: Scenario) -> list[Axis]:
    numbers = {path: value for path, value in _numbers(base.resolved()) if path not in SEEDS}
    for key, patterns in (("every", spec.every), ("except", spec.but)):
        for pattern in patterns:
            if not fnmatch.filter(numbers, pattern):
                old = next(iter(fnmatch.filter([*RENAMED, *REMOVED], pattern)), "")
                if old:
                    raise ScenarioError(_AT_PATH.format(path=old, what=describe_renaming(old)), path=(key,))
                near = nearest_name(pattern.replace("*", ""), numbers)
                raise ScenarioError(_MATCHES_NOTHING.format(pattern=pattern), path=(key,), nearest=near)
    wanted = [p for p in numbers if _matches(p, spec.every) and not _matches(p, spec.but)]
    axes = [axis for path in wanted if (axis := _around(path, numbers[path], spec.spread, base)) is not None]
    if not axes:
        raise ScenarioError("no factor is left: all that match are 0 or cannot vary", path=("every",))
    return [replace(axis, name=_short_name(axis.name, numbers)) for axis in axes]


def _short_name(path: str, known: Collection[str]) -> str:
    """A path as the name of a column: its longest end that is short enough and the end of no other path."""
    parts = split_path(path)
    ends = [join_path(parts[n:]) for n in range(len(parts))]
    short = [end for end in ends if len(end) <= LONGEST_COLUMN]
    sure = [end for end in short if sum(each == end or each.endswith(f".{end}") for each in known) == 1]
    return next(iter(sure), path)


def _matches(path: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def _around(path: str, value: float, share: float, base: Scenario) -> Axis | None:
    """A factor that varies a number by a share of itself, within its bounds; None when it cannot vary."""
    low, high = bounds(base, path)
    step = _step(base, path)
    ends = [float(f"{value * part:.12g}") for part in (1 - share, 1 + share)]
    if isinstance(value, int):
        ends = [round(end / step) * step for end in ends]
    if low is not None:
        ends = [max(low, end) for end in ends]
    if high is not None:
        ends = [min(high, end) for end in ends]
    if not ends[0] < ends[1]:
        return None
    unit, meaning = _unit_and_meaning(base, path)
    spread = Spread.model_validate({"range": [float(end) for end in ends]})
    return Axis(path, (), (path,), None, spread, whole=isinstance(value, int), step=step, unit=unit, meaning=meaning)


def _numbers(values: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """Paths and values of all numbers, those in lists by position; the calendar would undo what it sets itself."""
    for keys, value in leaves({key: each for key, each in values.items() if key != "calendar"}, lists=True):
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield join_path(keys), value


# -- one path ---------------------------------------------------------------------------------------------


def _meta(base: Scenario, path: str) -> tuple[dict[str, Any], str, str]:
    """What the schema or the plug-in says about a parameter: bounds and step, unit, meaning."""
    *above, last = split_path(path)
    node = get_by_path(base, tuple(above))
    if dataclasses.is_dataclass(node):
        meta: Mapping[str, Any] = next((each.metadata for each in dataclasses.fields(node) if each.name == last), {})
        limits = {key: meta[key] for key in _LIMITS if meta.get(key) is not None}
        return limits, str(meta.get("unit", "")), str(meta.get("help", ""))
    field = find_field(type(base), path)
    if field is None:
        return {}, "", ""
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    limits = {key: v for each in field.metadata for key in _LIMITS if (v := getattr(each, key, None)) is not None}
    return limits, str(extra.get("unit", "")), field.description or ""


_LIMITS = ("ge", "gt", "le", "lt", "multiple_of")


def bounds(base: Scenario, path: str) -> tuple[float | None, float | None]:
    """The lower and upper bound of a parameter; None where there is none."""
    limits = _meta(base, path)[0]
    return limits.get("ge", limits.get("gt")), limits.get("le", limits.get("lt"))


def _step(base: Scenario, path: str) -> int:
    return int(_meta(base, path)[0].get("multiple_of", 1))


def _unit_and_meaning(base: Scenario, path: str) -> tuple[str, str]:
    _, unit, meaning = _meta(base, path)
    return "" if unit == "1" else unit, meaning
