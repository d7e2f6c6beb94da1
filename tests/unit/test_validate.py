"""`gresham validate` from end to end in a tiny world, and the tables it stands on."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.analysis.facts.read import load_facts
from sim.analysis.facts.verdicts import COLUMNS
from sim.cli import app
from sim.cli.validate import validate
from sim.core.enums import Kind, Origin
from sim.core.table_schema import FORWARD_AGES_H, TABLES
from sim.measures.people import Audience, liking_at_end, reading_of_day, reading_times_at_end
from sim.reports import validation_tables
from sim.scenario import Scenario
from sim.studies.validation_runs import CUT_NOTE, ENOUGH_SEEDS, TRIAL_SHARE, plan_validation
from tests.helpers.small_world import quiet_world

ROOT = Path(validation_tables.__file__).resolve().parents[2]
TINY = {"readers.n": 600, "creators.n": 60}
OPTIONS = ["--set", "readers.n=600", "--set", "creators.n=60", "--days", "16", "--seeds", "1", "--workers", "0"]
BRIEF = ("fact", "published", "measured", "low", "high", "verdict", "kind", "why")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a validation that the command has made."""
    made = tmp_path_factory.mktemp("validation")
    told = CliRunner().invoke(app, ["validate", "baseline", *OPTIONS, "--out", str(made)])
    assert told.exit_code == 0, told.output
    (made / "stdout.txt").write_text(told.stdout)
    (made / "stderr.txt").write_text(told.stderr)
    return made


def test_it_prints_the_facts_and_says_what_it_set(folder: Path) -> None:
    shown = (folder / "stdout.txt").read_text()
    assert re.search(
        r"^C: \d+ of 22 facts inside \(\d+ emergent, \d+ shaped, \d+ typed in\), .*; D: ", shown, re.MULTILINE
    )
    assert shown.endswith(f"{folder}/facts.csv\nreport: {folder}/report.html\n")
    assert f"note: the randomised trial is on: {TRIAL_SHARE:.0%}" in (folder / "stderr.txt").read_text()


def test_the_command_and_python_run_as_many_seeds() -> None:
    defaults = [inspect.signature(function).parameters["seeds"].default for function in (validate, sim.validate)]
    assert defaults == [ENOUGH_SEEDS, ENOUGH_SEEDS]


def test_a_plan_says_what_was_cut() -> None:
    scenario, facts = Scenario.load("classroom", days=42), load_facts(None)
    cut, whole = (plan_validation(scenario, facts, 1, days).about["notices"] for days in (60, 42))
    assert [note for note in cut if note not in whole] == [CUT_NOTE.format(days=42, whole=60)]


def test_the_csv_has_a_row_for_everything(folder: Path) -> None:
    table = pd.read_csv(folder / "facts.csv")
    assert tuple(table.columns) == COLUMNS and set(BRIEF) <= set(COLUMNS)
    facts = load_facts().facts
    assert list(table["fact"].unique()) == list(facts)
    assert len(table) == sum(max(1, len(fact.rows)) for fact in facts.values())
    assert set(table["verdict"]) <= {"inside", "outside", "not measurable"}
    unknown = table[table["verdict"] == "not measurable"]
    assert unknown["why"].notna().all()
    assert unknown.loc[unknown["measured"].notna(), "why"].str.startswith("a direction needs").all()
    inside = table[(table["verdict"] == "inside") & table["published_low"].notna()]
    assert (inside["measured"] >= inside["published_low"]).all()
    whole = table.groupby("fact").agg({"verdict": list, "fact_verdict": "first"})
    assert all(row.fact_verdict != "inside" or set(row.verdict) == {"inside"} for row in whole.itertuples())


def test_the_page_holds_facts_and_distributions_and_needs_no_network(folder: Path) -> None:
    page = (folder / "report.html").read_text()
    for name in ("facts", "reads_of_posts", "reads_of_creators", "reading", "rhythm", "liking"):
        assert f'<section id="{name}">' in page
    assert "The line is the run of seed 1." in page
    few = "60 creators are too few"
    assert few in page and few in (folder / "stderr.txt").read_text()
    assert "organic likes per read" in page and not re.search(r"<(script|link|img)[^>]+https?:", page)


def test_a_second_call_runs_nothing_and_other_facts_need_no_new_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.studies.sweep._run_jobs", None)  # calling it would fail
    again = sim.validate("baseline", set=TINY, days=16, seeds=1, out=folder, workers=0, progress=False)
    kept = pd.read_csv(folder / "facts.csv")
    assert list(again.table["verdict"]) == list(kept["verdict"])
    np.testing.assert_allclose(again.table["measured"], kept["measured"], equal_nan=True)
    assert again.summary in (folder / "stdout.txt").read_text()


def test_another_seed_runs_that_alone(folder: Path) -> None:
    runs = {path.name for path in (folder / "runs").iterdir()}
    more = sim.validate("baseline", set=TINY, days=16, seeds=2, out=folder, workers=0, progress=False)
    assert len({path.name for path in (folder / "runs").iterdir()} - runs) == 1
    assert more.findings.seeds == (1, 2) and more.table["low"].notna().any()


def test_what_the_measures_read_is_in_the_tables() -> None:
    """The contract of the columns that facts stand on."""
    posts = {column.name for column in TABLES["posts"].columns}
    assert {f"forwards_{age}h" for age in FORWARD_AGES_H} <= posts
    assert {"share", "bait", "outside_link", "deliveries", "forwards_passed_on", "forward_depth"} <= posts
    assert {"unliked_hot_impressions", "unliked_hot_reads", "unliked_reads", "unliked_likes"} <= posts
    assert {"reads_3d", "reads_21d", "likes_3d"} <= posts
    assert [c.name for c in TABLES["reading"].columns] == ["day", "reads", "people"]
    assert [c.name for c in TABLES["liking"].columns] == ["likes", "accounts"]


# -- the tables -------------------------------------------------------------------------------------------


def test_reading_counts_people_of_present_seats_and_of_whoever_read() -> None:
    model = quiet_world(readers={"people": 300})
    world = model.state.world
    world.readers.record["reads_today"][:] = 0
    world.readers.record["reads_today"][:4] = [2, 2, 5, 1]
    world.readers.record["left"][3:5] = True  # one of them had read something
    reading_of_day(model.state)
    found = model.tables.frame("reading")
    assert found.to_dict("list") == {"day": [0] * 4, "reads": [0, 1, 2, 5], "people": [295, 1, 2, 1]}


def test_times_of_readings_are_in_whole_seconds_and_the_longest_stand_together() -> None:
    model = quiet_world(readers={"people": 300, "longest_reading_s": 60})
    world = model.state.world
    visits = {"account": np.arange(4), "channel": np.zeros(4, np.int64), "completion": np.full(4, 100)}
    world.count_visits(0, dwell_s=np.array([3, 60, 3, 900]), **visits)
    reading_times_at_end(model.state)
    assert model.tables.frame("reading_times").to_dict("list") == {"seconds": [3, 60], "reads": [2, 2]}
    assert world.posts.dwell_s[0].sum() == 966


def test_liking_counts_peoples_own_likes_of_the_days_that_are_kept() -> None:
    model = quiet_world()
    world, kept = model.state.world, model.scenario.counts.likes_kept_days
    people = world.readers.first_accounts[:3]
    model.state.clock = type(model.clock)(tick=(kept + 1) * model.clock.ticks_per_day, tick_s=model.clock.tick_s)
    day = 86_400
    world.likes.add(
        5, account=[people[0], people[0], people[0], people[1], people[2]], post=[0, 1, 2, 1, 1],
        time_s=[day - 1, day, day + 5, day + 6, day + 7], since_s=[9, -1, 9, 30, 9],
        origin=[Origin.ORGANIC, Origin.ORGANIC, Origin.ORGANIC, Origin.ORGANIC, Origin.FARM],
    )  # fmt: skip
    liking_at_end(model.state)
    seated = int((world.accounts.seat >= 0).sum())
    assert model.tables.frame("liking").to_dict("list") == {"likes": [0, 1, 2], "accounts": [seated - 2, 1, 1]}
    assert model.tables.frame("like_delays").to_dict("list") == {"seconds": [-1, 9, 30], "likes": [1, 1, 1]}


def test_follows_are_counted_by_day_and_reads_by_hour() -> None:
    model = quiet_world()
    state, world = model.state, model.state.world
    audience = Audience()
    world.log.add(3, kind=[Kind.FOLLOW, Kind.FOLLOW, Kind.READ], account=[0, 1, 3], post=0, time_s=0)
    world.creators.followers_lost[1] = 1
    world.reads = 7
    audience.observe(state)
    world.log.clear()
    audience.observe(state)
    world.reads = 7 + 5
    audience.observe(state)
    row = audience.close_day(state)
    assert (row["follows_new"], row["unfollows"]) == (2, 1)
    assert row["follow_links"] == world.creators.followers[world.creators.present].sum()
    assert audience.reads.tolist() == [7 + 5, *[0] * 23]
    again = audience.close_day(state)
    assert (again["follows_new"], again["unfollows"]) == (0, 0)


def test_posts_await_their_first_like_from_the_tick_after_their_publication() -> None:
    model = quiet_world(n_posts=3)
    posts = model.state.world.posts
    posts.published_tick[:] = [0, 0, 1]
    posts.likes_by_origin[1] = [1, *[0] * (posts.likes_by_origin.shape[1] - 1)]
    posts.likes_by_origin[0, Origin.TRIAL] = 60
    assert posts.await_first_like(slice(0, 3), tick=1).tolist() == [True, False, False]
    assert posts.await_first_like(np.array([2, 0]), tick=2).tolist() == [True, True]


# -- documentation ----------------------------------------------------------------------------------------


def test_the_page_of_validation_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert validation_tables.main(["--check", "--page", str(ROOT / "docs" / "validation.md")]) == 0, capsys.readouterr()


def test_the_deviations_are_written_from_the_csv(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text((ROOT / "docs" / "validation.md").read_text())
    assert validation_tables.main([str(folder / "facts.csv"), "--page", str(page)]) == 0
    rows = page.read_text().split("<!-- deviations -->")[1].split("<!-- /deviations -->")[0].strip().splitlines()
    assert len(rows) == 2 + len(pd.read_csv(folder / "facts.csv"))
    assert rows[2].startswith("| C1 | organic likes per read | 0.007-0.0095 | ")


@pytest.mark.parametrize("text", ["no markers", "<!-- measures -->\n"])
def test_a_page_without_markers_is_refused(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(SystemExit) as ended:
        validation_tables.main(["--page", str(page)])
    assert ended.value.code == 2 and page.read_text() == text


def test_the_facts_file_of_the_documentation_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "validation.md").read_text()
    file = tmp_path / "my_facts.yaml"
    file.write_text(text.split("```yaml\n")[1].split("```")[0])
    assert list(load_facts(file).facts) == ["X1", "X2"]
