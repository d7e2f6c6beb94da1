"""Factors: what a study varies, the values each takes, and the scenario that a setting of all of them makes."""

from __future__ import annotations

import dataclasses
import fnmatch
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import ScenarioError, nearest_name
from sim.scenario import Scenario
from sim.scenario.build import from_document
from sim.scenario.document import NO_FILE, NO_NAME, Document, moved, short
from sim.scenario.override import override
from sim.scenario.paths import Keys, find_field, get_by_path, join_path, leaves, overlap, split_path
from sim.scenario.renamed import RENAMED, now_called
from sim.scenario.shipped import locate_file
from sim.scenario.yaml_io import Location
from sim.studies.schema import Alike, Every, Multiplied, NamedLevels, OneParameter, Policies, Spread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HERE = Location(None, None)
TAIL = 1e-6  # of an unbounded distribution, what is never sampled
SEEDS = ("run.seed",)  # a study has its own

_NAMED = "{what}: {name}"
_AT_PATH = "{path} {what}"
_NO_SUCH_PATH = "{path}: {what}"
_OWN_SEEDS = "{path} is set by the study's own `seed` and `replications`"
_CANNOT_MULTIPLY = "{path} is not a number in the base and cannot be multiplied"
_LIST_ITS_VALUES = "{path} is not a number: list its values"
_MATCHES_NOTHING = "'{pattern}' matches no number of the base"
_UNDONE = "calendar.{entry} sets {key} in the course of the run, and would undo this factor"


@dataclass(frozen=True)
class Axis:
    """One factor, ready to be sampled.

    `levels` are its values where it has only some; `named` is what each level changes where levels are names.
    `whole` parameters are rounded to multiples of `step`.
    """

    name: str
    written: Keys  # where in the study file
    paths: tuple[str, ...]
    levels: tuple[Any, ...] | None = None
    spread: Spread | None = None
    multiply: bool = False
    whole: bool = False
    step: int = 1
    named: dict[str, dict[str, Any]] = field(default_factory=dict)
    unit: str = ""
    meaning: str = ""

    @property
    def is_policy(self) -> bool:
        """Whether it replaces the whole policy."""
        return bool(self.named) and self.paths == ("platform", "calendar")

    @property
    def is_number(self) -> bool:
        """Whether its values can be ordered: numbers, not names."""
        return self.levels is None or all(isinstance(v, int | float) and not isinstance(v, bool) for v in self.levels)

    @property
    def unbounded(self) -> bool:
        """Whether its distribution is unbounded."""
        name = getattr(getattr(self.spread, "distribution", None), "name", "")
        return name in ("normal", "lognormal")

    def grid(self) -> tuple[Any, ...]:
        """The values that a grid takes; empty for a range without a number of levels."""
        import numpy as np

        if self.levels is not None:
            return self.levels
        count = self.spread.levels if self.spread is not None else None
        if count is None:
            return ()
        units = np.linspace(0, 1, count) if self.spread and self.spread.range else (np.arange(count) + 0.5) / count
        return tuple(dict.fromkeys(self.values(units)))

    def values(self, unit: NDArray[np.float64]) -> list[Any]:
        """Values at positions from 0 to 1: quantiles of a range or distribution, or the level at that position."""
        import numpy as np

        if self.levels is not None:
            n = len(self.levels)
            return [self.levels[i] for i in np.minimum((unit * n).astype(int), n - 1)]
        found = np.asarray(_quantiles(self.spread, unit), float)
        if self.whole:
            return [int(v) for v in np.rint(found / self.step) * self.step]
        return [float(v) for v in found]

    def changes(self, value: Any, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Paths and what they become when the factor is at `value`; `values` is the scenario so far."""
        if self.named:
            yield from self.named[value].items()
            return
        for path in self.paths:
            if not self.multiply:
                yield path, value
                continue
            old = get_by_path(values, path)
            if not isinstance(old, int | float) or isinstance(old, bool):
                raise ScenarioError("is not a number and cannot be multiplied", path=path)
            yield path, round(old * value) if isinstance(old, int) else old * value

    def about(self) -> dict[str, Any]:
        """The factor in plain values, for study.json and the report."""
        import numpy as np

        spread = self.spread
        ends = self.values(np.array([0.0, 1.0])) if self.levels is None and not self.unbounded else None
        law = getattr(spread, "distribution", None)
        return {
            "how": "policy" if self.is_policy else "levels" if self.named else "times" if self.multiply else "value",
            "paths": list(self.paths),
            "levels": list(self.levels) if self.levels is not None else None,
            "range": ends,
            "scale": spread.scale if spread is not None else "linear",
            "distribution": law.model_dump() if law is not None else None,
            "number": self.is_number,
            "unit": self.unit,
            "meaning": self.meaning,
        }


def _quantiles(spread: Spread | None, unit: NDArray[np.float64]) -> Any:
    import numpy as np

    if spread is not None and spread.range is not None:
        low, high = spread.range
        if spread.scale == "log":
            inside = np.exp(np.log(low) + unit * (np.log(high) - np.log(low)))
            return np.clip(inside, low, high)
        return np.clip(low + unit * (high - low), low, high)
    law = spread.distribution if spread is not None else None
    return _law(law).ppf(np.clip(unit, TAIL, 1 - TAIL))


def _law(law: Any) -> Any:
    """The scipy distribution of a study's distribution."""
    import math

    from scipy import stats

    if law.name == "normal":
        return stats.norm(law.mean, law.sd)
    if law.name == "lognormal":
        return stats.lognorm(law.sigma, scale=math.exp(math.log(law.median)))
    width = law.high - law.low
    if law.name == "uniform":
        return stats.uniform(law.low, width)
    if law.name == "triangular":
        return stats.triang((law.mode - law.low) / width, law.low, width)
    if law.name == "beta":
        return stats.beta(law.a, law.b, law.low, width)
    return stats.truncnorm((law.low - law.mean) / law.sd, (law.high - law.mean) / law.sd, law.mean, law.sd)


# -- from the study file ----------------------------------------------------------------------------------


def make_axes(name: str, spec: Any, base: Scenario, folder: Path) -> list[Axis]:
    """The factors that one entry of a study's `factors` stands for; ScenarioError says what is wrong with it.

    Paths of errors are relative to the entry. `folder` is what names of scenario files are relative to.
    """
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
        middle = round(float(np.asarray(_quantiles(spec, np.array([0.5])))[0]))
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
    return {key: moved(plain[key], up) for key in ("platform", "calendar")}


# -- every number of the schema ---------------------------------------------------------------------------


def _every(name: str, spec: Every, base: Scenario) -> list[Axis]:
    numbers = {path: value for path, value in _numbers(base.resolved()) if path not in SEEDS}
    for key, patterns in (("every", spec.every), ("except", spec.but)):
        for pattern in patterns:
            if not fnmatch.filter(numbers, pattern):
                old = next(iter(fnmatch.filter(RENAMED, pattern)), "")
                if old:
                    raise ScenarioError(_AT_PATH.format(path=old, what=now_called(old)), path=(key,))
                near = nearest_name(pattern.replace("*", ""), numbers)
                raise ScenarioError(_MATCHES_NOTHING.format(pattern=pattern), path=(key,), nearest=near)
    wanted = [p for p in numbers if _matches(p, spec.every) and not _matches(p, spec.but)]
    axes = [axis for path in wanted if (axis := _around(path, numbers[path], spec.spread, base)) is not None]
    if not axes:
        raise ScenarioError("no factor is left: all that match are 0 or cannot vary", path=("every",))
    return axes


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


# -- settings ---------------------------------------------------------------------------------------------


def setting(base: Scenario, axes: Sequence[Axis], values: Mapping[str, Any]) -> Scenario:
    """The scenario that a setting of the factors makes. Whole policies are applied first, the rest in order."""
    document = Document(base.resolved())
    for axis in sorted(axes, key=lambda each: not each.is_policy):
        for path, value in list(axis.changes(values[axis.name], document.values)):
            override(document, path, value, HERE, Scenario)
    made = from_document(Scenario, document, base.base)
    _refuse_undone(made, axes)
    return made


def _refuse_undone(made: Scenario, axes: Sequence[Axis]) -> None:
    """Refuse a calendar that sets what a factor sets: it would silently undo the factor."""
    for n, entry in enumerate(made.calendar):
        for key in entry.set:
            for axis in axes:
                for path in () if axis.is_policy else axis.paths:
                    if overlap(path, f"platform.{key}"):
                        what = _UNDONE.format(entry=n, key=key)
                        raise ScenarioError(what, path=path)
