"""The first screen of a comparison says what its table says, whatever the data are."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.analysis.comparison import Comparison
from sim.analysis.frontier import NEEDED, efficient
from sim.analysis.outcomes import scorecard
from sim.analysis.verdict import BETTER, HIGHER, IDENTICAL, LOWER, OPEN, SAME, WORSE
from sim.charts.compare import frontier
from sim.charts.compare.subjects import Tradeoff
from sim.core.terminal import make_console
from sim.reports.comparison_report import render_page
from sim.reports.terminal_scorecard import terminal_key_figures, terminal_scorecard
from sim.reports.verdict_matrix import matrix
from sim.reports.verdict_text import PairVerdicts, key_figures, paragraph
from sim.runs.storage import Place

NAN = float("nan")
MEASURES = tuple(dict.fromkeys((*(o.measure for o in scorecard()), *NEEDED)))


class Frames:
    """Daily tables by hand."""

    def __init__(self, daily: pd.DataFrame) -> None:
        self.keep, self._daily = ("daily",), daily

    def table(self, name: str) -> pd.DataFrame:
        return self._daily


def compared(rows: Mapping[str, Any], *, days: int = 3, outcome: str = "exposure_quality", seed: int = 1) -> Comparison:
    """Policies with one value of the outcome for each seed; the other measures are noise of their own."""
    rng, found = np.random.default_rng(seed), []
    seeds = max(len(row) for row in rows.values())
    for point, (policy, row) in enumerate(rows.items()):
        for s, value in enumerate(row, 1):
            if value is not None:
                level = {name: rng.normal(0.5, 0.01) for name in MEASURES} | {outcome: value}
                found += [{"point": point, "repetition": s - 1, "seed": s, "policy": policy, "day": d} | level
                          for d in range(days)]  # fmt: skip
    outcomes = [{"measure": outcome, "label": "Quality shown", "better": "higher"}, {"measure": "reach_gini"}]
    about = {"outcomes": outcomes, "days": days, "readers": 1000, "creators": 60,
             "calendars": {policy: [] for policy in rows}}  # fmt: skip
    record = {"points": [{"factors": {"policy": name}} for name in rows], "seeds": list(range(1, seeds + 1)),
              "about": about}  # fmt: skip
    return Comparison(record, Frames(pd.DataFrame(found)))


def around(level: float, n: int = 20, spread: float = 0.005, seed: int = 1) -> list[float]:
    return list(np.random.default_rng([seed, int(level * 1000)]).normal(level, spread, n))


CASES: dict[str, dict[str, Any]] = {
    "a winner": {"a": around(0.3), "b": around(0.5), "c": around(0.4)},
    "two that are alike lead": {"a": around(0.3), "b": around(0.5), "c": around(0.5, seed=2)},
    "all alike": {"a": around(0.5), "b": around(0.5, seed=2), "c": around(0.5, seed=3)},
    "nothing known": {"a": around(0.5, 4, 0.3), "b": around(0.52, 4, 0.3), "c": around(0.51, 4, 0.3)},
    "ties": {"a": [0.5, 0.5, 0.6, 0.6] * 3, "b": [0.6, 0.5, 0.5, 0.6] * 3},
    "zeros": {"a": [0.0] * 8, "b": [0.0] * 8},
    "constant, and one apart": {"a": [0.5] * 8, "b": [0.5] * 8, "c": [0.9] * 8},
    "no value": {"a": [NAN] * 6, "b": [NAN] * 6, "c": [NAN] * 6},
    "one without any": {"a": around(0.3), "b": around(0.5), "c": [NAN] * 20},
    "unequal n": {"a": around(0.3), "b": [None] * 4 + around(0.5, 16), "c": around(0.4)},
    "one seed each": {"a": [0.5], "b": [0.6]},
    "two seeds": {"a": [0.5, 0.4], "b": [0.6, 0.7]},
    "eight": {f"p{at}": around(0.1 + 0.05 * at) for at in range(8)},
    "names that are markup": {"[red]a[/red]": around(0.3), "<b>": around(0.5), "{x}": around(0.4)},
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("days", [1, 20])
def test_the_paragraph_says_what_the_table_says(name: str, days: int) -> None:
    found = compared(CASES[name], days=days)
    verdicts, text = PairVerdicts(found), paragraph(found)
    table = found.verdict[found.verdict["outcome"] == "exposure_quality"]
    kinds = set(table["verdict"])
    assert kinds <= {BETTER, WORSE, HIGHER, LOWER, SAME, OPEN, IDENTICAL}
    assert not re.search(r"\bnan\b|\binf\b", text + str(matrix(found)) + str(key_figures(found)))
    winner = verdicts.winner
    assert (f"{winner} is better than" in text) == (winner is not None)
    if winner is not None:
        own = table[(table["policy_a"] == winner) | (table["policy_b"] == winner)]
        assert all(row.verdict == (BETTER if row.policy_a == winner else WORSE) for row in own.itertuples())
    undecided = int((table["verdict"] == OPEN).sum())
    if winner is not None or "no policy is shown" in text:
        assert (f"{undecided} are not yet known" in text or f"{undecided} is not yet known" in text) == (undecided > 0)
    assert ("no difference that matters between any" in text) == (kinds <= {SAME, IDENTICAL} and SAME in kinds)
    assert len(key_figures(found)) == 5


@pytest.mark.parametrize("name", CASES)
def test_the_page_and_the_terminal_render_whatever_the_data_are(name: str) -> None:
    found = compared(CASES[name], days=5)
    results = SimpleNamespace(place=Place("x"), record={"versions": {}}, failures=[])
    page = render_page(found, results)  # type: ignore[arg-type]
    assert 'class="card matrix"' in page
    file = io.StringIO()
    console = make_console()
    console.file, console.width = file, 200
    console.print(terminal_scorecard(found))
    assert len(terminal_key_figures(found).splitlines()) == 5
    assert "nan" not in file.getvalue().lower().replace("finance", "")


@pytest.mark.parametrize("seeds", [2, 3])
def test_intervals_are_spoken_of_where_there_are_some(seeds: int) -> None:
    found = compared({"a": around(0.5, seeds), "b": around(0.6, seeds)}, days=5)
    results = SimpleNamespace(place=Place("x"), record={"versions": {}}, failures=[])
    page = render_page(found, results)  # type: ignore[arg-type]
    file = io.StringIO()
    console = make_console()
    console.file, console.width = file, 200
    console.print(terminal_scorecard(found))
    assert ("narrower intervals" in page) == (seeds >= 3)
    for shown in (page, file.getvalue()):
        assert ("95% interval" in shown) == (seeds >= 3)
        assert ("ntervals and tests need 3 seeds" in shown) == (seeds < 3)


def test_known_answers() -> None:
    text = paragraph(compared(CASES["a winner"], days=20))
    assert text.startswith("Quality shown: b is better than a and c. Against c, the closest, the difference is +0.")
    assert "no difference that matters between any of the policies (less than 0.01, tested)" in paragraph(
        compared(CASES["all alike"])
    )
    assert "that does not say that they are equal" in paragraph(compared(CASES["nothing known"]))
    leaders = paragraph(compared(CASES["two that are alike lead"]))
    assert "not shown to be worse than any: b and c." in leaders and "No difference that matters: b and c." in leaders
    assert "b has 16 of 20 seeds" in paragraph(compared(CASES["unequal n"]))
    assert "not defined in enough runs" in paragraph(compared(CASES["no value"]))


def test_identical_policies_are_called_identical_on_the_page() -> None:
    one = compared({"a": around(0.5)}, days=5).daily
    daily = pd.concat([one.assign(policy=name, point=at) for at, name in enumerate("ab")], ignore_index=True)
    found = compared({"a": around(0.5), "b": around(0.5)}, days=5)
    found.daily = daily
    assert (found.verdict["verdict"] == IDENTICAL).all()
    assert "gave the same runs to the bit" in paragraph(found)
    assert matrix(found).rows[0][1].verdict == IDENTICAL  # type: ignore[union-attr]
    assert (found.differences["verdict"] == IDENTICAL).all() and (found.differences["p_holm"] == 1.0).all()


def test_the_matrix_is_the_table_read_in_both_directions() -> None:
    found = compared(CASES["a winner"])
    cells = matrix(found).rows
    assert [[cell and cell.verdict for cell in row] for row in cells] == [
        [None, WORSE, WORSE], [BETTER, None, BETTER], [BETTER, WORSE, None]
    ]  # fmt: skip
    assert cells[0][1].change == "-" + cells[1][0].change[1:]  # type: ignore[union-attr]


def test_the_efficient_frontier() -> None:
    assert efficient([1.0, 2.0, 2.0, 1.5], [0.0, 1.0, 2.0, 1.5]) == [True, True, False, False]
    assert efficient([1.0, 1.0], [1.0, 1.0]) == [True, True]  # a tie beats nobody
    assert efficient([1.0, NAN], [1.0, 0.0]) == [True, False]
    found = compared(CASES["a winner"], days=20)
    rows = frontier.table(Tradeoff(found, "cost"))
    base = found.row("a", "exposure_quality").mean()
    assert rows["quality"].tolist() == pytest.approx(
        [found.row(p, "exposure_quality").mean() - base for p in found.policies]
    )


def test_marks_at_both_ends_of_an_axis_are_whole() -> None:
    tradeoff = Tradeoff(compared(CASES["a winner"], days=20), "innocent")
    rows, (low, high) = frontier.table(tradeoff), frontier.draw(tradeoff).layout.xaxis.range
    most = max(1.0 * (rows["x"].max() == 0), rows["x"].max())
    assert low < 0 <= rows["x"].min() and most < high


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            {"a": around(0.5, 4, 0.05), "b": around(0.5, 4, 0.05, 2)},
            "for any pair of policies which shows more quality",
        ),
        (
            {"a": around(0.5), "b": around(0.6), "c": around(0.6, 20, 0.03, 2)},
            "for 1 of 3 pairs of policies which shows",
        ),
        ({"a": around(0.5), "b": around(0.6)}, ""),
    ],
)
def test_what_is_efficient_by_the_means_is_not_said_to_be_known(rows: dict[str, Any], said: str) -> None:
    comparison = compared(rows)
    for against in ("innocent", "cost"):
        caption = frontier.caption(Tradeoff(comparison, against))
        assert ("not yet known" in caption) == bool(said)
        assert said in caption
