"""The changes of policy in a scenario, day by day, as text for captions."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PolicyChange:
    """What the calendar changes on a day; `day` counts from 0."""

    day: int
    text: str


def policy_changes(scenario: dict[str, Any]) -> list[PolicyChange]:
    """Changes of policy in order of day; those of one day are joined.

    `scenario` is a resolved scenario in plain values, as the manifest holds it.
    """
    start = datetime.date.fromisoformat(str(scenario["run"]["start_date"])[:10])
    by_day: dict[int, list[str]] = {}
    for entry in scenario.get("calendar", ()):
        day = entry.get("day")
        if day is None:
            day = (datetime.date.fromisoformat(str(entry["date"])[:10]) - start).days
        text = entry.get("note") or ", ".join(f"{key} = {_short(value)}" for key, value in entry["set"].items())
        by_day.setdefault(int(day), []).append(text)
    return [PolicyChange(day, "; ".join(by_day[day])) for day in sorted(by_day)]


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name", "changed"))
    if isinstance(value, list):
        return "changed"
    if value is None or isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
