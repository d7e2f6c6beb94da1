"""The page of a validation: groups of facts with their meaning, sources, and verdicts that say how sure they are."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from sim.analysis.facts.findings import FactFindings
from sim.analysis.facts.read import load_facts
from sim.analysis.facts.verdicts import Figure, judge_facts
from sim.charts.facts import CHARTS
from sim.reports.fact_views import groups_of
from sim.reports.validation_report import render_page, terminal_facts
from sim.runs.storage import Place
from sim.studies.results import StudyResults

FACTS = """
groups: {X: facts of ours}
facts:
  X1:
    statement: a tenth give most
    source: our logs, 2024
    use: held_out
    why: for all rows
    rows:
      - {name: narrow, measure: follower_gini, interval: [0.4, 0.6], why: for one}
      - {name: open, measure: follower_gini, interval: [0.4, null], unit: times}
  Y1: {statement: nobody knows, source: a guess, use: held_out, not_measurable: no table has it}
"""


def found(folder: Path, values: list[float]) -> FactFindings:
    (folder / "facts.yaml").write_text(FACTS)
    facts = load_facts(folder / "facts.yaml")
    runs = [{("X1", "narrow"): Figure(value), ("X1", "open"): Figure(value)} for value in values]
    return FactFindings(facts, judge_facts(facts, runs, 100, {}), {}, tuple(range(1, len(values) + 1)))


@pytest.mark.parametrize(
    ("values", "verdicts", "certain"),
    [
        ([0.50, 0.51, 0.49], ["inside", "inside"], ["yes", "yes"]),
        ([0.58, 0.61, 0.59], ["inside, not certain", "inside"], ["no", "yes"]),
        ([0.60, 0.64, 0.62], ["outside, not certain", "inside"], ["no", "yes"]),
        ([0.70, 0.71, 0.72], ["outside", "inside"], ["yes", "yes"]),
        ([0.39, 0.42, 0.41], ["inside, not certain"] * 2, ["no", "no"]),
        ([0.5], ["inside, in one run"] * 2, ["", ""]),
        ([0.5, 0.5], ["inside", "inside"], ["yes", "yes"]),
    ],
)
def test_an_interval_that_reaches_over_an_end_is_not_certain(
    tmp_path: Path, values: list[float], verdicts: list[str], certain: list[str]
) -> None:
    findings = found(tmp_path, values)
    assert list(findings.table["certain"]) == [*certain, ""]
    (fact,), _ = (group.facts for group in groups_of(findings))
    assert [row.verdict for row in fact.rows] == verdicts


def test_groups_say_what_they_mean_and_facts_where_they_stand(tmp_path: Path) -> None:
    ours, others = groups_of(found(tmp_path, [0.5, 0.52]))
    assert (ours.title, others.title) == ("X: facts of ours", "Y")
    assert ours.counts.startswith("1 of 1 facts inside")
    (fact,), (unknown,) = ours.facts, others.facts
    assert (fact.source, unknown.source, unknown.rows, unknown.remarks) == (
        "our logs, 2024", "a guess", [], "no table has it",
    )  # fmt: skip
    assert (fact.remarks, [row.remarks for row in fact.rows]) == ("for all rows", ["for one", ""])
    assert [row.name for row in fact.rows] == ["narrow", "open (times)"]


def test_the_facts_that_ship_say_what_their_letters_mean() -> None:
    assert {name[0] for name in load_facts().facts} == set(load_facts().file.groups)


@pytest.mark.parametrize(("values", "tile"), [([0.58, 0.61], "<b>1</b>"), ([0.5], "<b>–</b>")])
def test_the_page_has_sources_groups_and_a_count_of_what_is_not_certain(
    tmp_path: Path, values: list[float], tile: str
) -> None:
    findings = found(tmp_path, values)
    about = {"facts": "facts", "days": 14, "readers": 100, "creators": 100}
    results = StudyResults({"about": about, "versions": {}, "name": "x"}, Place(tmp_path))
    page = render_page(findings, results, "world")
    assert "source: our logs, 2024" in page and "X: facts of ours" in page
    assert f"{tile}<span>rows not certain" in page
    assert page.index("rows not certain") < page.index('<section id="facts">')


def test_the_terminal_counts_what_is_not_certain(tmp_path: Path) -> None:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(terminal_facts(found(tmp_path, [0.58, 0.61])))
    assert "1 of the verdicts on rows is not certain" in console.export_text()


@pytest.mark.parametrize(
    ("value", "told"), [(0.6, "0.6"), (0.60012, "0.6001"), (0.59996, "0.59996"), (0.5512, "0.551")]
)
def test_a_figure_just_past_an_end_is_not_rounded_to_it(tmp_path: Path, value: float, told: str) -> None:
    """0.6 is inside and 0.60012 is not: who reads both must see why."""
    (group, *_) = groups_of(found(tmp_path, [value]))
    assert group.facts[0].rows[0].measured == told


def tails(tmp_path: Path, measured: dict[int, float], published: str) -> FactFindings:
    """Shares of posts above so many times the mean, held against the same published interval."""
    rows = "".join(
        f"      - {{name: above {times}, measure: posts_above, parameters: {{times: {times}}}, "
        f"interval: {published}}}\n"
        for times in measured
    )
    text = f"""
facts:
  C1:
    statement: few are read by many
    source: our logs, 2024
    use: held_out
    rows:
{rows}"""
    (tmp_path / "tail.yaml").write_text(text)
    facts = load_facts(tmp_path / "tail.yaml")
    figures = {("C1", f"above {times}"): Figure(share) for times, share in measured.items()}
    judged = judge_facts(facts, [figures], 100, {})
    drawn = pd.DataFrame({"x": [1.0, *measured], "y": [0.5, *measured.values()], "seed": 1})
    return FactFindings(facts, judged, {"reads_of_posts": drawn}, (1,))


def test_a_published_interval_that_reaches_to_nothing_goes_on_below_a_logarithmic_axis(tmp_path: Path) -> None:
    fig = CHARTS["reads_of_posts"].draw(tails(tmp_path, {10: 0.02}, "[0, 0.1]"))
    (bar,) = [trace for trace in fig.data if trace.name == "published"]
    bottom = 10 ** fig.layout.yaxis.range[0]
    assert 0 < min(bar.y) < bottom < 0.02 and max(bar.y) == 0.1


@pytest.mark.parametrize(
    ("measured", "told"),
    [
        ({10: 0.02, 40: 0.2}, "Reads of posts: inside at 1 of 2 published points"),
        ({10: 0.2}, "Reads of posts: outside at the published point"),
    ],
)
def test_the_title_of_a_chart_says_which_published_points_are_met(
    tmp_path: Path, measured: dict[int, float], told: str
) -> None:
    assert CHARTS["reads_of_posts"].title(tails(tmp_path, measured, "[0.01, 0.1]")) == told
