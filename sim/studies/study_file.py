"""Reads a study file and its base scenario; every error names its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.core.errors import SET, ScenarioError
from sim.scenario import Scenario
from sim.scenario.document import NO_FILE, NO_NAME, Document, read, short
from sim.scenario.paths import models_at
from sim.scenario.shipped import locate_file
from sim.scenario.validation import combine, error_at, translate
from sim.studies.schema import StudyFile
from sim.studies.validation import STUDY


def read_document(path: Path) -> Document:
    """The YAML of a study file; ScenarioError when it is something else."""
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


def check_file(document: Document) -> StudyFile:
    """The study file, checked against its schema; ScenarioError with all errors together."""
    try:
        return StudyFile.model_validate(document.values)
    except ValidationError as error:
        raise translate(error, document, STUDY) from None


def load_base(file: StudyFile, document: Document, path: Path) -> Scenario:
    """The base scenario with the study's changes; an error in them is reported at the study's own line."""
    base_path = locate_file(file.base, path.parent)
    changes = {dotted: value for _, dotted, value in changes_of(file.set)}
    days = changes.pop("run.days", None)
    if days is not None and (isinstance(days, bool) or not isinstance(days, int)):
        changes["run.days"], days = days, None  # for the scenario to refuse
    try:
        return Scenario.load(base_path, set=changes, days=days)
    except ScenarioError as error:
        if error.what in (NO_FILE, NO_NAME) and error.file == short(base_path):
            raise error_at(document, ("base",), f"{error.what}: {file.base}", error.nearest) from None
        raise combine(_at_set(error, file, document)) from None


def changes_of(changes: dict[str, Any]) -> list[tuple[tuple[str, ...], str, Any]]:
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
    origin = {SET.format(path=dotted): keys for keys, dotted, _ in changes_of(file.set)}
    origin["--days"] = next((keys for keys, dotted, _ in changes_of(file.set) if dotted == "run.days"), ("set",))
    keys = origin.get(str(error.file))
    moved, kept = [], []
    for line in error.also:
        found = next(((text, keys) for text, keys in origin.items() if line.startswith(f"{text}: ")), None)
        if found is not None:
            dotted = found[0].removeprefix(SET.format(path=""))
            what = line.removeprefix(f"{found[0]}: ")
            moved.append(error_at(document, found[1], what if what.startswith(dotted) else f"{dotted}: {what}"))
        else:
            kept.append(line)
    if keys is not None:
        error = error_at(document, keys, f"{error.path} {error.what}", error.nearest)
    first = ScenarioError(
        error.what, path=error.keys, file=error.file, line=error.line, nearest=error.nearest, also=kept
    )  # fmt: skip
    return [first, *moved]
