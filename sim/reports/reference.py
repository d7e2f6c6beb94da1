"""The reference tables of the documentation, taken from the schema: `python -m sim.reports.reference` writes them.

Every parameter of a scenario file, every parameter of the plug-ins that ship, every measure and every column of a run's
tables. Nothing in `docs/parameters.md` is typed by hand.
"""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sim.core.table_schema import TABLES
from sim.measures.definitions import all_measures, detector_measures
from sim.plugins.detectors.detector import TICK
from sim.plugins.registry import FAMILIES, describe, name_of, table
from sim.runs.events import FIELDS, TRUTH
from sim.scenario import Scenario
from sim.scenario.calendar import CalendarEntry
from sim.scenario.parameters import parameters
from sim.scenario.paths import find_field
from sim.scenario.schema.platform import Rung

TARGET = Path("docs") / "parameters.md"
COMMAND = "python -m sim.reports.reference"
SOURCES = "model.md#sources"
PATTERNS = "model.md#1-purpose-and-patterns"
PARAMETER_HEADS = ("parameter", "meaning", "unit", "default", "range", "source")
MEASURE_HEADS = ("column", "what it is", "formula", "unit", "needs the truth")
COLUMN_HEADS = ("column", "meaning", "unit", "type")

_INTRO = f"""# Parameters, plug-ins, measures and tables

Generated from the code by `{COMMAND}`; do not edit. A source `C1` ... `C22` is a row of
[the list of sources]({SOURCES}), `S1` ... `S19` a row of [the list of patterns]({PATTERNS}), *article* the text that
the model starts from, and *assumed* says that nobody has published the number. Unit 1 is a pure number.
"""

_FAMILY_WORDS = {
    "ranking": ("Ranking policies", "`platform.ranking`"),
    "detection": ("Detectors", "`platform.detectors`, by label"),
    "sanction": ("Sanctions", "`platform.like_ladder` and `platform.creator_ladder`, rung by rung"),
    "strategy": ("Strategies of creators", "`strategies`, a list; the first one is honest"),
}


def reference() -> str:
    """The whole page."""
    parts = [_INTRO, *_sections(), *_plugins(), *_measures(), *_tables()]
    return "\n".join(part.strip("\n") + "\n" for part in parts if part)


# -- scenario files ---------------------------------------------------------------------------------------


def _sections() -> Iterable[str]:
    """One table for each section of a scenario file."""
    yield "## Scenario file"
    yield "A parameter stands under its section: `readers.n` is `n` under `readers:`. `--set readers.n=1000` sets one."
    plain, nested = [], []
    for name, field in Scenario.model_fields.items():
        below = field.annotation
        if isinstance(below, type) and issubclass(below, BaseModel):
            nested.append((name, below))
        else:
            plain.append(name)
    yield "### Top level"
    whole = {row["path"]: row for row in parameters(Scenario)}
    yield _table(PARAMETER_HEADS, [_parameter(whole[name]) for name in plain])
    for name, below in nested:
        yield f"### {name}"
        yield _about(below)
        rows = [_parameter(row) for row in parameters(below, f"{name}.")]
        yield _table(PARAMETER_HEADS, rows)
        if name == "platform":
            yield "A rung of `platform.like_ladder` and `platform.creator_ladder`:"
            yield _table(PARAMETER_HEADS, [_parameter(row) for row in parameters(Rung)])
    yield "### An entry of the calendar"
    yield _about(CalendarEntry)
    yield _table(PARAMETER_HEADS, [_parameter(row) for row in parameters(CalendarEntry)])


def _parameter(row: dict[str, Any]) -> tuple[str, ...]:
    """One line of a table of parameters."""
    field = find_field(Scenario, row["path"])
    steps = [each.multiple_of for each in field.metadata if getattr(each, "multiple_of", None)] if field else []
    span = row["range"] or row["type"]
    span += f", multiples of {steps[0]}" if steps else ""
    extra = field.json_schema_extra if field and isinstance(field.json_schema_extra, dict) else {}
    span += f", at least `{extra['at_least']}`" if "at_least" in extra else ""
    return (f"`{row['path']}`", row["description"], row["unit"], _value(row["default"]), span, row["source"])


def _value(value: Any) -> str:
    """A default as a scenario file would write it."""
    if value is None:
        return "none"
    if value == "":
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, str | datetime.date):
        return str(value)
    if isinstance(value, dict):
        return _mapping(value)
    if isinstance(value, tuple | list):
        return ", ".join(_value(each) for each in value) or "empty"
    return _named(value)


def _mapping(value: dict[str, Any]) -> str:
    if not value:
        return "empty"
    return "{" + ", ".join(f"{key}: {_value(each)}" for key, each in value.items()) + "}"


def _named(value: Any) -> str:
    """A section or a plug-in, as a default."""
    if isinstance(value, BaseModel):
        return _mapping(value.model_dump(mode="json"))
    return name_of(value)


# -- plug-ins ---------------------------------------------------------------------------------------------


def _plugins() -> Iterable[str]:
    """One chapter for each family, one table for each plug-in with parameters."""
    yield "## Plug-ins"
    yield "To write your own, see [plugins.md](plugins.md)."
    for family in FAMILIES:
        title, where = _FAMILY_WORDS[family]
        yield f"### {title}"
        yield f"Named in {where}."
        for name, cls in table(family).items():
            yield f"#### {name}"
            yield _about(cls)
            yield _facts(family, cls)
            rows = [_plugin_parameter(row) for row in describe(cls)]
            yield _table(PARAMETER_HEADS, rows) if rows else "No parameters."


def _facts(family: str, cls: Any) -> str:
    """What a plug-in declares about itself."""
    if family == "detection":
        judged = {"LIKE": "likes", "ACCOUNT": "accounts", "POST": "posts"}[cls.target.name]
        when = "" if cls.cadence == TICK else f" Looks on the last tick of a {cls.cadence}."
        return f"Judges {judged}.{when}" + (" Needs readings in the log." if cls.needs_reads else "")
    if family == "strategy":
        return f"Channel: {cls.channel}."
    return ""


def _plugin_parameter(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        f"`{row['name']}`",
        row["help"],
        row["unit"],
        _value(row["value"]),
        row["range"],
        row["source"],
    )


# -- results ----------------------------------------------------------------------------------------------


def _measures() -> Iterable[str]:
    """Every column of the daily table, for the default detectors and strategies."""
    scenario = Scenario()
    strategies = tuple(name_of(strategy) for strategy in scenario.strategies)
    yield "## Measures"
    yield (
        "Columns of `daily.parquet` beside `day`, defined once in `sim/measures/`. A measure that needs the truth "
        "could not be known to any platform. A value is NaN where it is not defined."
    )
    yield _table(MEASURE_HEADS, [_measure(m) for m in all_measures((), strategies)])
    yield "For each detector, with its label in the place of `LABEL`:"
    yield _table(MEASURE_HEADS, [_measure(m) for m in detector_measures("LABEL")])


def _measure(measure: Any) -> tuple[str, ...]:
    return (f"`{measure.name}`", measure.label, measure.formula, measure.unit, "yes" if measure.truth else "no")


def _tables() -> Iterable[str]:
    """The other tables of a run folder."""
    yield "## Tables of a run folder"
    yield "One Parquet file each. Ids are row numbers, -1 stands for none. `daily` holds the measures above."
    for spec in TABLES.values():
        if spec.open:
            continue
        yield f"### {spec.name}.parquet"
        yield f"{spec.description[0].upper()}{spec.description[1:]}."
        rows = [(f"`{c.name}`", c.description, c.unit, c.dtype) for c in spec.columns]
        yield _table(COLUMN_HEADS, rows)
    yield "### events and truth"
    yield "With `--events`: one file a day of every interaction, and beside it the true origin of each row."
    yield _table(COLUMN_HEADS, _event_rows())


def _event_rows() -> Iterable[tuple[str, ...]]:
    yield from ((f"events: `{name}`", what, unit, str(dtype)) for name, dtype, unit, what in FIELDS)
    yield from ((f"truth: `{name}`", what, unit, str(dtype)) for name, dtype, unit, what in TRUTH)


# -- Markdown ---------------------------------------------------------------------------------------------


def _about(cls: type) -> str:
    """The docstring, one line for each paragraph."""
    paragraphs = (cls.__doc__ or "").strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(str(text).replace("|", "\\|").split())


def main(words: Sequence[str] | None = None) -> int:
    """Write the page, or with `--check` only say whether it is up to date (exit code 1 when it is not)."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=TARGET, help="where to write (%(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is out of date")
    chosen = parser.parse_args(words)
    text = reference()
    if chosen.check:
        fresh = chosen.file.is_file() and chosen.file.read_text(encoding="utf-8") == text
        print("up to date" if fresh else f"{chosen.file} is out of date; write it with: {COMMAND}")
        return 0 if fresh else 1
    chosen.file.parent.mkdir(parents=True, exist_ok=True)
    chosen.file.write_text(text, encoding="utf-8")
    print(chosen.file)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
