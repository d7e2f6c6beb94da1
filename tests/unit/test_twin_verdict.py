"""The page of a twin begins with the verdict: the answer, how sure it is, whom it hurts, and what is not known."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from sim.analysis.attribution import STAKEHOLDERS, Attribution, outcomes_of_stakeholders
from sim.analysis.verdict import BETTER, IDENTICAL, OPEN, SAME, WORSE
from sim.reports.terminal_scorecard import terminal_scorecard
from sim.reports.twin_verdict import lines, paragraph
from sim.studies.attribution import HONEST

NAMES = [name for rows in STAKEHOLDERS.values() for name, _ in rows]
SEEDS = 14


class Frames:
    keep = ("daily",)

    def __init__(self, daily: pd.DataFrame) -> None:
        self.daily = daily

    def table(self, name: str) -> pd.DataFrame:
        return self.daily


def attribution(**effects: Any) -> Attribution:
    """A world and its twin; `effects` are added to outcomes with manipulation, by seed or to all."""
    rng = np.random.default_rng(1)
    rows = []
    for point, policy in enumerate((HONEST, "my_world")):
        for seed in range(SEEDS):
            values = dict.fromkeys(NAMES, 0.5 + 0.001 * seed)
            if point:
                effects = {name: np.broadcast_to(effect, SEEDS) for name, effect in effects.items()}
                values |= {name: values[name] + effect[seed] + 1e-5 * rng.normal() for name, effect in effects.items()}
            rows.append(pd.DataFrame({"point": point, "repetition": seed, "seed": seed, "policy": policy,
                                      "day": range(20), **values}))  # fmt: skip
    record = {
        "points": [{"point": p, "factors": {"policy": name}} for p, name in enumerate((HONEST, "my_world"))],
        "seeds": list(range(SEEDS)),
        "about": {"outcomes": [o.plain() for o in outcomes_of_stakeholders()], "days": 20, "readers": 1000,
                  "creators": 100, "calendars": {}},
    }  # fmt: skip
    return Attribution(record, Frames(pd.concat(rows, ignore_index=True)))


def test_the_paragraph_says_who_bears_what() -> None:
    noise = np.random.default_rng(2).normal(0, 0.04, SEEDS)
    told = paragraph(attribution(read_quality=-0.1, platform_trust=-0.2, creator_income_cny=-9, platform_revenue_cny=7,
                                 exposure_quality=noise))  # fmt: skip
    assert told.startswith("Quality read: manipulation makes it worse, -0.1")
    assert "Worse with manipulation: Trust in the platform (readers); Creators' income (creators)." in told
    assert "Better with manipulation: Platform's revenue (the platform)." in told
    assert "Not yet known: Quality shown (readers); about " in told and "more seeds would decide" in told
    assert "No difference that matters: Trust in counts and Active readers (readers); Honest from the start" in told


@pytest.mark.parametrize(
    ("effects", "told"),
    [
        ({}, "gave the same runs to the bit: it costs nothing here"),
        (
            {"read_quality": 0.001},
            "Quality read: manipulation makes no difference that matters (less than 0.004, tested)",
        ),
        ({"read_quality": np.nan}, "Quality read: not defined in enough runs of both worlds"),
        ({"read_quality": 0.1}, "Quality read: manipulation makes it better, +0.1"),
    ],
)
def test_the_answer_is_the_verdict_on_the_main_outcome(effects: dict[str, Any], told: str) -> None:
    found = paragraph(attribution(**effects))
    assert told in found
    assert not re.search(r"\bnan\b|\binf\b", found)


def test_page_and_terminal_have_a_line_for_every_outcome_that_agrees_with_the_table() -> None:
    found = attribution(read_quality=-0.1, platform_revenue_cny=7, exposure_quality=np.linspace(-0.1, 0.1, SEEDS))
    verdict = found.verdict.set_index("outcome")
    told = {line.label.partition(",")[0]: line for line in lines(found).lines}
    assert [line.who for line in lines(found).lines if line.who] == [
        "Readers",
        "Creators",
        "Advertisers",
        "The platform",
    ]
    for outcome in found.outcomes:
        row, line = verdict.loc[outcome.name], told[outcome.label]
        assert line.cell.verdict == row["verdict"]
        assert bool(line.cell.seeds) == (row["verdict"] == OPEN)
    assert {*verdict["verdict"]} >= {BETTER, WORSE, SAME, OPEN} and IDENTICAL not in {*verdict["verdict"]}
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(terminal_scorecard(found))
    text = console.export_text()
    assert text.index("Quality read: manipulation makes it worse") < text.index("who bears it") < text.rindex("Effort")
