"""The factors of a study: the values each takes, and the scenario that one setting of all of them makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.core.errors import ScenarioError
from sim.scenario import Scenario
from sim.scenario.build import from_document
from sim.scenario.document import Document
from sim.scenario.override import override
from sim.scenario.paths import Keys, get_by_path, overlap
from sim.scenario.yaml_io import Location
from sim.studies.schema import Spread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HERE = Location(None, None)
TAIL = 1e-6  # of an unbounded distribution, what is never sampled
SEEDS = ("run.seed",)  # a study has its own

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
        found = np.asarray(quantiles(self.spread, unit), float)
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


def quantiles(spread: Spread | None, unit: NDArray[np.float64]) -> Any:
    """Values of a range or distribution at quantiles in 0..1; the same shape."""
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


def setting(base: Scenario, axes: Sequence[Axis], values: Mapping[str, Any]) -> Scenario:
    """The scenario that a setting of the factors makes. Whole policies are applied first, the rest in order."""
    document = Document(base.resolved(), dropped=base.dropped)
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
