"""The policy calendar: which platform section is in force from which day."""

from __future__ import annotations

import copy
import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.core.errors import ScenarioError, nearest_name
from sim.scenario.schema.platform import PlatformSection
from sim.scenario.schema.section import Section, parameter

Dated = tuple[int, int, "CalendarEntry"]


class CalendarEntry(Section):
    """From `day` (or `date`) on, the values in `set` (paths below `platform`) are in force."""

    day: int | None = parameter(None, "day of the run", unit="day", ge=0)
    date: datetime.date | None = parameter(None, "calendar date instead of a day", unit="date")
    set: dict[str, Any] = parameter({}, "what changes: paths below `platform`, dotted or nested")
    note: str = parameter("", "what the change is, for charts and tables")

    def day_of(self, start: datetime.date) -> int:
        """Day of the run on which the entry takes effect; `start` is the date of day 0."""
        if (self.day is None) == (self.date is None):
            raise ScenarioError("needs either a day or a date")
        return self.day if self.day is not None else (self.date - start).days  # type: ignore[operator]


def resolve(
    entries: tuple[CalendarEntry, ...],
    first: PlatformSection,
    start: datetime.date,
    days: int,
    base: Path | None,
) -> list[tuple[int, PlatformSection]]:
    """The section in force from each day on, day 0 first; entries of one day apply in their order."""
    dated = sorted((_day(entry, start, days, i), i, entry) for i, entry in enumerate(entries)) if entries else []
    _refuse_twice(dated)
    policies = [(0, first)]
    if not dated:
        return policies
    values = first.model_dump(mode="json")
    for day, index, entry in dated:
        where = ("calendar", index, "set")
        for key, value in entry.set.items():
            _apply(values, tuple(key.split(".")), copy.deepcopy(value), (*where, key))
        policies.append((day, _section(values, base, where)))
    return policies


def _day(entry: CalendarEntry, start: datetime.date, days: int, index: int) -> int:
    try:
        day = entry.day_of(start)
    except ScenarioError as error:
        raise ScenarioError(error.what, path=("calendar", index)) from None
    if not 0 <= day < days:
        key = "day" if entry.day is not None else "date"
        said = f"day {day}" if entry.day is not None else f"{entry.date} (day {day})"
        side = "after the end" if day >= days else "before the start"
        raise ScenarioError(f"{said} is {side} of the run (days 0 to {days - 1})", path=("calendar", index, key))
    return day


def _section(values: dict[str, Any], base: Path | None, where: tuple[object, ...]) -> PlatformSection:
    try:
        return PlatformSection.model_validate(copy.deepcopy(values), context={"base": base})
    except ValidationError as error:
        from sim.scenario.validation import complaints

        first = complaints(error, values, ("platform",))[0]
        raise ScenarioError(first.what, path=(*where, *first.keys), nearest=first.nearest) from None


def _refuse_twice(dated: list[Dated]) -> None:
    """One path, or one within the other, set by two entries of a day: nobody could tell which was meant."""
    seen: list[tuple[int, int, str]] = []
    for day, index, entry in dated:
        for key in entry.set:
            for other_day, other, other_key in seen:
                if day == other_day and index != other and _overlap(key, other_key):
                    what = f"'{other_key}' is already set on day {day} by calendar.{other}"
                    raise ScenarioError(what, path=("calendar", index, "set", key))
            seen.append((day, index, key))


def _overlap(a: str, b: str) -> bool:
    return f"{a}.".startswith(f"{b}.") or f"{b}.".startswith(f"{a}.")


def _apply(values: dict[str, Any], keys: tuple[str, ...], value: Any, where: tuple[object, ...]) -> None:
    """Change one path below `platform` in plain values."""
    if keys[0] not in values:
        below = ".".join(keys[1:]) if keys[0] == "platform" else ""
        near = below or nearest_name(keys[0], values)
        raise ScenarioError(f"the platform has no '{keys[0]}'", path=where, nearest=near)
    if keys == ("detectors",) and isinstance(value, dict):
        for label, spec in value.items():
            _apply(values, ("detectors", str(label)), spec, (*where, label))
        return
    node: Any = values
    for key in keys[:-1]:
        node = _below(node, key, where)
    node[keys[-1]] = _with_name(node.get(keys[-1]), value)


def _below(node: dict[str, Any], key: str, where: tuple[object, ...]) -> Any:
    """The mapping under `key`; a detector that is off is switched on by giving it a parameter."""
    if node.get(key) is None:
        node[key] = {"name": key}
    if not isinstance(node[key], dict):
        raise ScenarioError(f"'{key}' has no parts", path=where)
    return node[key]


def _with_name(old: Any, new: Any) -> Any:
    """Parameters alone go to the plug-in that stands there; a plug-in of another name replaces it."""
    if isinstance(old, dict) and isinstance(new, dict) and new.get("name", old.get("name")) == old.get("name"):
        return {**old, **new}
    return new
