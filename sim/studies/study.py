"""A study: read from its file, with every error reported by line, and turned into a plan of runs."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.outcomes import Outcome
from sim.core.errors import ScenarioError
from sim.scenario import Scenario
from sim.scenario.document import Document
from sim.scenario.paths import Keys, overlap
from sim.scenario.ranking import ranking_of
from sim.scenario.shipped import locate_file
from sim.scenario.size import describe_size
from sim.scenario.validation import combine, error_at
from sim.scenario.without_effect import without_effect
from sim.studies import designs
from sim.studies.factors import Axis, setting
from sim.studies.measure_functions import load_functions
from sim.studies.plan import Plan, Point, study_folder
from sim.studies.schema import Morris, Policies, StudyFile
from sim.studies.study_checks import check_design, check_names, check_outcomes, check_seeds
from sim.studies.study_crossings import check_crossings
from sim.studies.study_factors import make_axes, named_paths
from sim.studies.study_file import check_file, load_base, read_document

MOST_BAD_POINTS = 20
MOST_LOOKED_AT = 24  # points of a study whose settings are looked at


class Study:
    """A study file that was read and checked, with its base, its factors and its outcomes.

    `axes` are the factors ready to be sampled; `plan()` makes every point's scenario, and so checks it.
    """

    def __init__(self, file: StudyFile, document: Document, path: Path, base: Scenario, axes: tuple[Axis, ...]) -> None:
        self.file, self.path, self.base, self.axes = file, path, base, axes
        self.outcomes = tuple(Outcome.of(each) for each in file.outcomes)
        self._document = document

    @classmethod
    def load(cls, path: str | Path, *, limit: int | None = None) -> Study:
        """Read a study file, or one that ships by its name. `limit` stands in for the file's own.

        Raises ScenarioError with file, line and what was expected, for all errors of one reading together.
        """
        path = locate_file(path)
        document = read_document(path)
        file = check_file(document)
        base = load_base(file, document, path)
        errors = check_seeds(file, document)
        axes = _axes(file, document, base, path.parent, errors)
        errors += check_outcomes(file, document, _worlds(base, axes), path.parent)
        errors += check_names(file, document, base, axes)
        if not errors:
            errors = check_crossings(document, base, axes) + check_design(file, document, axes, limit)
        if errors:
            raise combine(errors)
        return cls(file, document, path, base, tuple(axes))

    @property
    def name(self) -> str:
        """Name of the study: the file's unless it says another."""
        return self.file.name or self.path.stem

    @property
    def folder_name(self) -> str:
        """Name of the folder for its results."""
        return study_folder(self.name)

    @property
    def seeds(self) -> tuple[int, ...]:
        """One seed for each repetition, from the study's own on."""
        return tuple(range(self.file.seed, self.file.seed + self.file.replications))

    @property
    def runs(self) -> int:
        """How many runs it asks for."""
        return designs.size(self.file.design, self.axes) * self.file.replications

    @cached_property
    def settings(self) -> list[dict[str, Any]]:
        """The factors' values at every point."""
        return designs.settings(self.file.design, self.axes, self.file.seed)

    def plan(self) -> Plan:
        """Every point with its scenario, validated; ScenarioError names the factor that takes one out of bounds."""
        return self._plan

    @cached_property
    def _plan(self) -> Plan:
        points: list[Point] = []
        errors: dict[tuple[Keys, str], ScenarioError] = {}
        for number, values in enumerate(self.settings):
            try:
                made = setting(self.base, self.axes, values)
            except ScenarioError as error:
                at_factor = self._at_point(error, number, values)
                errors.setdefault((at_factor.keys, error.path), at_factor)
                if len(errors) >= MOST_BAD_POINTS:
                    break
                continue
            points.append(Point(number, values, _named(made, f"{self.name}-{number}")))
        if errors:
            raise combine(errors.values())
        return Plan(
            self.name, tuple(points), self.seeds, tuple(self.file.keep), self._about_words(), self._about(points),
            load_functions(self.outcomes, self.path.parent),
        )  # fmt: skip

    def _at_point(self, error: ScenarioError, number: int, values: dict[str, Any]) -> ScenarioError:
        """An error of a point's scenario, reported at the factor that causes it."""
        near = [axis for axis in self.axes if any(overlap(path, error.path) for path in axis.paths)]
        guilty = max(near, key=lambda axis: len(axis.paths[0]), default=None)
        if guilty is None:
            return error_at(self._document, ("factors",), f"point {number}: {error.path}: {error.what}", error.nearest)
        message = f"at {values[guilty.name]!r}, {error.path} {error.what}"
        if guilty.unbounded:
            message += "; a truncnorm distribution stays inside bounds"
        return error_at(self._document, guilty.written, message, error.nearest)

    def _about_words(self) -> str:
        return " ".join(self.file.description.split())

    def _without_effect(self, points: list[Point]) -> list[str]:
        """What changes nothing at any point; of very many points a part is looked at."""
        step = -(-len(points) // MOST_LOOKED_AT)
        lines = [without_effect(point.scenario) for point in points[::step]]
        return [line for line in lines[0] if all(line in other for other in lines)]

    def _about(self, points: list[Point]) -> dict[str, Any]:
        file = self.file
        about: dict[str, Any] = {
            "kind": "study",
            "design": file.design.model_dump(),
            "design_seed": file.seed,
            "outcomes": [each.plain() for each in self.outcomes],
            "varied": {axis.name: axis.about() for axis in self.axes},
            "base": self.base.name,
            "set": json.loads(json.dumps(file.set, default=str)),
            "notices": self._without_effect(points),
            "ranking": ranking_of(points[0].scenario.resolved()) if len({*map(_ranked_by, points)}) == 1 else None,
            **describe_size(self.base, self.base.run.days),
        }
        if isinstance(file.design, Morris):
            units = designs.unit_points(file.design, len(self.axes), file.seed)
            about["steps"] = np.rint(units * (file.design.levels - 1)).astype(int).tolist()
        return about

    def __repr__(self) -> str:
        return f"Study({self.name}, {self.file.design.kind}, {len(self.axes)} factors, {self.runs} runs)"


def _named(scenario: Scenario, name: str) -> Scenario:
    return scenario.model_copy(update={"name": name})


def _axes(file: StudyFile, document: Document, base: Scenario, folder: Path, errors: list[ScenarioError]) -> list[Axis]:
    """All factors, in the file's order; errors are added to the list, each at its line.

    Where whole policies vary, the others are tried on the first of them; the rest is tried point by point.
    """
    found: dict[str, list[Axis]] = {}
    varied = frozenset(path for spec in file.factors.values() for path in named_paths(spec))
    for name in sorted(file.factors, key=lambda name: not isinstance(file.factors[name], Policies)):
        try:
            axes = make_axes(name, file.factors[name], base, folder, varied)
        except ScenarioError as error:
            keys = ("factors", name, *error.keys)
            errors.append(error if error.file is not None else error_at(document, keys, error.what, error.nearest))
            continue
        found[name] = [replace(axis, written=("factors", name)) for axis in axes]
        for axis in axes:
            if axis.is_policy:
                base = setting(base, [axis], {axis.name: (axis.levels or ())[0]})
    return [axis for name in file.factors for axis in found.get(name, [])]


def _worlds(base: Scenario, axes: list[Axis]) -> list[Scenario]:
    """The base, and what it is under each policy and named level: they may have detectors of their own."""
    worlds = [base]
    for axis in axes:
        for level in axis.levels or () if axis.named else ():
            with contextlib.suppress(ScenarioError):  # told of point by point
                worlds.append(setting(base, [axis], {axis.name: level}))
    return worlds


def _ranked_by(point: Point) -> tuple[str, str, str]:
    """What recommends posts at a point of a study, to compare points by."""
    platform = point.scenario.platform
    return repr(platform.ranking), platform.hot_yardstick, point.scenario.controls.feed
