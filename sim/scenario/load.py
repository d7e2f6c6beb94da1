"""Turn what a caller passes, a Scenario or a file, into a Scenario with another seed, length or other values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.scenario.scenario import Scenario


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
    if not wanted:
        return given
    return given.with_changes(wanted, dropped=_late(given, days) if "calendar" in wanted else ())


def _late(scenario: Scenario, days: int | None) -> tuple[tuple[int, str], ...]:
    """Day and text of the calendar entries that a run of `days` does not reach."""
    dated = ((entry.day_of(scenario.run.start_date), entry) for entry in scenario.calendar)
    return tuple((day, entry.note or ", ".join(entry.set)) for day, entry in dated if days is not None and day >= days)


def _reached(scenario: Scenario, days: int) -> list[dict[str, Any]]:
    """Calendar entries that a run of `days` reaches."""
    start = scenario.run.start_date
    return [entry.model_dump(mode="json") for entry in scenario.calendar if entry.day_of(start) < days]
