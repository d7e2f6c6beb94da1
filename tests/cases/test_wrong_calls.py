"""Wrong calls end in one line, exit code 2 and the nearest name; options without effect are named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from tests.helpers.catalogue_shelf import put_run

ROOT = Path(__file__).parents[2]
SMALL = ["--days", "2", "--set", "readers.n=500", "--set", "creators.n=20", "--no-twin"]


def call(*words: Any) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def as_a_user(folder: Path, *words: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sim", *map(str, words)],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "folder").mkdir()
    (tmp_path / "facts.yaml").write_text("facts: {}")
    (tmp_path / "lost.yaml").symlink_to(tmp_path / "nowhere")
    put_run(tmp_path / "results" / "town", seed=1)
    put_run(tmp_path / "torn" / "town", seed=1)
    (tmp_path / "torn" / "town" / "daily.parquet").unlink()
    put_run(tmp_path / "begun" / "town", seed=1)
    (tmp_path / "begun" / "town" / "manifest.json").unlink()
    return tmp_path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rnu", "baseline"], "gresham: No such command 'rnu'. Did you mean 'run'?"),
        (["run", "baseline", "--sed", "1"], "gresham run: No such option: --sed"),
        (["run", "baseline", "--seed", "-1"], "gresham run: Invalid value for '--seed'"),
        (["run", "baseline", "--days", "0"], "gresham run: Invalid value for '--days'"),
        (["run"], "gresham run: Missing argument"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(tmp_path: Path, words: list[str], said: str) -> None:
    done = as_a_user(tmp_path, *words)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith(said) and "--help" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "baselin"], "did you mean 'baseline'?"),
        (["run", "folder"], "folder: is a folder, not a scenario file"),
        (["run", "baseline", "--seed", 2**63], f"--seed {2**63}: must be at most {2**63 - 1}"),
        (["run", "baseline", "--out", "file", *SMALL], "cannot write to file: a part of this path is a file"),
        (["run", "baseline", "--set", "readers.m=3"], "--set readers.m: unknown parameter"),
        (["report", "torn/town"], "torn/town: its daily.parquet is gone"),
        (["report", "begun/town"], "not a finished run (no manifest.json)"),
        (["show", "begun/town"], "begun/town: neither a finished run nor a study (it has no manifest.json"),
        (["show", "torn/town"], "torn/town: daily.parquet is gone"),
        (["show", "file"], "file: neither a finished run nor a study"),
        (["show", "twon"], "there is no run or study 'twon' in results; nearest: town"),
        (["ls", "--in", "file"], "file: not a folder"),
        (["query", "selct 1"], 'Parser Error: syntax error at or near "selct"'),
        (["query", "select * from dayly"], "did you mean 'daily'?"),
        (["query", "select 1", "--format", "cvs"], "--format cvs: must be table, csv or json; did you mean 'csv'?"),
        (["query", "select 1", "--csv", "folder"], "--csv folder: is a folder, not a file to write"),
        (["query", "select 1", "--csv", "no/x.csv"], "--csv no/x.csv: there is no folder no"),
        (["validate", "--seed", 2**63, "--seeds", 1], f"seed {2**63}: must be from 0 to {2**63 - 1}"),
        (["validate", "--seed", 2**63 - 1, "--seeds", 2], f"seed {2**63}: must be from 0 to {2**63 - 1}"),
        (["validate", "--out", ""], "--out: is empty"),
        (["sweep", "likes_weight_by_strictness", "--out", ""], "--out: is empty"),
        (["validate", "--set", "probes.grade=real"], "--set probes.grade: the facts need the randomised trial"),
        (["validate", "--set", "probes={}"], "--set probes: the facts need the randomised trial"),
        (["validate", "--set", "readers.n.x=5"], "--set readers.n.x: readers.n: must be a whole number"),
        (["validate", "--set", "platform.hot_curve=lgo"], "got 'lgo'; did you mean 'log'?"),
        (["validate", "--set", "rhythm.hours=[1, 2]"], "needs at least 24 entries, got [1, 2]"),
        (["validate", "--facts", "fact.yaml"], "fact.yaml: no such file; did you mean 'facts.yaml'?"),
        (["validate", "--facts", "lost.yaml"], "lost.yaml: is a link to a file that is not there"),
        (["sweep", "likes_weight_by_strictness", "--limit", "4"], "100 runs (20 points x 5 replications)"),
    ],
)
def test_bad_input_is_told_in_one_line(folder: Path, words: list[Any], said: str) -> None:
    done = call(*words)
    assert done.exit_code == 2, done.output
    assert said in done.stderr and len(done.stderr.splitlines()) == 1


def test_the_version_is_an_option_too() -> None:
    done = call("--version")
    assert (done.exit_code, done.stdout) == (0, f"gresham {sim.__version__}\n")
    assert done.stdout.strip() == call("version").stdout.splitlines()[0]


def test_the_limit_of_a_study_says_that_it_shortens_none(folder: Path) -> None:
    done = call("sweep", "likes_weight_by_strictness", "--limit", 4)
    assert "so none is made" in done.stderr and "shortens no study" in done.stderr and "--limit 100" in done.stderr
    assert "it shortens no study" in " ".join(call("sweep", "--help").stdout.replace("│", " ").split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "baseline", "--checkpoint-every", 2, *SMALL], "the run lasts 2 days, so no checkpoint is written"),
        (["resume", "results/town"], "results/town: this run is finished; nothing is left to do"),
        (["ls", "--storage-option", "a=b"], "--storage-option for a folder of this machine: it changes nothing"),
        (["scenarios", "--overwrite"], "--overwrite without --copy: it changes nothing"),
        (["query", "select 1", "--csv", "x.csv", "--format", "json"], "--format beside --csv: it changes nothing"),
    ],
)
def test_what_has_no_effect_is_named(folder: Path, words: list[Any], said: str) -> None:
    done = call(*words)
    assert done.exit_code == 0, done.output
    assert [line for line in done.stderr.splitlines() if line.startswith("note: ") and said in line]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["compare", "baseline", "nothing", "--most-seeds", 30], "--most-seeds without --until-width"),
        (["compare", "baseline", "nothing", "--storage-option", "a=b"], "--storage-option without --out"),
        (["twin", "nothing", "--workers", 1, "--scheduler", "tcp://x:1"], "--workers beside --scheduler"),
    ],
)
def test_options_of_studies_without_effect_are_named_before_anything_is_run(words: list[Any], said: str) -> None:
    assert f"note: {said}: it changes nothing" in call(*words).stderr


@pytest.mark.parametrize("scenario", ["baseline", "rules_2022", "composite_plus_rules"])
def test_explain_breaks_no_name_at_80_columns(scenario: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = []
    for columns in ("80", "300"):
        monkeypatch.setenv("COLUMNS", columns)
        lines = call("explain", scenario).stdout.splitlines()
        assert max(map(len, lines)) <= int(columns)
        texts.append({word for line in lines for word in line.replace("│", " ").split() if "_" in word})
    assert texts[0] == texts[1]
