"""`gresham sweep`: a real study of a tiny world, what it says, and how it ends when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sim import Study, sweep
from sim.cli import app
from sim.studies.failures import RunsFailedWarning
from sim.studies.results import StudyResults

STUDY = """
base: base.yaml
factors:
  trust: {path: readers.trust_start, values: [0.3, 0.8]}
outcomes: [exposure_quality]
design: grid
"""


def gresham(*words: Any) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text("run: {days: 2}\nreaders: {n: 300}\ncreators: {n: 20}\n")
    Path("study.yaml").write_text(STUDY)
    return tmp_path


def test_a_study_leaves_its_report_and_runs_nothing_twice() -> None:
    listed = gresham("sweep", "study.yaml", "--dry-run")
    assert listed.exit_code == 0 and not Path("results").exists()
    assert "study: grid, 2 points x 1 replications = 2 runs; 0 are finished in results/study" in listed.stdout
    done = gresham("sweep", "study.yaml", "--workers", 1)
    assert done.exit_code == 0, done.output
    first, second, *where = done.stdout.splitlines()
    assert first.startswith("runs 2, points 2") and second.startswith("Quality shown")
    assert where == ["results/study", "report: results/study/report.html"]
    runs = sorted(Path("results/study/runs").glob("*/manifest.json"))
    made = [run.stat().st_mtime_ns for run in runs]
    assert len(runs) == 2 and json.loads(runs[0].read_text())["days"] == 2
    again = gresham("sweep", "study.yaml", "-q")
    assert (again.exit_code, again.output) == (0, "")
    assert [run.stat().st_mtime_ns for run in runs] == made
    assert "2 are finished" in gresham("sweep", "study.yaml", "--dry-run").stdout
    study = StudyResults.load("results/study")
    assert set(study.table()["trust"]) == {0.3, 0.8} and len(study.table()) == 4


def test_a_run_that_keeps_failing_is_told_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.studies.job.simulate", _broken)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as executor:
        with pytest.warns(RunsFailedWarning, match="no such world"):
            results = sweep(Study.load("study.yaml"), "out", executor=executor, retries=0, progress=False)
        assert len(results.failures) == 2 and not Path("out/report.html").exists()
        monkeypatch.setattr("sim.studies.sweep.executor_of", lambda *_: _undisturbed(executor))
        with pytest.warns(RunsFailedWarning):  # which the program itself keeps quiet about: the command tells it
            done = gresham("sweep", "study.yaml", "--out", "out", "--retries", 0, "-q")
    assert done.exit_code == 1
    assert "2 runs kept failing and were set aside in out/failed" in done.stderr
    command = next(line for line in done.stderr.splitlines() if "gresham run" in line)
    assert Path(command.split()[2]).is_file() and "no such world" in command


def _broken(*_: Any, **__: Any) -> Any:
    raise ValueError("no such world")


def _undisturbed(executor: Any) -> Any:
    from sim.studies.executors.local import ExternalExecutor

    return ExternalExecutor(executor)


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        (("trust_start", "trust_stat"), (), "study.yaml:4: factors.trust.path: readers.trust_stat: unknown parameter"),
        (("values: [0.3, 0.8]", "range: [0.8, 0.3]"), (), "study.yaml:4: factors.trust.range: is empty"),
        (("exposure_quality", "exposure_qalty"), (), "study.yaml:5: outcomes.0: there is no outcome"),
        (("", ""), ("--limit", 1), "study.yaml:6: design: 2 runs (2 points x 1 replications) are more than the limit"),
        (("exposure_quality", "{measure: exposure_quality, name: point}"), (), "study.yaml:5: outcomes.0: a column"),
        (
            ("readers.trust_start", "run.seed"),
            (),
            "study.yaml:4: factors.trust.path: run.seed is set by the study's own",
        ),
        (
            ("path: readers.trust_start, values: [0.3, 0.8]", "multiply: [readers.trust_start], values: [a, b]"),
            (),
            "study.yaml:4: factors.trust.values: must be numbers",
        ),
        (("", ""), ("--storage-option", "anon"), "--storage-option anon: must be KEY=VALUE"),
        (("", ""), ("--out", "nowhere://x/y"), "nowhere://x/y: cannot be opened"),
    ],
)
def test_a_broken_study_is_refused_before_the_first_run(change: Any, options: Any, said: str) -> None:
    Path("study.yaml").write_text(STUDY.replace(*change) if change[0] else STUDY)
    done = gresham("sweep", "study.yaml", *options)
    assert done.exit_code == 2 and done.stderr.startswith(said)
    assert not list(Path().rglob("manifest.json")) and "Traceback" not in done.output


def test_the_schema_of_study_files_is_printed() -> None:
    schema = json.loads(gresham("schema", "--study").stdout)
    assert schema["title"] == "Gresham study" and "factors" in schema["properties"]
