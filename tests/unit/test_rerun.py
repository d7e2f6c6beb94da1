"""The command on a page that makes its runs again works where the page lies, and leaves nothing there."""

from __future__ import annotations

import html
import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.reports.rerun import ANYWHERE, rerun, rerun_failed
from sim.runs.storage import Place
from sim.studies.failures import Failure

TINY = {"readers.n": 400, "creators.n": 20, "readers.people": 400, "run.days": 1}


def a_run(results: Path) -> Path:
    scenario = sim.Scenario.load("no_manipulation", set={**TINY, "calendar": []})
    found = sim.run(scenario, out=results, twin=False, progress=False)
    found.report(found.path / "report.html")
    return Path(found.path)


def a_comparison(results: Path) -> Path:
    found = sim.compare(
        ["no_manipulation", "random_feed"], seeds=2, set=TINY, days=1, out=results / "both", workers=0, progress=False
    )  # fmt: skip
    found.write()
    return results / "both"


def everything(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*")}


@pytest.mark.parametrize("make", [a_run, a_comparison])
def test_the_command_works_where_the_page_lies(
    make: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make(tmp_path / "results")
    moved = made.rename(tmp_path / "elsewhere")  # a folder that was given to somebody
    page = (moved / "report.html").read_text()
    command = re.search(r"<p>In the folder of this file:</p>\s*<pre><code>(.*?)</code></pre>", page)
    assert command is not None and str(tmp_path) not in command[1]
    before = everything(tmp_path)
    monkeypatch.chdir(moved)
    name, *words = shlex.split(html.unescape(command[1]))
    done = CliRunner().invoke(app, words)
    assert (name, done.exit_code) == ("gresham", 0), done.output
    assert everything(tmp_path) == before


def test_a_store_is_named_from_anywhere() -> None:
    assert rerun(Place("memory://bucket/my study")) == (ANYWHERE, "gresham reproduce 'my study' --in memory://bucket")


def test_a_run_that_failed_is_made_beside_the_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failure = Failure("k-1", 0, 0, 1, "no", "", 1, f"gresham run {tmp_path}/results/s/failed/k-1.yaml --no-twin")
    command = rerun_failed(failure, Place(tmp_path / "results" / "s")).command
    (tmp_path / "results" / "s" / "failed").mkdir(parents=True)
    scenario = tmp_path / "results" / "s" / "failed" / "k-1.yaml"
    scenario.write_text("extends: no_manipulation\nrun: {days: 1}\nreaders: {n: 400, people: 400}\ncreators: {n: 20}\n")
    monkeypatch.chdir(scenario.parents[1])
    assert CliRunner().invoke(app, [*shlex.split(command)[1:], "--quiet"]).exit_code == 0
    assert len(os.listdir(tmp_path / "results")) == 2
    assert os.listdir(tmp_path / "results" / "s") == ["failed"]
    away = Place("memory://bucket/s")
    assert rerun_failed(failure, away) is failure
