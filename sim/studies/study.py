"""A study: read from its file, with every error reported by line, and turned into a plan of runs."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from sim.analysis.outcomes import Outcome, check_measured
from sim.core.errors import ScenarioError, nearest_name
from sim.core.table_schema import TABLES
from sim.measures.definitions import all_measures
from sim.plugins.registry import name_of
from sim.scenario import Scenario
from sim.scenario.document import NO_FILE, NO_NAME, Document, read, short
from sim.scenario.paths import Keys, models_at, overlap
from sim.scenario.shipped import locate_file
from sim.scenario.validation import combine, error_at, translate
from sim.studies import designs
from sim.studies.factors import SEEDS, Axis, make_axes, setting
from sim.studies.plan import RESERVED, Plan, Point
from sim.studies.schema import Morris, Policies, StudyFile
from sim.studies.validation import STUDY

MOST_BAD_POINTS = 20


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
        document = _document(path)
        file = _file(document)
        base = _base(file, document, path)
        errors = _seed_errors(file, document)
        axes = _axes(file, document, base, path.parent, errors)
        errors += _outcome_errors(file, document, _worlds(base, axes))
        errors += _name_errors(file, document, base, axes)
        if not errors:
            errors += _design_errors(file, document, axes, limit)
        if errors:
            raise combine(errors)
        return cls(file, document, path, base, tuple(axes))

    @property
    def name(self) -> str:
        """Name of the study: the file's unless it says another."""
        return self.file.name or self.path.stem

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
            points.append(Point(number, values, _called(made, f"{self.name}-{number}")))
        if errors:
            raise combine(errors.values())
        return Plan(self.name, tuple(points), self.seeds, tuple(self.file.keep), self._about_words(), self._about())

    def _at_point(self, error: ScenarioError, number: int, values: dict[str, Any]) -> ScenarioError:
        """An error of a point's scenario, reported at the factor that causes it."""
        near = [axis for axis in self.axes if any(overlap(path, error.path) for path in axis.paths)]
        guilty = max(near, key=lambda axis: len(axis.paths[0]), default=None)
        if guilty is None:
            return error_at(self._document, ("factors",), f"point {number}: {error.path}: {error.what}", error.nearest)
        said = f"at {values[guilty.name]!r}, {error.path} {error.what}"
        if guilty.unbounded:
            said += "; a truncnorm distribution stays inside bounds"
        return error_at(self._document, guilty.written, said, error.nearest)

    def _about_words(self) -> str:
        return " ".join(self.file.description.split())

    def _about(self) -> dict[str, Any]:
        file = self.file
        about: dict[str, Any] = {
            "kind": "study",
            "design": file.design.model_dump(),
            "design_seed": file.seed,
            "outcomes": [each.plain() for each in self.outcomes],
            "varied": {axis.name: axis.about() for axis in self.axes},
            "base": self.base.name,
            "set": json.loads(json.dumps(file.set, default=str)),
            "readers": self.base.readers.n,
            "days": self.base.run.days,
        }
        if isinstance(file.design, Morris):
            units = designs.unit_points(file.design, len(self.axes), file.seed)
            about["steps"] = np.rint(units * (file.design.levels - 1)).astype(int).tolist()
        return about

    def __repr__(self) -> str:
        return f"Study({self.name}, {self.file.design.kind}, {len(self.axes)} factors, {self.runs} runs)"


def _called(scenario: Scenario, name: str) -> Scenario:
    return scenario.model_copy(update={"name": name})


def _document(path: Path) -> Document:
    try:
        document = read(path)
        if not {"base", "factors", "design"} & document.values.keys() and "run" in document.values:
            raise ScenarioError("is a scenario, not a study: gresham run runs it", file=str(path))
        return document
    except ScenarioError as error:
        what = error.what.replace(
            "a scenario is a mapping of sections", "a study is a mapping of base, factors, outcomes and design"
        ).replace("is a folder, not a scenario file", "is a folder, not a study file")
        raise ScenarioError(
            what, path=error.keys, file=error.file, line=error.line, nearest=error.nearest, also=error.also
        ) from None


def _file(document: Document) -> StudyFile:
    try:
        return StudyFile.model_validate(document.values)
    except ValidationError as error:
        raise translate(error, document, STUDY) from None


# -- the base ---------------------------------------------------------------------------------------------


def _base(file: StudyFile, document: Document, path: Path) -> Scenario:
    """The base scenario with the study's changes; an error in them is reported at the study's own line."""
    base_path = locate_file(file.base, path.parent)
    changes = {dotted: value for _, dotted, value in _changes(file.set)}
    days = changes.pop("run.days", None)
    if days is not None and (isinstance(days, bool) or not isinstance(days, int)):
        changes["run.days"], days = days, None  # for the scenario to refuse
    try:
        return Scenario.load(base_path, set=changes, days=days)
    except ScenarioError as error:
        if error.what in (NO_FILE, NO_NAME) and error.file == short(base_path):
            raise error_at(document, ("base",), f"{error.what}: {file.base}", error.nearest) from None
        raise combine(_at_set(error, file, document)) from None


def _changes(changes: dict[str, Any]) -> list[tuple[tuple[str, ...], str, Any]]:
    """Keys as written, dotted path and value of each change; sections may be nested."""
    found: list[tuple[tuple[str, ...], str, Any]] = []
    for key, value in changes.items():
        if isinstance(value, dict) and models_at(Scenario, key):
            found += [(("set", key, name), f"{key}.{name}", each) for name, each in value.items()]
        else:
            found.append((("set", key), key, value))
    return found


def _at_set(error: ScenarioError, file: StudyFile, document: Document) -> list[ScenarioError]:
    """Errors in the study's `set` at their lines; those of the base's own file as they are."""
    origin = {f"--set {dotted}": keys for keys, dotted, _ in _changes(file.set)}
    origin["--days"] = next((keys for keys, dotted, _ in _changes(file.set) if dotted == "run.days"), ("set",))
    keys = origin.get(str(error.file))
    moved, kept = [], []
    for line in error.also:
        found = next(((text, keys) for text, keys in origin.items() if line.startswith(f"{text}: ")), None)
        if found is not None:
            moved.append(error_at(document, found[1], line.removeprefix(f"{found[0]}: ")))
        else:
            kept.append(line)
    if keys is not None:
        error = error_at(document, keys, f"{error.path} {error.what}", error.nearest)
    first = ScenarioError(
        error.what, path=error.keys, file=error.file, line=error.line, nearest=error.nearest, also=kept
    )  # fmt: skip
    return [first, *moved]


# -- factors, outcomes, design ----------------------------------------------------------------------------


def _seed_errors(file: StudyFile, document: Document) -> list[ScenarioError]:
    """Seeds are the repetitions', so nothing else may set one."""
    return [
        error_at(document, keys, f"{dotted} is set by the study's own `seed` and `replications`")
        for keys, dotted, _ in _changes(file.set)
        if dotted in SEEDS
    ]


def _axes(file: StudyFile, document: Document, base: Scenario, folder: Path, errors: list[ScenarioError]) -> list[Axis]:
    """All factors, in the file's order; errors are added to the list, each at its line.

    Where whole policies vary, the others are tried on the first of them; the rest is tried point by point.
    """
    found: dict[str, list[Axis]] = {}
    for name in sorted(file.factors, key=lambda name: not isinstance(file.factors[name], Policies)):
        try:
            axes = make_axes(name, file.factors[name], base, folder)
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


def _outcome_errors(file: StudyFile, document: Document, worlds: list[Scenario]) -> list[ScenarioError]:
    """Outcomes that there are none of, that no world of the study has, or that are named twice."""
    found: list[ScenarioError] = []
    names: Counter[str] = Counter()
    for n, spec in enumerate(file.outcomes):
        try:
            outcome = Outcome.of(spec)
            _check_somewhere(outcome, worlds)
        except ScenarioError as error:
            found.append(error_at(document, ("outcomes", n, *error.keys), error.what, error.nearest))
            continue
        if outcome.name in RESERVED:
            said = f"a column of the tables is called '{outcome.name}'; give the outcome another name"
            found.append(error_at(document, ("outcomes", n), said))
        names[outcome.name] += 1
        if names[outcome.name] == 2:
            found.append(error_at(document, ("outcomes", n), f"the outcome '{outcome.name}' stands twice"))
    return found


def _check_somewhere(outcome: Outcome, worlds: list[Scenario]) -> None:
    for world in worlds[1:]:
        with contextlib.suppress(ScenarioError):
            return check_measured((outcome,), world)
    check_measured((outcome,), worlds[0])


def _columns(file: StudyFile, base: Scenario) -> frozenset[str]:
    """Names that columns of the tables have."""
    measures = all_measures(tuple(base.platform.detectors), tuple(name_of(each) for each in base.strategies))
    kept = [column.name for name in file.keep if name in TABLES for column in TABLES[name].columns]
    return frozenset([*kept, *RESERVED, *(measure.name for measure in measures)])


def _name_errors(file: StudyFile, document: Document, base: Scenario, axes: list[Axis]) -> list[ScenarioError]:
    """Names that would stand for two things: two factors, two factors of one parameter, a column of the tables."""
    found = []
    taken: dict[str, Axis] = {}
    names = Counter(axis.name for axis in axes)
    columns = _columns(file, base)
    outcomes = [str(spec.get("name", "")) for spec in file.outcomes if isinstance(spec, dict)]
    for axis in axes:
        if axis.name in columns:
            said = f"a column of the tables is called '{axis.name}'; give the factor another name"
            found.append(error_at(document, axis.written, said))
        if axis.name in outcomes:
            found.append(error_at(document, axis.written, f"an outcome is called '{axis.name}', too"))
        if names[axis.name] > 1:
            found.append(error_at(document, axis.written, f"two factors are called '{axis.name}'"))
        for path in () if axis.is_policy else axis.paths:
            other = taken.get(path)
            if other is not None and other.name != axis.name and not (axis.multiply or other.multiply):
                found.append(error_at(document, axis.written, f"{path} is already set by factor '{other.name}'"))
            taken.setdefault(path, axis)
    for n, name in enumerate(file.keep):
        if name not in TABLES:
            found.append(error_at(document, ("keep", n), f"there is no table '{name}'", nearest_name(name, TABLES)))
    if "daily" not in file.keep:
        found.append(error_at(document, ("keep",), "must hold 'daily', from which outcomes are computed"))
    return found


def _design_errors(file: StudyFile, document: Document, axes: list[Axis], limit: int | None) -> list[ScenarioError]:
    found = [
        error_at(document, (*axis.written, key) if key else axis.written, said)
        for axis, key, said in designs.refusals(file.design, axes)
    ]
    if found:
        return found
    most = limit if limit is not None else file.limit
    points = designs.size(file.design, axes)
    runs = points * file.replications
    if runs > most:
        said = (
            f"{runs:,} runs ({points:,} points x {file.replications} replications) are more than the limit of "
            f"{most:,}; raise `limit` (or give --limit {runs}), or ask for fewer"
        )
        where = ("limit",) if "limit" in document.values and limit is None else ("design",)
        found.append(error_at(document, where, said))
    return found
