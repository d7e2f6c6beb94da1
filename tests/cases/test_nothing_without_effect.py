"""Nothing is silently without effect: late calendar entries, settings that cannot act, same policies, idle factors."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.analysis.unchanged import unchanged_factors
from sim.cli import app
from sim.scenario import Scenario
from sim.scenario.load import scenario_of
from sim.scenario.without_effect import without_effect

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
SMALL = "run: {days: 6}\nreaders: {n: 1000}\ncreators: {n: 40}\n"
STUDY = """
base: base.yaml
set: {farms.enabled: false}
factors:
  price: {path: farms.price_per_100_cny, values: [1, 2, 3]}
outcomes: [exposure_quality]
design: grid
replications: 2
"""


def text_of(page: Path) -> str:
    source = re.sub(r"(?s)<(script|style).*?</\1>", " ", page.read_text(encoding="utf-8"))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", source)).split())


def made(**sections: object) -> Scenario:
    return Scenario.model_validate({"run": {"days": 20}, **sections})


def test_a_factor_that_does_nothing_is_called_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text(SMALL, encoding="utf-8")
    Path("study.yaml").write_text(STUDY, encoding="utf-8")
    ended = CliRunner().invoke(app, ["sweep", "study.yaml", "--out", "s", "--workers", "0"])
    assert ended.exit_code == 0, ended.output
    same = "price changed nothing: the same bits at every value under each seed"
    assert same in ended.output
    page = text_of(Path("s/report.html"))
    assert same in page
    assert "most" not in page.split("no factor changes it")[-1].split("Price changed nothing")[0]
    assert not re.search(r"moves quality shown most", page)
    assert "too few" not in json.loads(Path("s/findings.json").read_text())["exposure_quality"]["verdict"]


@pytest.mark.parametrize(
    ("sections", "line"),
    [
        ({"farms": {"enabled": False, "price_per_100_cny": 3}}, "farms.price_per_100_cny cannot act: farms.enabled"),
        ({"mcn": {"n_per_1000_creators": 0, "capacity": 9}}, "mcn.capacity cannot act: mcn.n_per_1000_creators is 0"),
        ({"farms": {"enabled": False, "least_room": 3}}, "farms.least_room cannot act: farms.enabled is off"),
        (
            {"advertisers": {"n_per_1000_creators": 0, "budget_max": 9}},
            "advertisers.budget_max cannot act: advertisers.n_per_1000_creators is 0",
        ),
        ({"platform": {"down_votes": True}}, "platform.down_votes cannot act: readers.down_vote_share is 0"),
        ({"controls": {"likes_shown": False, "likes_swapped": True}}, "controls.likes_swapped cannot act"),
        ({"controls": {"likes_shown": False, "readers_see_likes": False}}, "controls.readers_see_likes cannot act"),
        ({"controls": {"readers_see_likes": False}}, "Control world: controls.readers_see_likes = off"),
        ({"manipulation": {"enabled": False}, "strategies": ["honest", "mcn"]}, "The strategy mcn cannot act"),
        ({"mutual_aid": {"enabled": False}, "strategies": ["honest", "mutual_aid"]}, "strategy mutual_aid cannot act"),
        ({"probes": {"grade": "raised"}}, "probes.grade cannot act: probes.share_posts and probes.heavy_buyers are 0"),
        ({"probes": {"heavy_buyers": 0.1, "doses": [0, 7]}}, "probes.doses cannot act: probes.share_posts is 0"),
        ({"probes": {"heavy_buyers": 0.1, "unlisted_share": 0.5}}, "unlisted_share cannot act: probes.share_posts is"),
        ({"probes": {"share_posts": 0.1, "heavy_likes_min": 5}}, "heavy_likes_min cannot act: probes.heavy_buyers is"),
        ({"probes": {"share_posts": 0.1}}, "the policy takes out likes that device may flag"),
        ({"probes": {"share_posts": 0.1, "doses": [0]}}, "no post a like"),
        ({"run": {"days": 20, "tick_minutes": 240}}, "In a tick of 240 minutes a person visits"),
        ({"probes": {"share_posts": 0.1, "from_day": 300}}, "no post gets a like"),
        ({"platform": {"detectors": {}}}, "no detector is on"),
        (
            {"platform": {"detectors": {"a": "learned_accounts"}, "like_ladder": []}},
            "a needs labels, and in this policy nobody looks at anything",
        ),
        ({"platform": {"like_ladder": []}}, "nothing follows from a flag"),
        ({"platform": {"detectors": {}, "like_ladder": [], "strike_min_likes": 3}}, "platform.strike_min_likes cannot"),
        ({"calendar": [{"day": 3, "set": {"fresh_h": 24}}]}, "day 3 changes nothing"),
        ({"controls": {"likes_shown": False}}, "Control world: controls.likes_shown = off"),
        ({"controls": {"frozen_share": 0.3}}, "controls.frozen_share cannot act"),
    ],
)
def test_what_cannot_act_is_told_in_one_line(sections: dict[str, object], line: str) -> None:
    found = without_effect(made(**sections))
    assert len([each for each in found if line in each]) == 1, found


def test_a_dose_is_a_number_of_likes_that_can_be_bought() -> None:
    for wrong, told in (
        (-1, "greater than or equal to 0"),
        (2**31, "less than or equal to 1000000"),
        (True, "integer"),
    ):
        with pytest.raises(ValueError, match=rf"(?s)probes\.doses\.1.*{told}"):
            made(probes={"doses": [0, wrong]})


@pytest.mark.parametrize(
    "sections",
    [
        {},
        {"farms": {"price_per_100_cny": 3}},
        {"farms": {"enabled": False}},
        {"platform": {"detectors": {}, "like_ladder": []}},
        {"probes": {"share_posts": 0.1, "grade": "raised"}},
        {"probes": {"heavy_buyers": 0.1, "heavy_likes_max": 2000, "grade": "raised"}},
        {"manipulation": {"enabled": False}},
        {"calendar": [{"day": 3, "set": {"fresh_h": 12}}]},
    ],
)
def test_what_acts_is_not_complained_of(sections: dict[str, object]) -> None:
    assert without_effect(made(**sections)) == []


def test_shipped_scenarios_have_no_setting_without_effect() -> None:
    files = [file for folder in (".", "ablations", "controls") for file in sorted((SCENARIOS / folder).glob("*.yaml"))]
    assert len(files) > 30
    for file in files:
        lines = without_effect(Scenario.load(file))
        assert all(line.startswith("Control world: ") for line in lines), file
        assert bool(lines) == (file.parent.name == "controls"), file


def test_entries_that_a_shorter_run_drops_are_remembered(tmp_path: Path) -> None:
    file = tmp_path / "late.yaml"
    file.write_text(SMALL + "calendar: [{day: 1, set: {fresh_h: 9}}, {day: 4, note: end of grace, set: {fresh_h: 5}}]")
    for scenario in (Scenario.load(file, days=3), scenario_of(Scenario.load(file), days=3)):
        assert [day for day, _ in scenario.dropped] == [4]
        assert "day 4 (end of grace)" in " ".join(without_effect(scenario.with_seed(9)))
        assert "day 4 (end of grace)" in " ".join(without_effect(scenario.with_changes({"readers.n": 500})))
    assert Scenario.load(file).dropped == ()


def test_page_and_terminal_of_a_run_say_it_and_end_with_five_figures(tmp_path: Path) -> None:
    file = tmp_path / "late.yaml"
    file.write_text(
        SMALL + "calendar: [{day: 4, note: end of grace, set: {fresh_h: 5}}]\ncontrols: {imitation: false}\n"
    )
    ended = CliRunner().invoke(app, ["run", str(file), "--days", "3", "--out", str(tmp_path / "r")])
    assert ended.exit_code == 0, ended.output
    page = text_of(next(tmp_path.glob("r/*/report.html")))
    for told in ("day 4 (end of grace)", "Control world: controls.imitation = off"):
        assert told in page
        assert told in ended.output
    assert (
        len([line for line in ended.output.splitlines() if "over the whole run" in line or "honest twin" in line]) == 5
    )


def test_policies_that_are_the_same_are_called_identical(tmp_path: Path) -> None:
    for name, more in (("one", ""), ("two", "mcn: {capacity: 25}\n"), ("other", "platform: {fresh_h: 3}\n")):
        (tmp_path / f"{name}.yaml").write_text(SMALL + more)
    files = [str(tmp_path / f"{name}.yaml") for name in ("one", "two", "other")]
    ended = CliRunner().invoke(app, ["compare", *files, "--seeds", "2", "--out", str(tmp_path / "c"), "--workers", "0"])
    assert ended.exit_code == 0, ended.output
    for text in (ended.output, text_of(tmp_path / "c" / "report.html")):
        assert "one and two are identical to the bit" in text
        assert "other are identical" not in text


def test_a_factor_that_acts_only_with_another_is_not_called_idle() -> None:
    rows = [{"seed": s, "a": a, "b": b, "c": c, "y": s + a * b} for s in (1, 2) for a in (0, 1) for b in (0, 1)
            for c in (0, 1)]  # fmt: skip
    frame = pd.DataFrame(rows)
    assert unchanged_factors(frame, ("a", "b", "c"), "y") == ["c"]
    assert unchanged_factors(frame.assign(y=frame["seed"]), ("a", "b", "c"), "y") == ["a", "b", "c"]
    assert unchanged_factors(frame.assign(y=float("nan")), ("a", "b", "c"), "y") == []
