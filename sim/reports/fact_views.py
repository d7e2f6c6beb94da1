"""Facts as a page shows them: group by group, each with its source, its rows, and how sure every verdict is."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.facts.verdicts import INSIDE, NOT_CERTAIN, OUTSIDE, UNKNOWN

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.facts.findings import FactFindings

UNSURE = "{verdict}, not certain"
ONE_RUN = "{verdict}, in one run"
OF_FACTS = "{group}: {about}"
CLASSES = {INSIDE: "good", OUTSIDE: "bad", UNKNOWN: "open"}
JOINT = "; "
DIGITS, MOST_DIGITS = 3, 6  # of a measured figure


@dataclass(frozen=True)
class RowView:
    """A measured number beside what was published of it, as text; `css` is the kind of its verdict."""

    name: str
    published: str
    measured: str
    interval: str
    verdict: str
    css: str
    remarks: str


@dataclass(frozen=True)
class FactView:
    """A fact with its source; `rows` is empty where nothing of it is measured, and `remarks` then say why."""

    name: str
    statement: str
    source: str
    kind: str
    verdict: str
    css: str
    rows: Sequence[RowView]
    remarks: str


@dataclass(frozen=True)
class GroupView:
    """The facts whose names begin with the same letters: what these mean, how many are inside, and each."""

    title: str
    counts: str
    facts: Sequence[FactView]


def groups_of(findings: FactFindings) -> list[GroupView]:
    """All facts of a validation, in the file's order."""
    about = findings.facts.file.groups
    return [
        GroupView(
            OF_FACTS.format(group=group, about=about[group]) if group in about else group,
            counts,
            [_fact(str(name), rows) for name, rows in findings.of_group(group).groupby("fact", sort=False)],
        )
        for group, counts in findings.groups
    ]


def _fact(name: str, rows: pd.DataFrame) -> FactView:
    first, plain = rows.iloc[0], rows.to_dict("records")
    whys = [str(row["why"]).split(JOINT) for row in plain]
    common = [part for part in whys[0] if all(part in why for why in whys)]
    own = [[part for part in why if part not in common] for why in whys]
    verdict = str(first["fact_verdict"])
    return FactView(
        name=name,
        statement=str(first["statement"]),
        source=str(first["source"]),
        kind="" if verdict == UNKNOWN else str(first["kind"]),
        verdict=verdict,
        css=CLASSES[verdict],
        rows=[_row(row, remarks) for row, remarks in zip(plain, own, strict=True) if row["row"]],
        remarks=JOINT.join(common),
    )


def _row(row: Mapping[Hashable, Any], why: Sequence[str]) -> RowView:
    verdict = str(row["verdict"])
    return RowView(
        name=with_unit(str(row["row"]), str(row["unit"])),
        published=str(row["published"]),
        measured=figure(row["measured"], (row["published_low"], row["published_high"])),
        interval=interval_text(row["low"], row["high"]),
        verdict=verdict_words(verdict, str(row["certain"])),
        css=CLASSES[verdict],
        remarks=JOINT.join(why),
    )


def verdict_words(verdict: str, certain: str) -> str:
    """The verdict on a row, marked where its 95 % interval reaches over an end of the published one or is missing."""
    if verdict == UNKNOWN:
        return verdict
    return {NOT_CERTAIN: UNSURE, "": ONE_RUN}.get(certain, "{verdict}").format(verdict=verdict)


def figure(value: Any, ends: Sequence[Any] = ()) -> str:
    """A measured figure in three digits, in more where it would else pass for an end; empty when there is none."""
    number, words_of = float(value), ""
    for digits in range(DIGITS, MOST_DIGITS + 1):
        words_of = "" if math.isnan(number) else f"{number:.{digits}g}"
        if not any(words_of == f"{float(end):.{digits}g}" and number != float(end) for end in ends):
            break
    return words_of


def interval_text(low: Any, high: Any) -> str:
    """An interval in three digits; empty when there is none."""
    return "" if math.isnan(float(low)) else f"{float(low):.3g} to {float(high):.3g}"


def with_unit(text: str, unit: str) -> str:
    """A name with its unit, where it has one."""
    return f"{text} ({unit})" if text and unit not in ("", "1") else text
