"""The policy calendar: which platform section is in force from which day."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.core.errors import ScenarioError, nearest_name
from sim.scenario.paths import MISSING, Keys, get_by_path, join_path, overlap, set_by_path, split_path
from sim.scenario.renamed import describe_renaming
from sim.scenario.schema.platform import PlatformSection
from sim.scenario.schema.section import Section, parameter
from sim.scenario.validation import Wording, errors_in

Dated = tuple[int, int, "CalendarEntry"]

_DAY_OR_DATE = "needs either a day or a date"
_AFTER_THE_END = "{given} is after the end of the run (days 0 to {last})"
_BEFORE_THE_START = "{given} is before the start of the run (days 0 to {last})"
_SET_TWICE = "'{path}' is already set on day {day} by calendar.{entry}"
_NO_SUCH_KEY = "the platform has no '{key}'"
_NOT_OF_THE_PLATFORM = "a calendar changes the platform alone, and '{path}' is the same on all days"
_NO_PARTS = "'{key}' has no parts"


class CalendarEntry(Section):
    """From `day` (or `date`) on, the values in `set` (paths below `platform`) are in force."""

    day: int | None = parameter(None, "day of the run", unit="day", ge=0)
    date: datetime.date | None = parameter(None, "calendar date instead of a day", unit="date")
    set: dict[str, Any] = parameter({}, "what changes: paths below `platform`, dotted or nested")
    note: str = parameter("", "what the change is, for charts and tables")

    def day_of(self, start: datetime.date) -> int:
        """Day of the run on which the entry takes effect; `start` is the date of day 0."""
        if (self.day is None) == (self.date is None):
            raise ScenarioError(_DAY_OR_DATE)
        return self.day if self.day is not None else (self.date - start).days  # type: ignore[operator]


def resolve(
    entries: tuple[CalendarEntry, ...],
    first: PlatformSection,
    start: datetime.date,
    days: int,
    base: Path | None,
    others: Collection[str] = (),
) -> list[tuple[int, PlatformSection]]:
    """The section in force from each day on, day 0 first; entries of one day apply in their order.

    `others` are the names of the sections that no calendar changes.
    """
    dated = sorted((_day(entry, start, days, i), i, entry) for i, entry in enumerate(entries)) if entries else []
    _refuse_twice(dated)
    policies = [(0, first)]
    if not dated:
        return policies
    values = first.model_dump(mode="json")
    for day, index, entry in dated:
        where = ("calendar", index, "set")
        for key, value in entry.set.items():
            keys = split_path(key)
            if keys[0] in others and keys[0] not in values:
                raise ScenarioError(_NOT_OF_THE_PLATFORM.format(path=key), path=(*where, key))
            _apply(values, keys, copy.deepcopy(value), (*where, key))
        policies.append((day, _section(values, base, where)))
    return policies


def _day(entry: CalendarEntry, start: datetime.date, days: int, index: int) -> int:
    try:
        day = entry.day_of(start)
    except ScenarioError as error:
        raise ScenarioError(error.what, path=("calendar", index)) from None
    if not 0 <= day < days:
        key = "day" if entry.day is not None else "date"
        template = _AFTER_THE_END if day >= days else _BEFORE_THE_START
        given = f"day {day}" if entry.day is not None else f"{entry.date} (day {day})"
        raise ScenarioError(template.format(given=given, last=days - 1), path=("calendar", index, key))
    return day


def _section(values: dict[str, Any], base: Path | None, where: Keys) -> PlatformSection:
    try:
        return PlatformSection.model_validate(copy.deepcopy(values), context={"base": base})
    except ValidationError as error:
        first = errors_in(error, values, Wording(PlatformSection, above=("platform",)))[0]
        raise ScenarioError(first.what, path=(*where, *first.keys), nearest=first.nearest) from None


def _refuse_twice(dated: list[Dated]) -> None:
    """Refuse overlapping paths in two entries of one day: which of them is meant would be ambiguous."""
    seen: list[tuple[int, int, str]] = []
    for day, index, entry in dated:
        for key in entry.set:
            for other_day, other, other_key in seen:
                if day == other_day and index != other and overlap(key, other_key):
                    what = _SET_TWICE.format(path=other_key, day=day, entry=other)
                    raise ScenarioError(what, path=("calendar", index, "set", key))
            seen.append((day, index, key))


def _apply(values: dict[str, Any], keys: Keys, value: Any, where: Keys) -> None:
    """Change one path below `platform` in plain values."""
    if keys[0] not in values:
        below = join_path(keys[1:]) if keys[0] == "platform" else ""
        renamed = describe_renaming(join_path(keys if below else ("platform", *keys)))
        if renamed is not None:
            raise ScenarioError(renamed, path=where)
        near = below or nearest_name(keys[0], values)
        raise ScenarioError(_NO_SUCH_KEY.format(key=keys[0]), path=where, nearest=near)
    if keys == ("detectors",) and isinstance(value, dict):
        for label, spec in value.items():
            _apply(values, ("detectors", str(label)), spec, (*where, label))
        return

    def enter(below: Any, at: Keys) -> Any:
        if below is MISSING or below is None:
            return {"name": at[-1]}  # a detector that is off is switched on by giving it a parameter
        if not isinstance(below, dict):
            raise ScenarioError(_NO_PARTS.format(key=at[-1]), path=where)
        return below

    set_by_path(values, keys, _with_name(get_by_path(values, keys), value), enter)


def _with_name(old: Any, new: Any) -> Any:
    """The new value: parameters without a name update the present plug-in, a plug-in of another name replaces it."""
    if isinstance(old, dict) and isinstance(new, dict) and new.get("name", old.get("name")) == old.get("name"):
        return {**old, **new}
    return new
