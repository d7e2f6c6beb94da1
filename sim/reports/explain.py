"""What a scenario does, as tables: the phases of a tick with the parameters in force, and the calendar."""

from __future__ import annotations

import dataclasses
from typing import Any

from pydantic import BaseModel
from rich.console import Group
from rich.table import Table
from rich.text import Text

from sim.core.errors import ScenarioError, shown
from sim.core.terminal import one_line
from sim.engine.tick import DAY, PLAN
from sim.plugins.registry import name_of
from sim.scenario import Scenario
from sim.scenario.paths import find_field, get_by_path
from sim.scenario.schema.platform import PlatformSection

ALWAYS = ("enabled", "n")

_OUTSIDE = "day {day} is outside the run (days 0 to {last})"


def explain(scenario: Scenario, day: int = 0) -> Group:
    """Everything `gresham explain` prints: title, phases with the policy of `day`, calendar."""
    if not 0 <= day < scenario.run.days:
        raise ScenarioError(_OUTSIDE.format(day=day, last=scenario.run.days - 1), file=scenario.name)
    about = f"  {scenario.description}\n" if scenario.description else "\n"
    title = Text.assemble((one_line(scenario.name), "bold"), about)
    tables = [phases(scenario, day)] + ([calendar(scenario)] if scenario.calendar else [])
    return Group(title, *tables)


def phases(scenario: Scenario, day: int) -> Table:
    """The phases of a tick in order, with the parameters in force on a day."""
    run = scenario.run
    table = Table(title=f"A tick of {run.tick_minutes} min on day {day} of {run.days}", title_justify="left")
    for head in ("phase", "what happens", "who", "parameters in force"):
        table.add_column(head, overflow="fold")
    policy = scenario.policy_on(day)
    for phase in PLAN:
        name = phase.name + (" (once a day)" if phase.cadence == DAY else "")
        lines = [line for path in phase.parameters for line in in_force(scenario, policy, path)]
        table.add_row(Text(name, style="bold"), phase.what, phase.who, Text("\n".join(lines)))
    return table


def in_force(scenario: Scenario, policy: PlatformSection, path: str) -> list[str]:
    """Lines `path = value unit` for a dotted path; several for a whole section."""
    node = get_by_path(scenario.model_copy(update={"platform": policy}), path)
    if isinstance(node, BaseModel):
        return _section(path, node)
    if isinstance(node, dict):
        return [f"{path}.{label} = {worded(each)}" for label, each in node.items()] or [f"{path} = none"]
    field = find_field(type(scenario), path)
    extra = field.json_schema_extra if field is not None and isinstance(field.json_schema_extra, dict) else {}
    unit = extra.get("unit", "1")
    return [f"{path} = {worded(node)}" + ("" if unit == "1" else f" {unit}")]


def _section(path: str, section: BaseModel) -> list[str]:
    """The switches of a section and what the scenario changes in it; the rest is counted."""
    plain = type(section)()
    named = [
        name for name in type(section).model_fields if name in ALWAYS or getattr(section, name) != getattr(plain, name)
    ]
    rest = len(type(section).model_fields) - len(named)
    lines = [f"{path}.{name} = {worded(getattr(section, name))}" for name in named]
    return [*lines, f"{path}: {rest} more at their defaults"] if rest else lines


def worded(value: Any) -> str:
    """A value in few words: plug-ins by name and parameters, ladders rung by rung."""
    if value is None:
        return "off"
    if isinstance(value, BaseModel) and hasattr(value, "strikes"):
        return f"from {value.strikes:g} strikes {worded(value.sanction)}"  # type: ignore[attr-defined]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parameters = ", ".join(f"{f.name} {worded(getattr(value, f.name))}" for f in dataclasses.fields(value))
        return name_of(value) + (f" ({parameters})" if parameters else "")
    if isinstance(value, tuple):
        return "; ".join(worded(each) for each in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value) if isinstance(value, str) else shown(value)


def calendar(scenario: Scenario) -> Table:
    """The policy calendar: day, date, what changes, why."""
    import datetime

    start = scenario.run.start_date
    table = Table(title="Policy calendar", title_justify="left")
    for head in ("day", "date", "what changes in `platform`", "note"):
        table.add_column(head, overflow="fold")
    for entry in sorted(scenario.calendar, key=lambda each: each.day_of(start)):
        day = entry.day_of(start)
        changes = "\n".join(f"{path} = {_plain(value)}" for path, value in entry.set.items())
        table.add_row(str(day), str(start + datetime.timedelta(days=day)), Text(changes), entry.note)
    return table


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        name = f"{value['name']} " if "name" in value else ""
        rest = ", ".join(f"{key} {_plain(each)}" for key, each in value.items() if key != "name")
        return f"{name}({rest})" if rest else name.strip()
    if isinstance(value, list):
        return "; ".join(_plain(each) for each in value) or "none"
    if value is None or isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
