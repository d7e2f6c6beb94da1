"""Facts files: what is read, what is refused and in which words, and what kind a fact is of."""

from __future__ import annotations

import math
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from sim import Scenario
from sim.analysis.facts.findings import FactFindings
from sim.analysis.facts.kinds import EMERGENT, SHAPED, TYPED, all_sources, kinds_of, named_facts
from sim.analysis.facts.measures import MEASURES, largest_value
from sim.analysis.facts.read import load_facts
from sim.analysis.facts.schema import Row, Scaled
from sim.analysis.facts.verdicts import INSIDE, OUTSIDE, UNKNOWN, Figure, Measured, judge_facts, nearest_scaled
from sim.cli import app
from sim.core.errors import ScenarioError
from sim.reports.validation_report import terminal_facts
from sim.studies.validation_runs import TRIAL_DOSES, TRIAL_SHARE, trial_settings

GOOD = """\
facts:
  X1:
    statement: a tenth of the people give two thirds of the likes
    source: our own logs
    use: held_out
    weight: 3
    rows:
      - name: likes of the top 10 %
        measure: like_share_of_top
        parameters: {share: 0.1}
        interval: [0.60, 0.72]
      - name: opens
        measure: trial_ratio
        parameters: {of: likes, dose: 100}
        interval: [1, null]
        clear: true
  X2:
    statement: people read 238 words a minute
    source: our own logs
    use: held_out
    not_measurable: posts have no words
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "mine.yaml"
    file.write_text(text)
    return file


def test_the_facts_that_ship_are_the_22_of_the_model_and_those_of_readers_and_likers() -> None:
    facts = load_facts().facts
    assert [name for name in facts if name.startswith("C")] == [f"C{n}" for n in range(1, 23)]
    assert [name for name in facts if name.startswith("D")] == [f"D{n}" for n in (*range(13, 26), 29)]
    for fact in facts.values():
        for row in fact.rows:
            assert (row.published or row.scaled) and (row.value is None or row.sd)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("like_share_of_top", "like_share_of_tops", 9, "no measure 'like_share_of_tops'.*mean 'like_share_of_top'"),
        ("share: 0.1", "shares: 0.1", 10, "no parameter 'shares' .it has share.; did you mean 'share'"),
        ("{share: 0.1}", "{}", 8, "needs share"),
        ("{share: 0.1}", "{share: all}", 10, "must be a number, got 'all'"),
        ("of: likes", "of: like", 14, "one of hot_opens, likes, got 'like'; did you mean 'likes'"),
        ("dose: 100", "dose: 1.5", 14, "must be a whole number, got 1.5"),
        ("{share: 0.1}", "{share: 5}", 10, "must be at most 1.0, got 5"),
        ("{share: 0.1}", "{share: -3}", 10, "must be more than 0.0, got -3"),
        ("{share: 0.1}", "{share: .nan}", 10, "must be finite, got nan"),
        ("{share: 0.1}", f"{{share: 1{400 * '0'}}}", 10, "must be "),
        ("dose: 100", "dose: 1000000000000", 14, "must be at most 1000000, got"),
        ("dose: 100", "dose: -1", 14, "must be at least 0, got -1"),
        ("dose: 100", "dose: 5, against: 5", 14, "against: must differ from `dose`"),
        ("interval: [0.60, 0.72]", "value: 1.0e+308\n        sd: 1.0e+308", 8, "value and sd are too large"),
        ("interval: [0.60, 0.72]", f"scaled: [{{creators: 1{400 * '0'}, interval: [0, 1]}}]", 11, "creators: "),
        ("name: opens", "name: ' '", 12, "name: "),
        ("  X2:", "  '2':", 17, "begins with a letter"),
        ("[0.60, 0.72]", "[0.72, 0.60]", 11, "must be .lowest, highest."),
        ("[0.60, 0.72]", "[0.72]", 11, "must be .lowest, highest."),
        ("[1, null]", "[null, null]", 15, "must be .lowest, highest."),
        ("use: held_out", "use: heldout", 5, "must be 'calibrated' or 'held_out'"),
        ("weight: 3", "wieght: 3", 6, "unknown key; did you mean .*weight"),
        ("weight: 3", "weight: heavy", 6, "must be a number, got 'heavy'"),
        ("    source: our own logs\n    use: held_out\n    weight", "    weight", 2, "lacks 'source'"),
        ("    not_measurable: posts have no words\n", "", 17, "needs `rows`.*or `not_measurable`"),
        ("name: opens", "name: likes of the top 10 %", 2, "two rows are called"),
        ("interval: [0.60, 0.72]", "value: 0.66", 8, "needs its sd"),
        ("        interval: [0.60, 0.72]\n", "", 8, "needs an interval"),
        ("facts:", "groups: {Y: our logs}\nfacts:", 1, "no name of a fact begins with 'Y' .they begin with X."),
        ("facts:", "fact:", 1, "is no facts file.*did you mean 'fact'"),
        ("facts:", "facts: [", 3, "not valid YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_once_with_its_line_and_ends_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, line: int, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert old in GOOD
    written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ScenarioError, match=f"(?s)^mine.yaml:{line}: .*{words}"):
        load_facts("mine.yaml")
    told = CliRunner().invoke(app, ["validate", "baseline", "--facts", "mine.yaml"])
    assert told.exit_code == 2 and told.stderr.startswith(f"mine.yaml:{line}: ")
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("name", "words"), [("none.yaml", "no such file"), (".", "is a folder, not a facts file")]
)  # fmt: skip
def test_what_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["validate", "--facts", name])
    assert told.exit_code == 2 and words in told.stderr


def test_a_scenario_is_no_facts_file(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="is no facts file"):
        load_facts(written(tmp_path, "run: {days: 3}\n"))
    with pytest.raises(ScenarioError, match="a facts file is a mapping"):
        load_facts(written(tmp_path, "- a\n"))


# -- kinds ------------------------------------------------------------------------------------------------


def test_kinds_follow_from_what_parameters_sources_name() -> None:
    sources = {
        "a": "X1: one in ten",
        "b": "X2, X3",
        "c": "X4 for the mean",
        "d": "X4 for the spread",
        "e": "the span X6-X8",
        "f": "assumed; X10 and X1a are other facts",
    }
    facts = ["X1", "X2", "X3", "X4", "X5", "X6", "X7", "X8", "X9"]
    found = kinds_of(facts, sources)
    assert found == {
        "X1": TYPED, "X2": SHAPED, "X3": SHAPED, "X4": SHAPED, "X5": EMERGENT,
        "X6": SHAPED, "X7": SHAPED, "X8": SHAPED, "X9": EMERGENT,
    }  # fmt: skip
    assert named_facts(facts, sources)["e"] == {"X6", "X7", "X8"}


def test_the_sources_are_those_of_the_scenario_and_of_the_plug_ins_in_use() -> None:
    plain = all_sources(Scenario.load("baseline"))
    composite = all_sources(Scenario.load("composite_ranking"))
    assert "readers.n" in plain and "composite.like_rate" not in plain and "composite.like_rate" in composite


# -- verdicts ---------------------------------------------------------------------------------------------


def test_the_interval_over_seeds_is_students() -> None:
    low, high = Measured((3.0, 4.0, 5.0), 3, "").interval
    assert (low, high) == pytest.approx((4 - 4.302653 / 3**0.5, 4 + 4.302653 / 3**0.5))
    assert all(math.isnan(end) for end in Measured((1.0,), 1, "").interval)


def test_the_interval_over_seeds_holds_no_value_below_0() -> None:
    low, high = Measured((0.0, 0.0, 3.0), 3, "").interval  # a mean of 1, with 4.3 on either side
    assert low == 0.0 and high == pytest.approx(5.30, abs=0.01)


def test_the_interval_of_a_share_ends_at_1(tmp_path: Path) -> None:
    assert Measured((0.4, 1.0, 1.0), 3, "", largest_value("bought_survival")).interval[1] == 1.0
    assert Measured((0.4, 1.0, 1.0), 3, "", largest_value("top_creators_reads")).interval[1] > 1.6
    top, opens = judged(tmp_path, (1.0, 0.4), (1.0, 1.0), (0.4, 1.0)).table["high"].iloc[:2]
    assert top == 1.0 and opens > 1.6  # a share, and a ratio


@pytest.mark.parametrize("name", MEASURES)
def test_what_is_called_a_share_is_at_most_1(name: str) -> None:
    says = MEASURES[name].__doc__ or ""
    assert (largest_value(name) == 1.0) == (says.startswith(("Share", "Largest share", "Gini")))


def test_the_terminal_tells_how_far_a_cut_interval_reaches(tmp_path: Path) -> None:
    console = Console(width=200, record=True, file=StringIO())
    console.print(terminal_facts(judged(tmp_path, (0.0, 1.2), (0.0, 1.2), (0.3, 1.2))))
    console.print(terminal_facts(judged(tmp_path, (1.0, 1.2), (1.0, 1.2), (0.7, 1.2))))
    assert console.export_text().count("± 0.43") == 2  # on either side of 0.1, cut at 0, and of 0.9, cut at 1


@pytest.mark.parametrize(("creators", "nearest"), [(100, 300), (400, 300), (500, 600), (2000, 2000), (9000, 4000)])
def test_the_nearest_number_of_creators_decides(creators: int, nearest: int) -> None:
    scaled = [Scaled(creators=n, interval=[0, 1]) for n in (300, 600, 2000, 4000)]
    found = nearest_scaled(scaled, creators)
    assert found is not None and found.creators == nearest


def judged(tmp_path: Path, *runs: tuple[float, float]) -> FactFindings:
    facts = load_facts(written(tmp_path, GOOD))
    figures = [
        {("X1", "likes of the top 10 %"): Figure(top, "no likes"), ("X1", "opens"): Figure(opens, "no trial")}
        for top, opens in runs
    ]
    table = judge_facts(facts, figures, 600, {"p": "X2"})
    return FactFindings(facts, table, {}, tuple(range(len(runs))))


def test_a_fact_is_inside_when_all_its_rows_are(tmp_path: Path) -> None:
    found = judged(tmp_path, (0.6, 1.2), (0.7, 1.21))
    assert list(found.table["verdict"]) == [INSIDE, INSIDE, UNKNOWN]
    assert found.summary == "1 of 2 facts inside (1 emergent, 0 shaped, 0 typed in), 0 outside, 1 not measurable"
    assert found.weighted == "by weight 75% of all facts and 100% of the measurable ones are inside"
    assert list(found.by_fact["kind"]) == [EMERGENT, TYPED]
    assert "yet named in the source of p" in found.table["why"].iloc[-1]
    out = judged(tmp_path, (0.8, 1.2), (0.8, 1.21))
    assert list(out.table["verdict"]) == [OUTSIDE, INSIDE, UNKNOWN] and out.count(OUTSIDE) == 1


def test_a_direction_needs_the_whole_interval(tmp_path: Path) -> None:
    assert judged(tmp_path, (0.7, 0.9), (0.7, 1.5)).table["verdict"].iloc[1] == OUTSIDE
    assert judged(tmp_path, (0.7, 1.2)).table["verdict"].iloc[1] == UNKNOWN  # one seed has no interval


def test_what_some_runs_cannot_show_is_said(tmp_path: Path) -> None:
    nan = float("nan")
    some = judged(tmp_path, (0.7, nan), (0.7, 1.2), (0.7, 1.2)).table.iloc[1]
    assert some["verdict"] == INSIDE and some["seeds"] == 2 and "in 2 of 3 runs; otherwise no trial" in some["why"]
    none = judged(tmp_path, (0.7, nan)).table.iloc[1]
    assert none["verdict"] == UNKNOWN and none["why"].startswith("no trial") and none["measured"] != none["measured"]


def test_a_value_with_its_sd_is_an_interval_of_two_of_them() -> None:
    row = Row.model_validate({"name": "a", "measure": "median_post", "value": 0.9, "sd": 0.1})
    assert row.published == pytest.approx((0.7, 1.1))


def test_the_trial_is_switched_on_for_the_facts_that_need_it(tmp_path: Path) -> None:
    asked = trial_settings(load_facts(written(tmp_path, GOOD)))
    assert asked["probes.share_posts"] == TRIAL_SHARE > 0 and asked["probes.doses"] == [*TRIAL_DOSES, 100]
    without = GOOD[: GOOD.index("      - name: opens")] + GOOD[GOOD.index("  X2:") :]
    assert trial_settings(load_facts(written(tmp_path, without))) == {}


def test_a_fact_that_stands_there_twice_is_named_without_all_that_it_says(tmp_path: Path) -> None:
    fact = "{statement: a, source: b, use: held_out, not_measurable: c}"
    with pytest.raises(ScenarioError, match=r':3: not valid YAML: found duplicate key "C1"$'):
        load_facts(written(tmp_path, f"facts:\n  C1: {fact}\n  C1: {fact}\n"))


def test_how_many_facts_more_seeds_may_turn(tmp_path: Path) -> None:
    wide, narrow = judged(tmp_path, (0.6, 1.2), (0.7, 1.21)), judged(tmp_path, (0.66, 1.2), (0.66, 1.21))
    assert [(each.unsure(INSIDE), each.unsure(OUTSIDE)) for each in (wide, narrow)] == [(1, 0), (0, 0)]
    out = judged(tmp_path, (0.8, 1.2), (0.8, 1.21))  # the same under both seeds
    assert out.unsure(OUTSIDE) == 0
    near = judged(tmp_path, (0.5, 1.2), (1.0, 1.21))  # the mean is above 0.7, and the interval holds that
    assert near.count(OUTSIDE) == near.unsure(OUTSIDE) == 1
