"""Pages of odd data: ties, no values, one day, constant outcomes, twelve policies. Captions agree with tables."""

from __future__ import annotations

import html
import io
import json
import re
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from sim.analysis.comparison import Comparison
from sim.analysis.findings import Findings
from sim.analysis.outcomes import measures, scorecard
from sim.analysis.study_outcome import StudyOutcome
from sim.analysis.verdict import BETTER, IDENTICAL, OPEN, SAME, WORSE
from sim.charts.all_charts import CHARTS, LINKS
from sim.charts.compare import differences, fan
from sim.charts.compare.subjects import ComparedMeasure, ComparedOutcome
from sim.charts.study import effects, phase
from sim.charts.summary import make_tiles
from sim.core.enums import words
from sim.core.errors import RunError
from sim.core.formatting import number
from sim.measures.definitions import BASE_LABELS
from sim.reports.comparison_report import render_page as render_comparison
from sim.reports.run_report import render_page
from sim.reports.terminal_scorecard import terminal_scorecard
from sim.reports.verdict_matrix import matrix
from sim.reports.verdict_text import paragraph
from sim.runs.storage import Place
from tests.helpers.synthetic import make as synthetic

NOT_TOLD = re.compile(r"\bnan\b|\binf\b|NaN|-0\.0+(?!\d)|(?<!\d)-0%")
OUTCOMES = ["exposure_quality", "platform_trust", "farm_profit_cny"]


def text_of(source: str) -> str:
    source = re.sub(r"(?s)<(script|style).*?</\1>", " ", source)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", source)).split())


# -- runs --------------------------------------------------------------------------------------------------


def test_what_changes_in_the_twin_too_stands_beside_it() -> None:
    run = synthetic(days=40)
    for frame, trust in ((run.daily, 0.72), (run.twin_daily, 0.81)):
        frame["platform_trust"] = trust
    tiles = {tile.label: tile for tile in make_tiles(run.daily, run.twin_daily)}
    assert tiles[BASE_LABELS["platform_trust"]].note == "81% in the honest twin"
    assert "in the first week" in tiles[BASE_LABELS["share_manipulating_creators"]].note
    assert CHARTS["trust"].title(run) == "Trust in the platform: 0.720, against 0.810 without manipulation"
    alone = {tile.label: tile for tile in make_tiles(run.daily, None)}
    assert alone[BASE_LABELS["platform_trust"]].note == "72% in the first week"
    short = make_tiles(run.daily.head(10), None)
    of_whom = "; of all creators of day 0: still here, never manipulated"
    assert {tile.note.removesuffix(of_whom) for tile in short} == {"over the whole run"}
    assert alone[BASE_LABELS["honest_survival"]].note.endswith("in the first week" + of_whom)


def test_the_chart_of_honest_creators_says_what_is_lost_besides() -> None:
    run, chart = synthetic(days=40), CHARTS["honest_creators"]
    run.daily["honest_survival"], run.twin_daily["honest_survival"] = 0.6, 0.9
    assert chart.title(run) == "Honest from the start: 60% of the creators of day 0 are left, 90% without manipulation"
    assert "the gap between the lines: 30 percentage points over" in chart.caption(run)
    assert set(chart.table(run)["twin"]) == {0.9}
    for twin, said in (
        (0.6, "The lines end together"),
        (0.6004, "The lines end together"),
        (0.4, "20 percentage points"),
    ):
        run.twin_daily["honest_survival"] = twin
        assert said in chart.caption(run)


def test_no_detector_is_called_the_most_precise_that_was_never_right() -> None:
    run = synthetic(days=30)
    for name in run.daily:
        if name.endswith("_precision"):
            run.daily[name] = 0.0
    assert CHARTS["detectors"].title(run) == "All that detectors flagged was honest"


def changed(days: int = 30, **columns: float) -> Any:
    """A run of so many days with these columns instead."""
    run = synthetic(days=days)
    for frame in (run.daily, run.twin_daily):
        for name, value in columns.items():
            frame[name] = value
    return run


ODD_RUNS: dict[str, dict[str, float]] = {
    "one day": {"days": 1},
    "two days": {"days": 2},
    "no quality": {"exposure_quality": np.nan},
    "all the same": {"exposure_quality": 0.5, "platform_trust": 0.5, "active_reader_share": 1.0},
    "nothing": {"share_manipulating_creators": 0.0, "share_strategy_honest": 1.0, "share_fake_likes": np.nan,
                "likes_organic": 0, "likes_farm": 0, "likes_matrix": 0, "likes_mutual_aid": 0},
    "tiny": {"exposure_quality": 1e-12, "share_manipulating_creators": -0.0},
}  # fmt: skip


@pytest.mark.parametrize("name", ODD_RUNS)
def test_pages_of_odd_runs_say_nothing_undefined(name: str) -> None:
    run = changed(**ODD_RUNS[name])
    page = render_page(run)
    assert not NOT_TOLD.search(text_of(page)), NOT_TOLD.search(text_of(page))
    for chart in CHARTS.values():
        if chart.applies(run):
            assert chart.draw(run).data or f"{chart.caption(run)}</p>" in page
            assert chart.title(run)
            assert re.fullmatch(r"[^\n]+\.", chart.caption(run))


@pytest.mark.parametrize(
    ("table", "column"), [("posts", "quality"), ("posts", "strategy"), ("mistakes", "rule"), ("farms", "open")]
)
def test_a_table_without_a_column_is_told_in_one_line(table: str, column: str) -> None:
    run = synthetic(days=30)
    run._kept[table] = run.table(table).drop(columns=column)
    with pytest.raises(RunError, match=f"synthetic, seed 1: a table lacks the column '{column}'"):
        render_page(run)


def test_titles_state_what_the_table_says() -> None:
    run = synthetic(days=40)
    quality = CHARTS["timeline"]
    last = run.daily["exposure_quality"].tail(14).mean() - run.twin_daily["exposure_quality"].tail(14).mean()
    assert ("worse" if last < 0 else "better") in quality.title(run)
    run.daily["exposure_quality"], run.twin_daily["exposure_quality"] = 0.25, 0.25
    assert "the same quality" in quality.title(run)
    assert "the same as in the twin" in quality.caption(run)
    run.daily["exposure_quality"] = 0.3
    assert "better" in quality.title(run) and "above" in quality.caption(run)


def test_labels_come_from_the_definitions() -> None:
    assert {tile.label for tile in make_tiles(synthetic().daily, None)} <= set(BASE_LABELS.values())
    assert all(each.label == measures()[each.measure].label for each in scorecard())
    assert LINKS.keys() == CHARTS.keys()


def test_a_lone_point_has_a_marker() -> None:
    run = synthetic(days=1)
    assert all("markers" in trace.mode for trace in CHARTS["trust"].draw(run).data)
    assert all("markers" not in trace.mode for trace in CHARTS["trust"].draw(synthetic(days=9)).data)


def test_no_bars_on_a_logarithmic_axis() -> None:
    run = synthetic()
    for chart in CHARTS.values():
        if chart.applies(run):
            fig = chart.draw(run)
            logs = any(axis.type == "log" for axis in [*fig.select_xaxes(), *fig.select_yaxes()])
            assert not (logs and any(trace.type == "bar" for trace in fig.data))


def known(values: Any) -> bool:
    return bool(np.isfinite(np.asarray(values, float)).any())


def test_punishments_are_counted_by_week_and_none_is_lost() -> None:
    run = synthetic(days=17)
    chart = CHARTS["punished"]
    counted = sum(float(np.sum(trace.y)) for trace in chart.draw(run).data)
    assert counted == run.daily["n_punished_creators"].sum()
    run.daily["innocent_punished_share"] = 0.0
    assert chart.title(run) == "No innocent creator was punished"


# -- comparisons -------------------------------------------------------------------------------------------


class Frames:
    keep = ("daily",)

    def __init__(self, daily: pd.DataFrame) -> None:
        self.daily = daily

    def table(self, name: str) -> pd.DataFrame:
        return self.daily


def comparison(values: dict[str, np.ndarray], days: int = 20) -> Comparison:
    """Policies with an outcome for each seed, the same on all days."""
    rows = [
        pd.DataFrame({"point": p, "repetition": r, "seed": r + 1, "policy": policy, "day": range(days),
                      **dict.fromkeys(OUTCOMES, value)})
        for p, (policy, seeds) in enumerate(values.items())
        for r, value in enumerate(seeds)
    ]  # fmt: skip
    n = len(next(iter(values.values())))
    record = {
        "points": [{"point": p, "factors": {"policy": name}} for p, name in enumerate(values)],
        "seeds": list(range(1, n + 1)),
        "about": {"outcomes": OUTCOMES, "days": days, "readers": 10, "creators": 10,
                  "calendars": {name: [] for name in values}},
    }  # fmt: skip
    return Comparison(record, Frames(pd.concat(rows, ignore_index=True)))


RNG = np.random.default_rng(3)
ODD = {
    "ties": {"a": np.full(6, 0.5), "b": np.full(6, 0.5), "c": np.full(6, 0.5)},
    "no values": {"a": np.full(6, 0.5), "b": np.full(6, np.nan), "c": np.r_[np.nan, np.full(5, 0.4)]},
    "two seeds": {"a": np.array([0.1, 0.2]), "b": np.array([0.2, 0.1])},
    "zero": {"a": np.zeros(6), "b": np.full(6, -1e-9), "c": np.full(6, -0.0)},
    "twelve": {f"policy_{i}": RNG.normal(0.5, 0.1, 6) for i in range(12)},
}


@pytest.mark.parametrize("days", [1, 20])
@pytest.mark.parametrize("name", ODD)
def test_measures_over_time_are_told_from_high_to_low_as_in_the_scorecard(name: str, days: int) -> None:
    compared = comparison(ODD[name], days)
    for measure in OUTCOMES:
        subject = ComparedMeasure(compared, measure)
        caption = fan.caption(subject)
        assert not NOT_TOLD.search(caption), caption
        means = compared.means()
        shown = [(words(policy), means[measure, policy]["mean"]) for policy in compared.policies]
        order = [(policy, value) for policy, value in shown if f"{policy} {number(value)}" in caption]
        assert order
        at = [caption.index(f"{policy} {number(value)}") for policy, value in order]
        values = [value for _, (_, value) in sorted(zip(at, order, strict=True), key=lambda pair: pair[0])]
        assert all(a >= b - 1e-12 for a, b in pairwise(values))
        fig = fan.draw(subject)
        assert len(fig.data) > 0
        json.loads(fig.to_json())
        assert days > 1 or all("markers" in trace.mode for trace in fig.data if trace.fill is None and known(trace.y))


def test_more_than_three_policies_have_a_panel_each() -> None:
    fig = fan.draw(ComparedMeasure(comparison(ODD["twelve"]), OUTCOMES[0]))
    assert len({trace.xaxis for trace in fig.data}) == 12
    assert len({tuple(axis.range) for axis in fig.select_yaxes()}) == 1


def test_differences_that_may_be_chance_are_grey() -> None:
    compared = comparison({"a": np.zeros(12) + RNG.normal(0, 1e-3, 12), "chance": RNG.normal(0, 1e-3, 12),
                           "sure": np.full(12, 9.0)})  # fmt: skip
    fig = differences.draw(ComparedOutcome(compared, compared.outcomes[0]))
    colors = {trace.name: trace.marker.color for trace in fig.data}
    rows = compared.by_key()
    for policy in ("chance", "sure"):
        row = rows[compared.outcomes[0].name, policy]
        assert (colors[policy] == differences.UNSURE) == (row["low"] <= 0 <= row["high"])
    assert colors["sure"] != differences.UNSURE


class Runs:
    place, record, failures = Place("results/odd"), {"versions": {}}, ()  # type: ignore[var-annotated]


LEVEL = 0.5 + RNG.normal(0.0, 0.01, 12)
HARD = ODD | {
    "all the same but one": {**{f"p{i}": LEVEL for i in range(5)}, "odd": LEVEL + 0.2},
    "less than rounding": {"a": LEVEL, "b": LEVEL + 1e-9, "c": LEVEL - 1e-9},
    "none for one": {"a": LEVEL, "b": np.full(12, np.nan), "c": LEVEL + 0.1},
    "few for two": {"a": LEVEL, "b": np.r_[[np.nan] * 10, 0.3, 0.4], "c": np.r_[[np.nan] * 11, 0.2]},
    "one seed": {"a": np.array([0.1]), "b": np.array([0.2])},
    "constant": {"a": np.full(12, 0.3), "b": np.full(12, 0.4)},
    "huge": {"a": LEVEL * 1e15, "b": LEVEL * 1e15 + 1e3, "c": LEVEL * 1e-15},
    "markup": {"[bold]x[/bold]": LEVEL, "<script>alert(1)</script>": LEVEL + 0.1, "{{ 7*7 }}": LEVEL - 0.1},
    "long": {"x" * 60: LEVEL, "深度学习与点赞农场" * 3: LEVEL + 0.001, "a\u202eb\x1b[31m": LEVEL + 0.3},
}


@pytest.mark.parametrize("name", HARD)
def test_pages_and_terminal_of_odd_comparisons_agree_with_the_verdict(name: str) -> None:
    compared = comparison(HARD[name])
    page = render_comparison(compared, Runs())  # type: ignore[arg-type]
    console = Console(width=120, record=True, file=io.StringIO(), markup=False)
    console.print(terminal_scorecard(compared))
    told, shown = text_of(page), console.export_text()
    for text in (told, shown):
        assert not NOT_TOLD.search(text), NOT_TOLD.search(text)
    assert "<script>alert" not in page and "\u202e" not in page and "\x1b" not in page
    verdict = compared.verdict
    for outcome in compared.outcomes:
        title = differences.title(ComparedOutcome(compared, outcome))
        rows = verdict[(verdict["outcome"] == outcome.name) & (verdict["policy_b"] == compared.reference)]
        for kind in (BETTER, WORSE):
            assert bool(re.search(rf": .*\b{kind}\b under", title)) == (rows["verdict"] == kind).any(), title
        if {*rows["verdict"]} <= {SAME, IDENTICAL}:
            assert title.partition(": ")[2] in (
                SAME,
                IDENTICAL,
                *(f"{SAME} under {words(p)}" for p in rows["policy_a"]),
            )
    main = verdict[verdict["outcome"] == compared.outcomes[0].name]["verdict"]
    cells = [cell for row in matrix(compared).rows for cell in row if cell is not None]
    for kind in (SAME, OPEN, IDENTICAL):
        assert sum(cell.verdict == kind for cell in cells) == 2 * (main == kind).sum()
    first = paragraph(compared)
    assert ("not yet known" in first) == (main == OPEN).any()
    assert ("dentical to the bit" in first or "the same runs to the bit" in first) == (main == IDENTICAL).any()


# -- studies -----------------------------------------------------------------------------------------------


def study(of: Any, repetitions: int = 3) -> StudyOutcome:
    """A grid of two factors, the outcome given by a function of both and of the seed."""
    cells = [(a, b) for a in (1, 2, 3) for b in (0, 1)]
    rows = [
        pd.DataFrame({"point": p, "repetition": r, "seed": r + 1, "a": a, "b": b, "day": range(3),
                      "exposure_quality": of(a, b, r)})
        for p, (a, b) in enumerate(cells) for r in range(repetitions)
    ]  # fmt: skip
    varied = {name: {"number": True, "scale": "linear"} for name in ("a", "b")}
    record = {
        "name": "odd", "description": "", "factors": ["a", "b"], "seeds": list(range(1, repetitions + 1)),
        "points": [{"point": p, "factors": {"a": a, "b": b}} for p, (a, b) in enumerate(cells)],
        "about": {"design": {"kind": "grid"}, "design_seed": 1, "outcomes": ["exposure_quality"], "varied": varied},
    }  # fmt: skip
    return StudyOutcome(Findings(record, Frames(pd.concat(rows, ignore_index=True))), "exposure_quality")


def test_a_caption_names_the_factor_with_the_widest_range_and_the_idle_ones() -> None:
    told = effects.caption(study(lambda a, b, r: a + 0.01 * r))
    assert "A moves" in told or "a moves" in told
    assert "b changed nothing: the same bits" in told
    rows = effects.table(study(lambda a, b, r: a + 0.01 * r))
    spans = rows.groupby("factor")["mean"].agg(lambda m: m.max() - m.min())
    assert spans["a"] > spans["b"]


@pytest.mark.parametrize("repetitions", [1, 3])
def test_factors_that_all_change_nothing_are_not_ranked(repetitions: int) -> None:
    outcome = study(lambda a, b, r: 0.5 + 0.1 * r, repetitions)
    told = effects.caption(outcome)
    assert "changed nothing" in told and "most" not in told
    assert outcome.sensitivity.ranking.state == "no effect"
    if outcome.varies:
        assert phase.caption(outcome).startswith("One colour: quality shown is")


@pytest.mark.parametrize(("seeds", "bands"), [(2, ("lowest", "highest")), (12, ("low90", "low50", "high50", "high90"))])
def test_bands_are_ranges_where_a_tenth_of_the_seeds_is_less_than_one(seeds: int, bands: tuple[str, ...]) -> None:
    subject = ComparedMeasure(
        comparison({name: np.linspace(at, at + 0.1, seeds) for name, at in (("a", 0.1), ("b", 0.5))}), OUTCOMES[0]
    )
    found = fan.table(subject)
    assert set(bands) == {*found.columns} - {"policy", "day", "median"}
    assert ("lowest of them" in fan.caption(subject)) == (seeds == 2)
    if seeds == 2:
        assert found.loc[found.policy == "a", "lowest"].to_numpy() == pytest.approx(0.1)
        assert found.loc[found.policy == "a", "highest"].to_numpy() == pytest.approx(0.2)
