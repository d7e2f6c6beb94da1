"""The tables of docs/validation.md: measures, from the code, and the deviations of a world, from a facts.csv.

python -m sim.reports.validation_tables                   the measures of facts
python -m sim.reports.validation_tables FACTS.CSV         and the deviations of that validation
python -m sim.reports.validation_tables --check           write nothing; fail when the measures are out of date
"""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from sim.analysis.facts.measures import MEASURES
from sim.analysis.facts.measures.ranges import MOST_DOSE
from sim.analysis.facts.read import parameters_of
from sim.reports.fact_views import figure

TARGET = Path("docs") / "validation.md"
COMMAND = "python -m sim.reports.validation_tables"
MEASURES_PART, DEVIATIONS_PART = "measures", "deviations"
BEGIN, END = "<!-- {part} -->", "<!-- /{part} -->"
HEADS = ("fact", "what", "published", "measured", "95 % interval", "verdict", "kind", "remarks")
BOUNDS = ("gt", "ge", "le")
MEASURE_HEADS = ("measure", "what it is", "parameters")
NO_MARKERS = "{file}: has no line {begin} with a line {end} after it"
NO_COLUMN = "{file}: no facts.csv of a validation, it has no column {column}"
OUT_OF_DATE = "{file} is out of date; write it with: {command}"
NEEDED = (
    "fact", "row", "statement", "unit", "published", "published_low", "published_high", "measured", "low", "high",
    "verdict", "kind", "why",
)  # fmt: skip


def measures() -> str:
    """Every measure with its parameters, as a table in Markdown."""
    rows = []
    for name, function in MEASURES.items():
        parameters = (_parameter(each.name, each.annotation, each.default) for each in parameters_of(name).values())
        rows.append((f"`{name}`", (function.__doc__ or "").strip().rstrip("."), ", ".join(parameters)))
    return _table(MEASURE_HEADS, rows)


def _parameter(name: str, kind: Any, default: Any) -> str:
    choices = ", ".join(map(str, get_args(kind))) if get_origin(kind) is Literal else ""
    range_ = _range(get_args(kind)[1]) if get_origin(kind) is Annotated else ""
    without = f"{default} without it" if isinstance(default, int) else ""
    parts = [f"one of {choices}" if choices else "", range_, without]
    about = "; ".join(filter(None, parts))
    return f"`{name}` ({about})" if about else f"`{name}`"


def _range(field: Any) -> str:
    """The bounds of a parameter; what is only too large to be meant is not said."""
    ends = {name: getattr(each, name) for each in field.metadata for name in BOUNDS if hasattr(each, name)}
    low = f"more than {ends['gt']}" if "gt" in ends else f"at least {ends['ge']}"
    return low if ends["le"] >= MOST_DOSE else f"{low}, at most {ends['le']}"


def deviations(rows: Iterable[Mapping[str, str]]) -> str:
    """The rows of facts.csv, as a table in Markdown."""
    return _table(HEADS, [_cells(row) for row in rows])


def _cells(row: Mapping[str, str]) -> tuple[str, ...]:
    unit = "" if row["unit"] in ("", "1") else f" ({row['unit']})"
    low, high = _number(row["low"]), _number(row["high"])
    interval = f"{low} to {high}" if low and high else ""
    what = f"{row['row']}{unit}" if row["row"] else row["statement"]
    return (
        row["fact"],
        what,
        row["published"],
        figure(row["measured"] or "nan", (row["published_low"] or "nan", row["published_high"] or "nan")),
        interval,
        row["verdict"],
        row["kind"],
        row["why"],
    )


def _number(text: str) -> str:
    """A figure in three digits; empty when there is none."""
    value = float(text or "nan")
    return "" if math.isnan(value) else f"{value:.3g}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(map(_cell, row)) + " |" for row in rows)])


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def insert(page: str, part: str, table: str, file: Path) -> str:
    """The page with the table between the markers of a part; ValueError when it has none."""
    begin, end = BEGIN.format(part=part), END.format(part=part)
    before, found, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise ValueError(NO_MARKERS.format(file=file, begin=begin, end=end))
    return f"{before}{begin}\n{table}\n{end}{after}"


def read_rows(file: Path) -> list[dict[str, str]]:
    """The rows of a facts.csv; ValueError when it is none."""
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        for column in NEEDED:
            if column not in (reader.fieldnames or ()):
                raise ValueError(NO_COLUMN.format(file=file, column=column))
        return list(reader)


def main(words: Sequence[str] | None = None) -> int:
    """Write the tables into the page, or check one; exit code 1 when it is out of date, 2 when a file is none such."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=(__doc__ or "").splitlines()[0])
    parser.add_argument("facts", nargs="?", type=Path, help="facts.csv of a validation")
    parser.add_argument("--page", type=Path, default=TARGET, help="page to write into (%(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the measures are out of date")
    chosen = parser.parse_args(words)
    try:
        before = chosen.page.read_text(encoding="utf-8")
        page = insert(before, MEASURES_PART, measures(), chosen.page)
        if chosen.facts is not None:
            page = insert(page, DEVIATIONS_PART, deviations(read_rows(chosen.facts)), chosen.page)
        if chosen.check:
            print("up to date" if page == before else OUT_OF_DATE.format(file=chosen.page, command=COMMAND))
            return int(page != before)
        chosen.page.write_text(page, encoding="utf-8")
    except (ValueError, OSError) as error:
        parser.exit(2, f"{error}\n")
    print(chosen.page)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
