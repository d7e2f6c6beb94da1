"""A world that no memory could hold is refused before it is built."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.api.comparisons import compare
from sim.cli import app
from sim.core.errors import RunError
from sim.scenario import Scenario, memory
from sim.scenario.memory import check_memory
from sim.studies.failures import RunsFailedWarning


def test_people_beyond_the_memory_are_refused_before_they_are_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["run", "classroom", "--days", "2", "--set", "readers.people=2000000000"]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 2 and "2,000,000,000 people in 10,000 seats need about 300 GB" in told.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", [["validate", "classroom", "--seeds", "3"], ["twin", "classroom", "--seeds", "3"]])
def test_many_runs_of_such_a_world_are_refused_once_and_before_the_first(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, [*words, "--set", "readers.people=2000000000"])
    assert told.exit_code == 2 and told.stderr.count("need about 300 GB") == 1
    assert not list(tmp_path.iterdir())


def test_results_do_not_go_to_the_memory_of_the_command() -> None:
    many = ["validate classroom", "twin classroom", "compare classroom baseline", "sweep price_by_anxiety"]
    for words in many:
        told = CliRunner().invoke(app, [*words.split(), "--out", "memory://somewhere"])
        assert told.exit_code == 2 and "--out: memory://somewhere: lasts as long as a command" in told.stderr


def test_a_single_run_and_its_report_stay_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command, what in (("run classroom", "folder"), ("report somewhere", "file")):
        for address, said in (
            ("memory://x", "of this machine"),
            ("s3://bucket/x", "of this machine"),
            ("", "is empty"),
        ):
            told = CliRunner().invoke(app, [*command.split(), "--out", address])
            assert told.exit_code == 2 and f"name a {what}" in told.stderr and said in told.stderr
    assert not list(tmp_path.iterdir())


def test_a_study_in_which_some_worlds_fit_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = Scenario().with_changes({"readers.n": 300, "readers.people": 300, "creators.n": 40, "run.days": 2})
    crowd = small.with_changes({"readers.people": 30_000, "name": "crowd"})
    monkeypatch.setattr(memory, "_memory", lambda: 500_000.0)
    with pytest.warns(RunsFailedWarning):
        compared = compare([small, crowd], seeds=2, out=tmp_path, workers=0, progress=False)
    assert len(list(tmp_path.rglob("manifest.json"))) == 2
    assert {"need about" in failure.error for failure in compared.results.failures} == {True}


def test_what_fits_is_built_and_what_does_not_is_told() -> None:
    scenario = Scenario().with_changes({"readers.n": 1000, "readers.people": 1000, "creators.n": 50})
    check_memory(scenario, there=650_000)
    with pytest.raises(RunError, match=r"readers\.people"):
        check_memory(scenario, there=649_999)
