"""From file to Scenario, with every mistake translated to file, line and nearest valid name."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.core.errors import ScenarioError
from sim.scenario import Scenario
from sim.scenario.document import Document, read
from sim.scenario.override import put
from sim.scenario.validation import place_error, translate
from sim.scenario.yaml_io import Place


def load(path: Path, overrides: dict[str, Any], days: int | None) -> Scenario:
    """Read, merge, override and validate a scenario file."""
    document = read(path)
    if {"base", "factors"} <= document.values.keys():
        raise ScenarioError("is a study, not a scenario: gresham sweep runs it", file=str(path))
    for dotted, value in overrides.items():
        put(document, dotted, value, Place(f"--set {dotted}", None))
    if days is not None:
        put(document, "run.days", days, Place("--days", None))
        _drop_late_entries(document, days)
    document.values.setdefault("name", path.stem)
    return validated(document, path.parent)


def changed(scenario: Scenario, changes: dict[str, Any]) -> Scenario:
    """A scenario with values replaced by dotted path."""
    document = Document(scenario.resolved())
    for dotted, value in changes.items():
        put(document, dotted, value, Place("with_changes", None))
    return validated(document, scenario.base)


def scenario_of(
    given: Scenario | str | Path,
    *,
    seed: int | None = None,
    days: int | None = None,
    set: dict[str, Any] | None = None,
) -> Scenario:
    """A scenario, given as such or as a file, under another seed, length or other values by dotted path.

    Calendar entries that a shortened run does not reach fall away.
    """
    if not isinstance(given, Scenario):
        given = Scenario.load(given, set=set, days=days)
        set = days = None
    wanted = dict(set or {})
    if days is not None and days != given.run.days:
        wanted |= {"run.days": days, "calendar": _reached(given, days)}
    if seed is not None:
        wanted["run.seed"] = seed
    return given.with_changes(wanted) if wanted else given


def _reached(scenario: Scenario, days: int) -> list[dict[str, Any]]:
    """Calendar entries that a run of `days` reaches."""
    start: datetime.date = scenario.run.start_date

    def day(entry: Any) -> int:
        return int(entry.day) if entry.day is not None else int((entry.date - start).days)

    return [entry.model_dump(mode="json") for entry in scenario.calendar if day(entry) < days]


def validated(document: Document, base: Path | None) -> Scenario:
    """A Scenario from a document, or one ScenarioError with everything that is wrong, the first on top."""
    try:
        return Scenario.model_validate(document.values, context={"base": base})
    except ValidationError as error:
        raise translate(error, document) from None
    except ScenarioError as error:
        raise place_error(error, document) from None


def _drop_late_entries(document: Document, days: int) -> None:
    """Calendar entries that a shortened run does not reach fall away; odd ones stay, to be told of."""
    entries = document.values.get("calendar")
    if isinstance(entries, list):
        reached = [i for i, entry in enumerate(entries) if not _is_late(entry, document, days)]
        document.places = dict(_renumbered(document.places, reached))
        document.values["calendar"] = [entries[i] for i in reached]


def _is_late(entry: Any, document: Document, days: int) -> bool:
    if not isinstance(entry, dict):
        return False
    day, date = entry.get("day"), entry.get("date")
    if day is None and date is not None:
        run = document.values.get("run")
        start = run.get("start_date", Scenario().run.start_date) if isinstance(run, dict) else Scenario().run.start_date
        try:
            day = (datetime.date.fromisoformat(str(date)) - datetime.date.fromisoformat(str(start))).days
        except ValueError:
            return False
    return isinstance(day, int) and day >= days


def _renumbered(places: dict[Any, Any], reached: list[int]) -> Any:
    """Places of the calendar follow their entries to the new positions."""
    position = {old: new for new, old in enumerate(reached)}
    for key, at in places.items():
        if len(key) < 2 or key[0] != "calendar":
            yield key, at
        elif key[1] in position:
            yield (key[0], position[key[1]], *key[2:]), at
