"""The policy calendar: which platform section is in force from which day."""

from __future__ import annotations

import copy
import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import ScenarioError, nearest_name
from sim.scenario.platform import PlatformSection
from sim.scenario.section import Section, param


class CalendarEntry(Section):
    """From `day` (or `date`) on, the values in `set` (paths below `platform`) are in force."""

    day: int | None = param(None, "day of the run", unit="day", ge=0)
    date: datetime.date | None = param(None, "calendar date instead of a day", unit="date")
    set: dict[str, Any] = param({}, "what changes: paths below `platform`, dotted or nested")
    note: str = param("", "what the change is, for charts and tables")


def entry_day(entry: CalendarEntry, start: datetime.date, days: int, index: int) -> int:
    """Day on which an entry takes effect; ScenarioError when it has none or lies outside the run."""
    where = f"calendar.{index}"
    if (entry.day is None) == (entry.date is None):
        raise ScenarioError("needs either a day or a date", path=where)
    day = entry.day if entry.day is not None else (entry.date - start).days  # type: ignore[operator]
    if not 0 <= day < days:
        key = "day" if entry.day is not None else "date"
        side = "after the end" if day >= days else "before the start"
        raise ScenarioError(f"day {day} is {side} of the run (days 0 to {days - 1})", path=f"{where}.{key}")
    return day


def resolve(
    entries: tuple[CalendarEntry, ...], first: PlatformSection, start: datetime.date, days: int, base: Path | None
) -> list[tuple[int, PlatformSection]]:
    """The section in force from each day on, day 0 first; entries of one day apply in their order."""
    dated = [(entry_day(entry, start, days, i), i, entry) for i, entry in enumerate(entries)]
    _refuse_twice(dated)
    values = first.model_dump()
    policies = [(0, first)]
    for day, index, entry in sorted(dated, key=lambda item: item[:2]):
        where = f"calendar.{index}.set"
        for key, value in entry.set.items():
            _apply(values, key, value, where)
        try:
            section = PlatformSection.model_validate(copy.deepcopy(values), context={"base": base})
        except ValidationError as error:
            first_error = error.errors()[0]
            wrong = ".".join(str(part) for part in first_error["loc"])
            raise ScenarioError(_words(first_error["msg"]), path=f"{where}.{wrong}") from None
        policies.append((day, section))
    return policies


def _words(message: str) -> str:
    return message.removeprefix("Value error, ")


def _refuse_twice(dated: list[tuple[int, int, CalendarEntry]]) -> None:
    seen: dict[tuple[int, str], int] = {}
    for day, index, entry in dated:
        for key in entry.set:
            if (day, key) in seen:
                raise ScenarioError(f"'{key}' is already set on day {day} by entry {seen[day, key]}", path=f"calendar.{index}.set.{key}")
            seen[day, key] = index


def _apply(values: dict[str, Any], dotted: str, value: Any, where: str) -> None:
    keys = dotted.split(".")
    if keys[0] not in values:
        raise ScenarioError(
            f"the platform has no '{keys[0]}'", path=f"{where}.{dotted}", nearest=nearest_name(keys[0], values)
        )
    node = values
    for key in keys[:-1]:
        below = node.get(key)
        if below is None or isinstance(below, str):
            below = {"name": below or key}
        node[key] = below
        node = below
    last = keys[-1]
    if keys == ["detectors"] and isinstance(value, dict):
        for label, spec in value.items():
            _apply(values, f"detectors.{label}", spec, where)
    elif isinstance(value, dict) and isinstance(node.get(last), dict) and value.get("name", node[last].get("name")) == node[last].get("name"):
        node[last] = {**node[last], **value}
    else:
        node[last] = value
