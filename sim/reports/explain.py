"""What a scenario does, as tables: the phases of a tick with the parameters in force, and the calendar."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from rich.console import Group
from rich.table import Table
from rich.text import Text

from sim.core.errors import ScenarioError, shown
from sim.core.terminal import one_line
from sim.engine.tick import DAY, PLAN
from sim.plugins.registry import name_of
from sim.reports.rungs import describe_rung
from sim.scenario import Scenario
from sim.scenario.paths import MISSING, Keys, find_field, get_by_path, get_child, join_path, split_path
from sim.scenario.schema.platform import PlatformSection
from sim.scenario.size import READS_PER_PERSON_DAY, READS_PER_POST, expect_reads_per_post

ALWAYS = ("enabled", "n", "n_per_1000_creators")

TITLE = "A tick of {minutes} min on day {day} of {days}"
ONCE_A_DAY, WHAT = ", once a day", ": {what} ({who}{cadence})"
PEOPLE_GIVEN = "{people:,} people (readers.people)"
PEOPLE_FOUND = (
    "{people:,} people: {reads} reads a post (C2) x {posts:,.0f} posts a day / {per_person} reads a person and day "
    "(C5, C6, C17)"
)
SIZE = "{people} in {seats:,} seats, {per_seat:.3g} to a seat; {reads:,.0f} reads to be had for a mean post\n"
SHARE = 0.45  # of the width that the column of parameters takes
CHANGES, AS_BEFORE = "{path}: {old} -> {new}", "{path}: {value}, as before"
_OUTSIDE = "day {day} is outside the run (days 0 to {last})"


def explain(scenario: Scenario, day: int = 0, width: int = 80) -> Group:
    """Everything `gresham explain` prints, in `width` columns: title, phases with the policy of `day`, calendar."""
    if not 0 <= day < scenario.run.days:
        raise ScenarioError(_OUTSIDE.format(day=day, last=scenario.run.days - 1), file=scenario.name)
    about = f"  {scenario.description}\n" if scenario.description else "\n"
    title = Text.assemble((one_line(scenario.name), "bold"), about, explain_size(scenario))
    tables = [phases(scenario, day, width)] + ([calendar(scenario, width)] if scenario.calendar else [])
    return Group(title, *tables)


def explain_size(scenario: Scenario) -> str:
    """How many people live in how many seats, by which formula, and the reads of a mean post that follow."""
    people, opts = scenario.people, scenario.creators
    if scenario.readers.people is None:
        text = PEOPLE_FOUND.format(
            people=people, reads=READS_PER_POST, posts=opts.n * opts.posts_per_day, per_person=READS_PER_PERSON_DAY
        )
    else:
        text = PEOPLE_GIVEN.format(people=people)
    seats = scenario.readers.n
    return SIZE.format(people=text, seats=seats, per_seat=people / seats, reads=expect_reads_per_post(scenario))


def phases(scenario: Scenario, day: int, width: int = 80) -> Table:
    """The phases of a tick in order, with the parameters in force on a day."""
    run = scenario.run
    title = TITLE.format(minutes=run.tick_minutes, day=day, days=run.days)
    table = Table(title=title, title_justify="left", show_lines=True)
    policy = scenario.policy_on(day)
    rows = []
    for phase in PLAN:
        cadence = ONCE_A_DAY if phase.cadence == DAY else ""
        what = Text.assemble((phase.name, "bold"), WHAT.format(cadence=cadence, what=phase.what, who=phase.who))
        lines = [line for path in phase.parameters for line in in_force(scenario, policy, path)]
        rows.append((what, Text("\n".join(lines))))
    table.add_column("phase: what happens (who)", overflow="fold", ratio=1)
    table.add_column(
        "parameters in force", overflow="fold", width=max(int(SHARE * width), longest_word(r for _, r in rows))
    )
    for row in rows:
        table.add_row(*row)
    return table


def longest_word(texts: Iterable[Text]) -> int:
    """The length of the longest word: a column so wide breaks no name."""
    return max((len(word) for text in texts for word in text.plain.split()), default=0)


def in_force(scenario: Scenario, policy: PlatformSection, path: str) -> list[str]:
    """Lines `path = value unit` for a dotted path; several for a whole section."""
    node = get_by_path(scenario.model_copy(update={"platform": policy}), path)
    if isinstance(node, BaseModel):
        return _section(path, node)
    if isinstance(node, dict):
        return [f"{path}.{label} = {format_value(each)}" for label, each in node.items()] or [f"{path} = none"]
    field = find_field(type(scenario), path)
    extra = field.json_schema_extra if field is not None and isinstance(field.json_schema_extra, dict) else {}
    unit = extra.get("unit", "1")
    return [f"{path} = {format_value(node)}" + ("" if unit == "1" else f" {unit}")]


def _section(path: str, section: BaseModel) -> list[str]:
    """The switches of a section and what the scenario changes in it; the rest is counted."""
    plain = type(section)()
    named = [
        name for name in type(section).model_fields if name in ALWAYS or getattr(section, name) != getattr(plain, name)
    ]
    rest = len(type(section).model_fields) - len(named)
    lines = [f"{path}.{name} = {format_value(getattr(section, name))}" for name in named]
    return [*lines, f"{path}: {rest} more at their defaults"] if rest else lines


def format_value(value: Any) -> str:
    """A value in few words: plug-ins by name and parameters, ladders rung by rung."""
    if value is None:
        return "off"
    if isinstance(value, BaseModel) and hasattr(value, "strikes"):
        rung = dict(value)
        return describe_rung(rung, format_value(rung["sanction"]))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parameters = ", ".join(f"{f.name} {format_value(getattr(value, f.name))}" for f in dataclasses.fields(value))
        return name_of(value) + (f" ({parameters})" if parameters else "")
    if isinstance(value, tuple):
        return "; ".join(format_value(each) for each in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value) if isinstance(value, str) else shown(value)


def calendar(scenario: Scenario, width: int = 80) -> Table:
    """The policy calendar: day, date, what changes from what was in force until then, why."""
    import datetime

    start = scenario.run.start_date
    table = Table(title="Policy calendar", title_justify="left")
    rows = []
    entries = sorted(scenario.calendar, key=lambda each: each.day_of(start))
    policies = [policy for _, policy in scenario.policies()]
    for entry, (before, after) in zip(entries, pairwise(policies), strict=True):
        day = entry.day_of(start)
        lines = [line for path in entry.set for line in _changed(split_path(path), before, after)]
        changes = Text("\n".join(dict.fromkeys(lines)))
        rows.append((str(day), str(start + datetime.timedelta(days=day)), changes, entry.note))
    table.add_column("day", no_wrap=True)
    table.add_column("date", no_wrap=True)
    changed = max(int(SHARE * width), longest_word(row[2] for row in rows))
    table.add_column("what changes in `platform`", overflow="fold", width=changed)
    table.add_column("note", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _changed(keys: Keys, before: PlatformSection, after: PlatformSection) -> list[str]:
    """Lines that say what an entry's path does to the policy; what was off is compared as a whole."""
    while len(keys) > 1 and get_by_path(before, keys[:-1]) is None:
        keys = keys[:-1]
    return _difference(join_path(keys), get_by_path(before, keys), get_by_path(after, keys))


def _difference(path: str, old: Any, new: Any) -> list[str]:
    """What is another value now: a line for each parameter of a plug-in, or for each of several plug-ins."""
    if old == new:
        return [AS_BEFORE.format(path=path, value=format_value(new))]
    parts: Iterable[Any] = ()
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        parts = dict.fromkeys([*old, *new])
    elif type(old) is type(new) and dataclasses.is_dataclass(new):
        parts = [field.name for field in dataclasses.fields(new)]
    below = [(part, get_child(old, part), get_child(new, part)) for part in parts]
    found = [
        line
        for part, was, now in below
        if was != now
        for line in _difference(f"{path}.{part}", None if was is MISSING else was, None if now is MISSING else now)
    ]
    return found or [CHANGES.format(path=path, old=format_value(old), new=format_value(new))]
