"""Comparisons of tiny worlds, through the command and from Python."""

from __future__ import annotations

import base64
import copy
import io
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from markupsafe import escape
from plotly.offline import get_plotlyjs
from rich.console import Console
from typer.testing import CliRunner

import sim
from sim import Scenario
from sim.analysis import comparison as statistics
from sim.analysis.comparison import Comparison
from sim.analysis.outcomes import scorecard
from sim.api.comparisons import StudyAttribution, StudyComparison
from sim.cli import app
from sim.core.errors import RunError
from sim.reports.comparison_report import render_page
from sim.reports.comparison_text import stopping_sentence
from sim.reports.scorecard import scorecard_of
from sim.reports.terminal_scorecard import terminal_scorecard
from sim.studies import attribution
from sim.studies import comparison as policies
from sim.studies.attribution import HONEST
from sim.studies.comparison import Until
from sim.studies.job import simulate_scenario
from sim.studies.results import StudyResults
from sim.studies.sweep import run_plan

TINY = {"run.days": 16, "run.tick_minutes": 240, "readers.n": 400, "creators.n": 60}
FILES = ("baseline", "composite_plus_rules")


def tiny(name: str) -> Scenario:
    return Scenario.load(f"scenarios/{name}.yaml", set=TINY)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compared")


@pytest.fixture(scope="module")
def compared(out: Path) -> StudyComparison:
    found = sim.compare([tiny(name) for name in FILES], seeds=4, out=out, workers=0, progress=False)
    found.write()
    return found


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> StudyAttribution:
    found = sim.twin(tiny("baseline"), seeds=4, out=tmp_path_factory.mktemp("twins"), workers=0, progress=False)
    found.write()
    return found


def test_the_scorecard_is_of_the_runs_themselves(compared: StudyComparison) -> None:
    alone = [sim.run(tiny("baseline"), seed=s, twin=False, progress=False).daily.exposure_quality.tail(14).mean()
             for s in (1, 2, 3, 4)]  # fmt: skip
    np.testing.assert_array_equal(compared.row("baseline", "exposure_quality"), alone)
    card = compared.scorecard.set_index(["outcome", "policy"])
    assert card.loc[("exposure_quality", "baseline"), "mean"] == pytest.approx(np.mean(alone))
    assert compared.reference == "baseline"
    row = compared.by_key()["exposure_quality", "composite_plus_rules"]
    assert row["n"] == 4
    assert row["low"] <= row["mean"] <= row["high"]


def test_more_seeds_run_only_what_is_new(compared: StudyComparison, out: Path) -> None:
    times = {path: path.stat().st_mtime_ns for path in out.glob("runs/*/manifest.json")}
    more = sim.compare([tiny(name) for name in FILES], seeds=5, out=out, workers=0, progress=False)
    assert len(more.results.runs()) == 10
    assert all(path.stat().st_mtime_ns == time for path, time in times.items())
    again = sim.compare([tiny(name) for name in FILES], seeds=4, out=out, workers=0, progress=False)
    pd.testing.assert_frame_equal(again.differences, compared.differences)
    pd.testing.assert_frame_equal(StudyComparison.load(out).differences, compared.differences)


def test_seeds_are_added_until_the_interval_is_narrow(compared: StudyComparison, out: Path, monkeypatch) -> None:
    monkeypatch.setattr(policies, "BATCH", 1)
    worlds = [tiny(name) for name in FILES]
    wide = compared.widest("exposure_quality")
    monkeypatch.setattr(statistics, "FEWEST_BCA", 4)
    found = sim.compare(worlds, seeds=3, out=out, until=Until("exposure_quality", 1.0), workers=0, progress=False)
    assert len(found.seeds) == 4  # narrow enough, but of too few seeds to be judged
    assert "with 4 seeds" in stopping_sentence(found)
    found = sim.compare(
        worlds, seeds=4, out=out, until=Until("exposure_quality", wide / 1e6), most_seeds=5, workers=0, progress=False
    )
    assert len(found.seeds) == 5  # never narrow enough
    assert "not reached" in stopping_sentence(found)
    found = sim.compare(
        worlds, seeds=4, out=out, outcomes=["innocent_punished_share"], until=Until("innocent_punished_share", 0.01),
        most_seeds=9, workers=0, progress=False,
    )  # fmt: skip
    assert len(found.seeds) == 4  # in calm worlds nobody is punished, and more seeds would not help
    assert "no such interval" in stopping_sentence(found)


def test_what_differs_besides_the_policy_is_said() -> None:
    hourly = {"run.tick_minutes": 60}
    usual, alike = (tiny(name).with_changes(hourly) for name in ("baseline", "composite_ranking"))
    other = tiny("composite_plus_rules").with_changes(hourly | {"creators.manipulating_start": 0.2})
    notices = policies.plan_comparison([usual, alike, other], seeds=2).about["notices"]
    assert notices["baseline"] == notices["composite_ranking"] == []
    (line,) = notices["composite_plus_rules"]
    assert line.startswith(
        "differs from baseline in more than its policy: creators.manipulating_start (0.2 instead of 0.02). "
    )


def test_worlds_of_different_size_are_refused(tmp_path: Path) -> None:
    larger = tiny("composite_plus_rules").with_changes({"readers.n": 500})
    with pytest.raises(RunError, match="differ in readers: baseline 400, composite_plus_rules 500"):
        sim.compare([tiny("baseline"), larger], out=tmp_path / "x", progress=False)
    longer = tiny("composite_plus_rules").with_changes({"run.days": 99, "creators.n": 99})
    with pytest.raises(RunError, match=r"all those of baseline with --days \d+ --set creators.n=\d+, or vary"):
        sim.compare([tiny("baseline"), longer], out=tmp_path / "x", progress=False)
    assert not (tmp_path / "x").exists()


def test_names_that_read_alike_and_outcomes_that_are_columns_are_refused(tmp_path: Path) -> None:
    alike = [tiny("baseline").model_copy(update={"name": name}) for name in ("a_b", "a b")]
    with pytest.raises(RunError, match="both called 'a b'"):
        sim.compare(alike, out=tmp_path / "x", progress=False)
    with pytest.raises(RunError, match="no outcome may be called 'seed'"):
        sim.compare(
            [tiny(name) for name in FILES], out=tmp_path, outcomes=[{"measure": "exposure_quality", "name": "seed"}]
        )


def _without_honest_world(scenario: Scenario, keep: tuple[str, ...]) -> Any:
    if scenario.run.seed == 2 and not scenario.manipulation.enabled:
        raise ValueError("no twin today")
    return simulate_scenario(scenario, keep)


def test_a_missing_twin_leaves_its_seed_out(tmp_path: Path) -> None:
    plan = attribution.plan_twins(tiny("baseline"), (1, 2, 3, 4))
    with ThreadPoolExecutor(1) as one:
        made = run_plan(plan, tmp_path, executor=one, retries=0, progress=False, simulate=_without_honest_world)
        found = StudyAttribution(made)
    assert {*found.honest["seed"]} == {1, 3, 4}
    assert found.deciles["n"].max() == 3
    assert found.write()


def test_a_twin_of_a_few_days_has_its_report(tmp_path: Path) -> None:
    found = sim.twin(tiny("baseline").with_changes({"run.days": 3}), seeds=3, out=tmp_path, workers=0, progress=False)
    assert len(found.honest) == 0
    assert found.write()
    assert "no creator" in (tmp_path / "report.html").read_text().lower()


def test_nothing_old_is_told_as_new(tmp_path: Path) -> None:
    worlds = [tiny(name).with_changes({"run.days": 2}) for name in FILES]
    assert sim.compare(worlds, seeds=2, out=tmp_path, workers=0, progress=False).write()
    plan = policies.make_plan({w.name: w for w in worlds}, (11, 12), scorecard(), None)
    with ThreadPoolExecutor(1) as one:
        found = StudyComparison(run_plan(plan, tmp_path, executor=one, retries=0, progress=False, simulate=_broken))
    assert len(found.results.failures) == 4
    assert not found.write()
    assert not (tmp_path / "daily.parquet").exists()
    assert not (tmp_path / "report.html").exists()


def _broken(scenario: Scenario, keep: tuple[str, ...]) -> Any:
    raise ValueError("never")


def test_the_page_holds_its_data_and_needs_no_network(compared: StudyComparison, out: Path) -> None:
    text = (out / "report.html").read_text()
    assert not re.findall(r"<(?:script|img|iframe)[^>]* src=|<link ", text)
    links = dict(re.findall(r'<a download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"', text))
    for name in ("scorecard", "differences", "values", "fan-exposure_quality"):
        inside = pd.read_csv(io.BytesIO(base64.b64decode(links[f"{name}.csv"])))
        pd.testing.assert_frame_equal(inside, pd.read_csv(out / f"{name}.csv"))
    assert len(pd.read_csv(out / "fan-exposure_quality.csv")) == 2 * 16
    charts = text.count('<figure role="img" aria-label="')
    rows = compared.differences
    some = [name for name, own in rows.groupby("outcome") if (own["mean"].fillna(0) != 0).any()]
    same = rows[~rows["outcome"].isin(some)]
    assert charts == len(some) + 6 + 2
    assert text.count("No difference under any seed.") == (same["n"] == len(compared.seeds)).sum()
    assert text.count("seeds have a value under both.") == same["n"].between(1, len(compared.seeds) - 1).sum()
    assert text.count("data:text/csv") >= charts  # each chart's data one click away
    for policy in FILES:
        assert policy.replace("_", " ") in text


class Renamed:
    """The tables of a comparison whose second policy has another name."""

    def __init__(self, results: StudyResults, old: str, new: str) -> None:
        self.keep, self._results, self._names = results.keep, results, {old: new}

    def table(self, name: str) -> pd.DataFrame:
        return self._results.table(name).replace({"policy": self._names})


def test_names_of_policies_are_never_markup(compared: StudyComparison) -> None:
    nasty = '</script><script>alert(1)</script><img src=x> & "quoted" \x1b[31m'
    record = copy.deepcopy(compared.results.record)
    old = record["points"][1]["factors"]["policy"]
    record["points"][1]["factors"]["policy"] = nasty
    record["about"]["calendars"] = {nasty: [{"day": 3, "text": nasty}]}
    text = render_page(Comparison(record, Renamed(compared.results, old, nasty)), compared.results)
    assert text.count("<script") == render_page(compared, compared.results).count("<script")
    assert "<b>A</b> day 3: " in text  # the letter in the charts is explained below them
    assert "<img" not in text.replace(get_plotlyjs(), "") and "\x1b" not in text
    assert str(escape('</script><script>alert(1)</script><img src=x> & "quoted"')) in text


def test_what_manipulation_costs_whom(twins: StudyAttribution) -> None:
    assert twins.reference == HONEST
    rows = twins.by_key()
    assert rows["share_fake_likes", "baseline"]["reference"] == 0
    assert rows["share_fake_likes", "baseline"]["mean"] > 0
    assert set(twins.stakeholders["stakeholder"]) == {"readers", "creators", "advertisers", "platform"}
    honest = twins.honest
    assert set(honest["decile"]) <= set(range(1, 11))
    # the same tenth in both worlds, and a sixtieth of the creators in each place
    assert (honest.groupby(["seed", "slot"]).size() == 1).all()
    creators = twins.results.table("creators")
    slot = int(honest["slot"].iloc[0])
    creators = creators[creators.present & ((creators.day + 1) % 7 == 0)]  # the last state of each is no whole week
    own = creators[(creators.seed == honest["seed"].iloc[0]) & (creators.slot == slot) & (creators.generation == 0)]
    assert (own[own.policy == "baseline"].strategy == "honest").all()
    assert own[own.policy == HONEST]["reads_week"].sum() == honest["reads_twin"].iloc[0]
    assert (Path(twins.results.place.address) / "deciles.csv").exists()


def test_dose_and_response_where_there_is_a_trial(tmp_path: Path) -> None:
    worlds = [tiny(name).with_changes({"probes.share_posts": 0.3}) for name in FILES]
    found = sim.compare(worlds, seeds=2, out=tmp_path, workers=0, progress=False)
    found.write()
    doses = pd.read_csv(tmp_path / "dose.csv")
    assert set(doses["policy"]) == set(FILES)
    assert doses["dose"].nunique() > 1
    assert "Does buying likes buy reach?" in (tmp_path / "report.html").read_text()


def gresham(*words: str):
    return CliRunner().invoke(app, [*words])


SETS = [word for path, value in TINY.items() if path != "run.days" for word in ("--set", f"{path}={value}")]


def test_figures_of_fewer_seeds_say_of_how_many(tmp_path: Path) -> None:
    """No one is punished in some runs, so that the share of the innocent among them is of the others."""
    worlds = [tiny(name) for name in FILES]
    found = sim.compare(worlds, seeds=3, out=tmp_path, workers=0, progress=False, days=15, outcomes=["reads"])
    found.values.loc[0, "reads"] = np.nan
    assert found.about["days"] == 15
    terminal = Console(width=200, file=io.StringIO())
    terminal.print(terminal_scorecard(found))
    assert terminal.file.getvalue().count("(2 of 3 seeds)") == 2  # the reference's mean, and the difference
    assert "From 3 seeds no difference can be shown" in terminal.file.getvalue()
    assert render_page(found, found.results).count("(2 of 3 seeds)") == 2


def test_the_terminal_and_the_page_show_the_same_cells(compared: StudyComparison) -> None:
    terminal = Console(width=200, file=io.StringIO())
    terminal.print(terminal_scorecard(compared))
    text = render_page(compared, compared.results)
    for row in scorecard_of(compared).rows:
        for cell in row.cells[1:]:
            assert f'<span class="change">{cell.change}' in text and cell.change in terminal.file.getvalue()
            assert cell.interval in text and cell.interval in terminal.file.getvalue()


def test_a_change_is_good_or_bad_by_its_verdict(compared: StudyComparison) -> None:
    """The column `better`, the verdict and the colour of a cell say the same."""
    found = Comparison(compared.results.record, compared.results)
    found.seeds = tuple(range(1, 21))
    rng = np.random.default_rng(1)
    values = {(o.name, p): rng.normal(at, 0.1, 20) for o in found.outcomes for at, p in enumerate(FILES)}
    found.row = lambda policy, outcome: values[outcome, policy]  # type: ignore[method-assign]
    found.smallest = {o.name: 0.5 for o in found.outcomes}
    cells = {row.label: row.cells[1] for row in scorecard_of(found).rows}
    by_key = found.by_key()
    for outcome in found.outcomes:
        row = by_key[outcome.name, FILES[1]]
        up = row["better"] == "higher"
        assert row["verdict"] == ("better" if up else "worse" if row["better"] else "higher")
        assert cells[outcome.label].effect == ("good" if up else "bad" if row["better"] else "")
        assert cells[outcome.label].significant


def test_the_commands(tmp_path: Path) -> None:
    files = [f"scenarios/{name}.yaml" for name in FILES]
    words = ["--seeds", "2", "--days", "8", *SETS, "--out", str(tmp_path), "--workers", "0"]
    done = gresham("compare", *files, *words, "--outcome", "read_quality")
    assert done.exit_code == 0, done.output
    assert "Quality read" in done.output
    assert (tmp_path / "report.html").exists()
    done = gresham(
        "twin", files[0], "--seeds", "2", "--days", "8", *SETS, "--out", str(tmp_path / "twin"), "--workers", "0"
    )
    assert done.exit_code == 0, done.output
    assert "nobody manipulates" in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["scenarios/baseline.yaml"], "at least two scenarios"),
        (["scenarios/baseline.yaml", "scenarios/baseline.yaml"], "scenarios 1 and 2 are both called 'baseline'"),
        (["scenarios/baseline.yaml", "scenarios/compsite_ranking.yaml"], "did you mean 'composite_ranking.yaml'"),
        (["scenarios/baseline.yaml", "scenarios/rules_2022.yaml", "--seeds", "1"], "at least 2 seeds"),
        (["scenarios/baseline.yaml", "scenarios/rules_2022.yaml", "--outcome", "trsut"], "there is no outcome"),
        (
            ["scenarios/baseline.yaml", "scenarios/rules_2022.yaml", "--until-width", "read_qualty=0.1"],
            "did you mean 'read_quality'",
        ),
        (["scenarios/baseline.yaml", "scenarios/rules_2022.yaml", "--until-width", "wide"], "OUTCOME=WIDTH"),
        (["scenarios/baseline.yaml", "scenarios/honeymoon_and_crackdown.yaml"], "differ in length (days)"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_anything_runs(tmp_path: Path, words: list[str], said: str) -> None:
    done = gresham("compare", *words, "--out", str(tmp_path / "out"))
    assert done.exit_code == 2, done.output
    assert said in done.output.replace("\n", " ")
    assert not (tmp_path / "out").exists()


def test_a_twin_of_itself_is_refused(tmp_path: Path) -> None:
    done = gresham("twin", "scenarios/no_manipulation.yaml", "--out", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert "it is its own twin" in done.output
    assert not (tmp_path / "out").exists()


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    from tests.helpers.toy import plan
    from tests.studies.test_sweep import quick

    quick(plan(1, (1,)), tmp_path)
    with pytest.raises(RunError, match="not the folder of a comparison"):
        StudyComparison.load(tmp_path)
