"""The command line: every command, exit codes, what is said when something goes wrong."""

from __future__ import annotations

import ast
import errno
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.core.errors import RunError
from sim.reports import explain
from sim.scenario import Scenario

SHELF = Path(__file__).parents[2] / "scenarios"


def gresham(*words: Any) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_python_m_sim_says_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("platform:\n  hot_treshold: 3\n")
    root = str(SHELF.parent)
    done = subprocess.run(
        [sys.executable, "-m", "sim", "run", "a.yaml"],
        cwd=tmp_path, env={"PYTHONPATH": root}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    expected = "a.yaml:2: platform.hot_treshold: unknown parameter; did you mean 'hot_threshold'?\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)
    assert [p.name for p in tmp_path.iterdir()] == ["a.yaml"]


def test_scenarios_lists_one_line_each() -> None:
    done = gresham("scenarios", SHELF)
    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert len(lines) == len(list(SHELF.glob("*.yaml")))
    assert all(len(line.split(".yaml", 1)[1].split()) >= 3 for line in lines)


def test_scenarios_looks_beside_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert gresham("scenarios", "scenarios").exit_code == 2
    assert gresham("scenarios").stdout.splitlines()[1].startswith("baseline ")
    (tmp_path / "scenarios").mkdir()
    assert gresham("scenarios", "scenarios").exit_code == 2
    (tmp_path / "scenarios" / "a.yaml").write_text("description: >\n  one\n  line\n")
    (tmp_path / "scenarios" / "b.yaml").write_text("run: [\n")
    lines = gresham("scenarios").stdout.splitlines()
    assert lines[0].split() == ["scenarios/a.yaml", "one", "line"]
    assert "cannot be read" in lines[1]


def test_schema_is_json() -> None:
    assert json.loads(gresham("schema").stdout)["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("file", sorted(SHELF.glob("*.yaml")), ids=lambda file: file.stem)
def test_explain_shows_every_phase(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    from sim.engine.tick import PLAN

    done = gresham("explain", file)
    assert done.exit_code == 0, done.stderr
    for phase in PLAN:
        assert f" {phase.name}: " in done.stdout
    assert ("Policy calendar" in done.stdout) == bool(Scenario.load(file).calendar)


def test_explain_shows_the_policy_of_the_day_and_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    file = SHELF / "rules_2022.yaml"
    before, after = gresham("explain", file, "--day", 59).stdout, gresham("explain", file, "--day", 60).stdout
    assert "platform.detectors.ip_burst" not in before
    assert "platform.detectors.ip_burst" in after
    changed = gresham(
        "explain", file, "--set", "platform.hot_threshold=77", "--set", "mcn.n_per_1000_creators=1"
    ).stdout
    assert "platform.hot_threshold = 77" in changed
    assert "mcn.n_per_1000_creators = 1" in changed
    late = gresham("explain", file, "--day", 999)
    assert (late.exit_code, "days 0 to 119" in late.stderr) == (2, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"detectors.device": True}, ["detectors.device.threshold: 20 -> 8"]),
        ({"detectors.device.threshold": 20}, ["detectors.device.threshold: 20, as before"]),
        ({"detectors": {"device": None}}, ["detectors.device: device (threshold 20) -> off"]),
        ({"detectors.ip_burst.threshold": 9}, ["detectors.ip_burst: off -> ip_burst (window_s 600, threshold 9)"]),
        (
            {"ranking": "chronological", "hot_prior": 1},
            ["ranking: likes_only -> chronological", "hot_prior: 0.06 -> 1"],
        ),
        ({"ads_share": 0.3}, ["ads_share: 0.3, as before"]),
        ({"creator_ladder": []}, ["creator_ladder: from 3 strikes reduce_moments (factor 0.2, days 7) -> none"]),
    ],
)
def test_the_calendar_shows_what_changes(change: dict[str, Any], said: list[str]) -> None:
    scenario = Scenario.load(SHELF / "baseline.yaml", set={"calendar": [{"day": 3, "set": change}]})
    (cell,) = explain.calendar(scenario).columns[2].cells
    assert str(cell).splitlines() == said


def test_the_calendar_compares_with_the_entry_before() -> None:
    entries = [{"day": 9, "set": {"ads_share": 0.5}}, {"day": 3, "set": {"ads_share": 0.4}}]
    scenario = Scenario.load(SHELF / "baseline.yaml", set={"calendar": entries})
    cells = explain.calendar(scenario).columns[2].cells
    assert list(map(str, cells)) == ["ads_share: 0.3 -> 0.4", "ads_share: 0.4 -> 0.5"]


def test_version_names_gresham_first() -> None:
    assert gresham("version").stdout.splitlines()[0] == f"gresham {sim.__version__}"


class Spy:
    """Stands in for `sim.run`: remembers, returns, raises."""

    def __init__(self, raises: BaseException | None = None) -> None:
        self.raises = raises
        self.got: Any = None

    def __call__(self, scenario: Any, **options: Any) -> Any:
        self.got = (scenario, options)
        if self.raises is not None:
            raise self.raises
        daily = pd.DataFrame({"day": range(9), "exposure_quality": 0.5})
        return SimpleNamespace(path=Path("results/x"), daily=daily, twin_daily=None)


def test_run_hands_everything_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spy = Spy()
    monkeypatch.setattr(sim, "run", spy, raising=False)
    words = [
        "--seed",
        7,
        "--set",
        "readers.n=640",
        "--set",
        "creators.n=60",
        "--set",
        "platform.ranking={name: composite, completion: 2}",
    ]
    more = [
        "--days",
        3,
        "--out",
        tmp_path,
        "--events",
        "--checkpoint-every",
        2,
        "--threads",
        1,
        "--quiet",
        "--no-twin",
    ]
    done = gresham("run", SHELF / "baseline.yaml", *words, *more)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    scenario, options = spy.got
    assert (scenario.readers.n, scenario.run.days, scenario.platform.ranking.completion) == (640, 3, 2)
    assert options == {
        "seed": 7, "out": tmp_path, "events": True, "checkpoint_every": 2, "threads": 1, "twin": False,
        "progress": False,
    }  # fmt: skip
    assert "results/x/report.html" in gresham("run", SHELF / "baseline.yaml").stdout


def disk_error() -> RunError:
    error = RunError("cannot write to results: No space left on device; finished runs are untouched")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    return error


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "interrupted; finished runs are untouched"),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            1,
            "No space left on device; finished runs are untouched",
        ),
        (disk_error(), 1, "cannot write to results: No space left on device"),
        (RunError("checkpoints need a folder"), 2, "checkpoints need a folder"),
    ],
)
def test_mishaps_end_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int, said: str
) -> None:
    monkeypatch.setattr(sim, "run", Spy(raised), raising=False)
    done = gresham("run", SHELF / "baseline.yaml")
    assert done.exit_code == code
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_interrupted_run_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = KeyboardInterrupt()
    stopped.add_note("a checkpoint is kept; go on with: gresham resume results/x")
    monkeypatch.setattr(sim, "run", Spy(stopped), raising=False)
    assert "gresham resume results/x" in gresham("run", SHELF / "baseline.yaml").stderr


@pytest.mark.parametrize(
    "words",
    [
        ["run"],
        ["run", "a.yaml", "--days", "0"],
        ["run", "a.yaml", "--seed", "-1"],
        ["run", "a.yaml", "--threads", "many"],
        ["run", "a.yaml", "--sed", "1"],
        ["rum", "a.yaml"],
        ["resume", "nowhere"],
        ["report", "nowhere"],
    ],
)
def test_wrong_words_are_exit_code_2(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("description: sound\n")
    done = gresham(*words)
    assert done.exit_code == 2
    assert done.stderr.strip()
    assert [p.name for p in tmp_path.iterdir()] == ["a.yaml"]


HEAVY = ("numpy", "pandas", "numba", "pydantic", "mesa", "plotly")


def heavy_after(code: str) -> list[str]:
    """Heavy packages that are imported once `code` has run."""
    code = f"import sys; {code}; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=SHELF.parent, capture_output=True, text=True, check=True)
    return list(ast.literal_eval(done.stdout))


def test_help_needs_nothing_heavy() -> None:
    assert (
        heavy_after("from typer.testing import CliRunner as R; from sim.cli import app; R().invoke(app, '--help')")
        == []
    )


def test_help_lists_commands_in_the_order_of_their_use() -> None:
    listed = [word for line in gresham("--help").stdout.splitlines() for word in line.strip("│ ").split()[:1]]
    order = ["run", "resume", "compare", "twin", "sweep", "query", "reproduce", "scenarios", "version"]
    assert [word for word in listed if word in order] == order


def test_reading_a_scenario_needs_no_engine() -> None:
    read = f"from sim import Scenario; Scenario.load({str(SHELF / 'composite_plus_rules.yaml')!r})"
    assert heavy_after(read) == ["numpy", "pydantic"]


def test_profile_prints_what_each_phase_took(tmp_path: Path) -> None:
    from sim.engine.tick import PLAN

    done = gresham(
        "run", SHELF / "baseline.yaml", "--days", 2, "--set", "readers.n=500", "--set", "creators.n=20",
        "--no-twin", "--quiet", "--profile", "--out", tmp_path,
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    for phase in PLAN:
        assert f" {phase.name} " in done.stdout
    assert done.stdout.count("%") == len(PLAN)
