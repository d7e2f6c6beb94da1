"""What is to be run: points (a scenario and the factors that made it), each under the same seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sim.core.errors import RunError, did_you_mean, nearest_name
from sim.core.seeds import LARGEST_SEED
from sim.core.table_schema import TABLES
from sim.runs.code_digest import code_digest
from sim.runs.folder import plain_name
from sim.runs.manifest import versions

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.scenario import Scenario
    from sim.studies.measure_functions import MeasureFunction

Factor = float | int | str | bool
Simulate = Callable[["Scenario", tuple[str, ...]], "dict[str, pa.Table]"]
RESERVED = ("run", "point", "repetition", "seed", "key", "wall_s", "scenario_digest")


@dataclass(frozen=True)
class Point:
    """One setting of the factors, and the scenario that it makes."""

    number: int
    factors: dict[str, Factor]
    scenario: Scenario


@dataclass(frozen=True)
class RunJob:
    """One run: a point under one seed. `key` names its content and nothing else."""

    key: str
    point: int
    repetition: int
    scenario: Scenario
    keep: tuple[str, ...]
    plugins: tuple[str, ...] = ()  # digests of the code of plug-ins from files

    @property
    def seed(self) -> int:
        """The seed."""
        return int(self.scenario.run.seed)


@dataclass(frozen=True)
class Plan:
    """Every point under every seed. Repetition r has the same seed at all points, so that they share random numbers.

    `keep` names the tables merged over all runs; `about` is what else study.json should say, in plain values.
    `functions` compute outcomes from the tables of each run, all of which are then kept with it.
    """

    name: str
    points: tuple[Point, ...]
    seeds: tuple[int, ...]
    keep: tuple[str, ...] = ("daily",)
    description: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    functions: tuple[MeasureFunction, ...] = ()

    def __post_init__(self) -> None:
        if not self.points or not self.seeds:
            raise RunError(f"{self.name}: nothing to run")
        if len({*self.seeds}) != len(self.seeds):
            raise RunError(f"{self.name}: a seed stands twice, and would give the same run twice")
        wrong = next((seed for seed in self.seeds if not 0 <= seed <= LARGEST_SEED), None)
        if wrong is not None:
            raise RunError(f"{self.name}: seed {wrong}: must be from 0 to {LARGEST_SEED}")
        names = list(self.points[0].factors)
        if any(list(point.factors) != names for point in self.points):
            raise RunError(f"{self.name}: every point needs the same factors")
        for name in names:
            if name in RESERVED:
                raise RunError(f"{self.name}: a factor may not be called '{name}': a column of every table is")

    def check_tables(self) -> None:
        """Whether a simulated world has every table that is to be kept; RunError with the nearest name if not."""
        for table in self.keep:
            if table not in TABLES:
                raise RunError(f"{self.name}: there is no table '{table}'{did_you_mean(nearest_name(table, TABLES))}")

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors."""
        return tuple(self.points[0].factors)

    @property
    def stored(self) -> tuple[str, ...]:
        """Names of the tables kept with each run: all of them where functions compute outcomes from them."""
        return tuple(dict.fromkeys([*self.keep, *(TABLES if self.functions else ())]))

    def with_seeds(self, seeds: tuple[int, ...]) -> Plan:
        """The same points under other seeds."""
        return replace(self, seeds=seeds)

    def jobs(self) -> list[RunJob]:
        """Every run, all points of one repetition before the next, so that a part of a study is balanced."""
        digests = [point.scenario.digest() for point in self.points]
        codes = [tuple(point.scenario.plugin_code(from_files=True)) for point in self.points]
        return [
            RunJob(
                key=f"{digest}-{seed}-{code_digest()}",
                point=point.number,
                repetition=repetition,
                scenario=point.scenario.with_seed(seed),
                keep=self.stored,
                plugins=code,
            )
            for repetition, seed in enumerate(self.seeds)
            for point, digest, code in zip(self.points, digests, codes, strict=True)
        ]

    def as_json(self) -> dict[str, Any]:
        """What study.json keeps."""
        return {
            "format": 1,
            "name": self.name,
            "description": self.description,
            "factors": list(self.factors),
            "seeds": list(self.seeds),
            "keep": list(self.keep),
            "stored": list(self.stored),
            "functions": {each.name: each.about() for each in self.functions},
            "about": self.about,
            "code": code_digest(),
            "versions": versions(),
            "points": [{"point": p.number, "factors": p.factors, "digest": p.scenario.digest()} for p in self.points],
        }


def study_folder(name: str) -> str:
    """A study's name as a folder."""
    return plain_name(name, "._-") or "study"
