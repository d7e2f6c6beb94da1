"""Checks of a study that its schema cannot make: names, outcomes, seeds, and the size of the design."""

from __future__ import annotations

import contextlib
from collections import Counter
from pathlib import Path

from sim.analysis.outcomes import Outcome, check_measured
from sim.core.errors import ScenarioError, nearest_name
from sim.core.table_schema import LONGEST_COLUMN, TABLES
from sim.measures.definitions import all_measures
from sim.plugins.registry import name_of
from sim.scenario import Scenario
from sim.scenario.document import Document
from sim.scenario.validation import error_at
from sim.studies import designs
from sim.studies.factors import SEEDS, Axis
from sim.studies.measure_functions import load_functions
from sim.studies.plan import RESERVED
from sim.studies.schema import StudyFile
from sim.studies.study_file import changes_of

TOO_LONG = "the name '{name}' is longer than {most} characters, and becomes a column of the tables; shorten it"

TOO_MANY = (
    "{runs:,} runs ({points:,} points x {replications} replications) are more than the limit of {most:,}, so none is "
    "made; the limit guards against too many runs and shortens no study: raise it (--limit {runs}), or ask for fewer"
)


def check_seeds(file: StudyFile, document: Document) -> list[ScenarioError]:
    """Seeds are the repetitions', so nothing else may set one."""
    return [
        error_at(document, keys, f"{dotted} is set by the study's own `seed` and `replications`")
        for keys, dotted, _ in changes_of(file.set)
        if dotted in SEEDS
    ]


def check_outcomes(file: StudyFile, document: Document, worlds: list[Scenario], folder: Path) -> list[ScenarioError]:
    """Outcomes that there are none of, that no world of the study has, or that are named twice.

    Functions lie in files relative to `folder`.
    """
    found: list[ScenarioError] = []
    names: Counter[str] = Counter()
    for n, spec in enumerate(file.outcomes):
        try:
            outcome = Outcome.of(spec)
            _check_somewhere(outcome, worlds)
            load_functions((outcome,), folder)
        except ScenarioError as error:
            keys = error.keys if isinstance(spec, dict) else ()
            found.append(error_at(document, ("outcomes", n, *keys), error.what, error.nearest))
            continue
        if outcome.name in RESERVED:
            message = f"a column of the tables is called '{outcome.name}'; give the outcome another name"
            found.append(error_at(document, ("outcomes", n), message))
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


def check_names(file: StudyFile, document: Document, base: Scenario, axes: list[Axis]) -> list[ScenarioError]:
    """Names that would stand for two things: two factors, two factors of one parameter, a column of the tables."""
    found = []
    taken: dict[str, Axis] = {}
    names = Counter(axis.name for axis in axes)
    columns = _columns(file, base)
    outcomes = [str(spec.get("name", "")) for spec in file.outcomes if isinstance(spec, dict)]
    for axis in axes:
        if axis.name in columns:
            message = f"a column of the tables is called '{axis.name}'; give the factor another name"
            found.append(error_at(document, axis.written, message))
        if axis.name in outcomes:
            found.append(error_at(document, axis.written, f"an outcome is called '{axis.name}', too"))
        if len(axis.name) > LONGEST_COLUMN:
            message = TOO_LONG.format(name=axis.name, most=LONGEST_COLUMN)
            found.append(error_at(document, axis.written, message))
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


def check_design(file: StudyFile, document: Document, axes: list[Axis], limit: int | None) -> list[ScenarioError]:
    """Factors that the design cannot take, and designs with more runs than the limit (`limit` or the file's)."""
    found = [
        error_at(document, (*axis.written, key) if key else axis.written, message)
        for axis, key, message in designs.refusals(file.design, axes)
    ]
    if found:
        return found
    most = limit if limit is not None else file.limit
    points = designs.size(file.design, axes)
    runs = points * file.replications
    if runs > most:
        message = TOO_MANY.format(runs=runs, points=points, replications=file.replications, most=most)
        where = ("limit",) if "limit" in document.values and limit is None else ("design",)
        found.append(error_at(document, where, message))
    return found
