"""From a file or plain values to a validated scenario, with every error reported by file, line and nearest name."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sim.core.errors import SET, ScenarioError
from sim.scenario.document import Document, read
from sim.scenario.override import override
from sim.scenario.schema.run import RunSection
from sim.scenario.validation import Wording, locate, translate
from sim.scenario.yaml_io import Location

Root = TypeVar("Root", bound=BaseModel)

_A_STUDY = "is a study, not a scenario: gresham sweep runs it"


def from_file(root: type[Root], path: Path, changes: dict[str, Any], days: int | None) -> Root:
    """Read a scenario file and what it extends, change values by dotted path, and validate it."""
    document = read(path)
    if {"base", "factors"} <= document.values.keys():
        raise ScenarioError(_A_STUDY, file=str(path))
    for dotted, value in changes.items():
        override(document, dotted, value, Location(SET.format(path=dotted), None), root)
    if days is not None:
        override(document, "run.days", days, Location("--days", None), root)
        _drop_late_entries(document, days)
    document.values.setdefault("name", path.stem)
    return from_document(root, document, path.parent)


def from_document(root: type[Root], document: Document, base: Path | None) -> Root:
    """A scenario from plain values, or one ScenarioError with everything that is wrong, the first on top.

    `base` is the folder that `file.py:Class` names are relative to.
    """
    try:
        return root.model_validate(document.values, context={"base": base, "dropped": document.dropped})
    except ValidationError as error:
        raise translate(error, document, Wording(root)) from None
    except ScenarioError as error:
        raise locate(error, document) from None


def _drop_late_entries(document: Document, days: int) -> None:
    """Drop calendar entries that a shortened run does not reach; malformed ones stay, for validation to refuse."""
    entries = document.values.get("calendar")
    if isinstance(entries, list):
        reached = [i for i, entry in enumerate(entries) if not _is_late(entry, document, days)]
        document.locations = dict(_renumbered(document.locations, reached))
        document.values["calendar"] = [entries[i] for i in reached]
        document.dropped += tuple(_told(entries[i], document) for i in range(len(entries)) if i not in reached)


def _told(entry: dict[str, Any], document: Document) -> tuple[int, str]:
    """Day and text of a calendar entry, for the record of what was dropped."""
    return _day_of(entry, document) or 0, str(entry.get("note") or ", ".join(map(str, entry.get("set") or ())))


def _is_late(entry: Any, document: Document, days: int) -> bool:
    day = _day_of(entry, document) if isinstance(entry, dict) else None
    return day is not None and day >= days


def _day_of(entry: dict[str, Any], document: Document) -> int | None:
    """The day of a calendar entry; None where it is malformed."""
    day, date = entry.get("day"), entry.get("date")
    if day is None and date is not None:
        run = document.values.get("run")
        start = (run if isinstance(run, dict) else {}).get("start_date", RunSection().start_date)
        if isinstance(date, int) or isinstance(start, int):
            return False  # a number is no date: validation says so
        try:
            day = (datetime.date.fromisoformat(str(date)) - datetime.date.fromisoformat(str(start))).days
        except ValueError:
            return None
    return day if isinstance(day, int) else None


def _renumbered(locations: dict[Any, Any], reached: list[int]) -> Any:
    """The locations, with those of the calendar moved to the new positions of their entries."""
    position = {old: new for new, old in enumerate(reached)}
    for key, at in locations.items():
        if len(key) < 2 or key[0] != "calendar":
            yield key, at
        elif key[1] in position:
            yield (key[0], position[key[1]], *key[2:]), at
