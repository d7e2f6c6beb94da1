"""What manipulation costs, in words and as a table: a line for each outcome, by who bears it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.analysis.attribution import STAKEHOLDERS, Attribution
from sim.analysis.verdict import BETTER, HIGHER, IDENTICAL, LOWER, OPEN, SAME, WORSE
from sim.charts.compare import frontier
from sim.charts.compare.subjects import Tradeoff
from sim.core.enums import words
from sim.core.formatting import join_words, window_of
from sim.reports.comparison_text import STAKEHOLDERS as NAMES
from sim.reports.verdict_matrix import Cell, cell_of
from sim.reports.verdict_text import NEED_SEEDS, change_of, seeds_told, too_few_seeds, with_unit

ALL_IDENTICAL = (
    "{world} and the world in which nobody manipulates gave the same runs to the bit: it costs nothing here."
)
ANSWER = {
    WORSE: "{label}: manipulation makes it worse, {change}.",
    BETTER: "{label}: manipulation makes it better, {change}.",
    HIGHER: "{label}: manipulation makes it higher, {change}.",
    LOWER: "{label}: manipulation makes it lower, {change}.",
    SAME: "{label}: manipulation makes no difference that matters (less than {margin}, tested).",
    OPEN: "{label}: not yet known what manipulation does to it, {change}.",
}
NO_VALUE = "{label}: not defined in enough runs of both worlds, so there is no verdict."
KINDS = {
    WORSE: "Worse with manipulation: {names}.",
    BETTER: "Better with manipulation: {names}.",
    HIGHER: "Higher with manipulation: {names}.",
    LOWER: "Lower with manipulation: {names}.",
    SAME: "No difference that matters: {names}.",
}
UNKNOWN = "Not yet known: {names}; {seeds}."
BORNE = "{names} ({who})"
INNOCENT = "Innocent people hit a day: {here} with manipulation, {twin} without."
CAPTION = (
    "{world} beside the same world in which nobody manipulates: difference and 95% interval, paired by seed; mean over "
    "{last}. Better or worse is significant at 5% after Holm's correction over {tests} tests; no "
    "difference that matters is an equivalence test within each outcome's smallest difference."
)
CAPTION_OF_FEW = (
    "{world} beside the same world in which nobody manipulates: difference, paired by seed; mean over {last}. "
    + NEED_SEEDS
)


@dataclass(frozen=True)
class Line:
    """The verdict on one outcome; `who` is filled in the first line of each stakeholder."""

    who: str
    label: str
    cell: Cell


@dataclass(frozen=True)
class Lines:
    """The verdicts on all outcomes, in the order of the stakeholders."""

    caption: str
    lines: tuple[Line, ...]


def lines(attribution: Attribution) -> Lines:
    """A line for every outcome."""
    found = []
    rows = _rows(attribution)
    for who, measured in STAKEHOLDERS.items():
        for at, (name, _) in enumerate(measured):
            outcome = next(o for o in attribution.outcomes if o.name == name)
            label = ", ".join(filter(None, (outcome.label, outcome.unit_in_words)))
            found.append(Line("" if at else NAMES[who], label, cell_of(rows[name])))
    caption = (CAPTION if attribution.has_intervals else CAPTION_OF_FEW).format(
        world=words(attribution.policies[1]),
        last=window_of(int(attribution.about["days"])),
        tests=attribution.tests,
    )
    return Lines(caption, tuple(found))


def paragraph(attribution: Attribution) -> str:
    """What manipulation does to the main outcome, to whom else, at what price, and what is not known."""
    rows = _rows(attribution)
    if all(row["verdict"] == IDENTICAL for row in rows.values()):
        return ALL_IDENTICAL.format(world=words(attribution.policies[1]))
    first = attribution.outcomes[0].name
    rest = {name: row for name, row in rows.items() if name != first}
    found = [_answer(attribution, rows[first]), too_few_seeds(attribution)]
    for verdict, template in KINDS.items():
        names = _borne(attribution, [name for name, row in rest.items() if row["verdict"] == verdict])
        if names:
            found.append(template.format(names=names))
    undecided = [name for name, row in rest.items() if row["verdict"] == OPEN]
    if undecided or rows[first]["verdict"] == OPEN:
        seeds = seeds_told([row for row in rows.values() if row["verdict"] == OPEN])
        names = _borne(attribution, undecided or [first])
        found.append(UNKNOWN.format(names=names, seeds=seeds))
    return " ".join(filter(None, (*found, _innocent(attribution))))


def _rows(attribution: Attribution) -> dict[str, dict[str, Any]]:
    """The rows of the verdict by outcome."""
    rows = attribution.verdict.to_dict("records")
    return {str(row["outcome"]): {str(key): value for key, value in row.items()} for row in rows}


def _answer(attribution: Attribution, row: dict[str, Any]) -> str:
    outcome = attribution.outcomes[0]
    if row["n"] == 0:
        return NO_VALUE.format(label=outcome.label)
    margin = with_unit(f"{row['smallest']:.3g}", outcome)
    change = change_of(row | {"mean": row["difference"]}, outcome)
    return ANSWER[row["verdict"]].format(label=outcome.label, change=change, margin=margin)


def _borne(attribution: Attribution, names: list[str]) -> str:
    """Outcomes by name, with those who bear them."""
    labels = {outcome.name: outcome.label for outcome in attribution.outcomes}
    found = []
    for who, measured in STAKEHOLDERS.items():
        own = [labels[name] for name, _ in measured if name in names]
        if own:
            found.append(BORNE.format(names=join_words(own), who=NAMES[who].lower()))
    return "; ".join(found)


def _innocent(attribution: Attribution) -> str:
    """How many innocent people are hit in either world; empty when that is unknown."""
    if not frontier.applies(Tradeoff(attribution, "innocent")):
        return ""
    shown = frontier.figures(attribution, "innocent")
    twin, here = (shown[policy] for policy in attribution.policies)
    return INNOCENT.format(here=here, twin=twin)
