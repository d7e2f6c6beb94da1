"""Running a finished run again: the same bits, or where the first difference is."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import sim
from sim.catalogue.reproduce import first_difference, sample_runs
from sim.catalogue.stored import open_run, verify
from sim.cli import app
from sim.core.parquet import digest
from sim.scenario import Scenario
from sim.studies.plan import Plan, Point
from sim.studies.sweep import run_plan

BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"
SMALL = {"readers.n": 200, "creators.n": 20}


def gresham(*words: Any) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a twin and every interaction kept."""
    result = sim.run(
        BASELINE, seed=3, days=2, set=SMALL, out=tmp_path_factory.mktemp("runs"), events=True, progress=False, threads=1
    )
    assert result.path is not None
    return result.path


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / whole.name))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("studies") / "hot"
    base = Scenario.load(BASELINE, days=2).with_changes(SMALL)
    points = tuple(
        Point(i, {"hot": hot}, base.with_changes({"platform.hot_threshold": hot})) for i, hot in enumerate((5, 9))
    )
    with ThreadPoolExecutor(1) as pool:
        run_plan(Plan("hot", points, (1, 2)), out, executor=pool, progress=False)
    return out


def rewrite(folder: Path, table: str, row: int, column: str, value: Any, checksum: bool) -> None:
    """Change a cell of a table, and, if `checksum`, the manifest with it: a run that came out otherwise."""
    file = folder / f"{table}.parquet"
    found = pq.ParquetFile(file).read()
    cells = found[column].to_pylist()
    cells[row] = value
    at = found.column_names.index(column)
    changed = found.set_column(at, found.schema.field(column), pa.array(cells, found.schema.field(column).type))
    pq.write_table(changed, file)
    if checksum:
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["tables"][table]["sha256"] = digest({c: changed[c].to_numpy() for c in changed.column_names})
        (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_run_comes_out_the_same_with_twin_and_interactions(whole: Path) -> None:
    files = sorted(whole.parent.rglob("*"))
    for threads in (1, 2):
        done = gresham("reproduce", whole, "--threads", threads)
        assert done.exit_code == 0, done.output
        for table in ("daily", "creators", "posts", "orders", "twin_daily", "events", "truth"):
            assert f"  {table}: same" in done.stdout.splitlines()
        assert done.stdout.splitlines()[-1] == "the same bits"
    assert sorted(whole.parent.rglob("*")) == files


def test_the_digest_of_a_log_can_be_had_from_its_files(copied: Path) -> None:
    assert verify(open_run(copied, "it")) == ""
    file = copied / "events" / "day-0001.parquet"
    found = pq.ParquetFile(file).read()
    pq.write_table(found.take(pa.array([1, 0, *range(2, found.num_rows)])), file)
    assert "table events" in verify(open_run(copied, "it"))


def test_the_first_difference_is_told(copied: Path) -> None:
    rewrite(copied, "daily", 1, "reads", -5.0, checksum=True)
    done = gresham("reproduce", copied.name, "--in", copied.parent)
    assert done.exit_code == 1
    assert "  creators: same" in done.stdout
    assert "  daily: DIFFERENT; first at row 1, column reads: -5.0 then, " in done.stdout
    assert done.stdout.splitlines()[-1] == "not the same bits"


def test_a_file_that_was_changed_afterwards_is_told_apart(copied: Path) -> None:
    rewrite(copied, "daily", 1, "reads", -5.0, checksum=False)
    done = gresham("reproduce", copied)
    assert done.exit_code == 1
    assert "comes out as its manifest says, but its file holds something else" in done.stdout


def test_a_difference_in_the_log_is_told_with_its_day(copied: Path) -> None:
    file = copied / "events" / "day-0001.parquet"
    found = pq.ParquetFile(file).read()
    pq.write_table(found.set_column(3, found.schema.field(3), pa.nulls(len(found), pa.uint32()).fill_null(7)), file)
    manifest = json.loads((copied / "manifest.json").read_text())
    manifest["tables"]["events"]["sha256"] = "0" * 64
    (copied / "manifest.json").write_text(json.dumps(manifest))
    done = gresham("reproduce", copied)
    assert done.exit_code == 1
    assert "  events: DIFFERENT; day-0001: first at row " in done.stdout
    assert "column post: 7 then" in done.stdout


def test_versions_that_differ_are_named(copied: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_text())
    manifest["versions"]["numpy"] = "0.1"
    manifest["commit"] = "0123456789abcdef"
    (copied / "manifest.json").write_text(json.dumps(manifest))
    difference = gresham("reproduce", copied).stdout
    assert "  made with numpy 0.1, now " in difference
    assert "  made with commit 0123456789ab, now " in difference


def test_a_table_that_is_no_longer_made_is_told(copied: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_text())
    manifest["tables"]["gossip"] = manifest["tables"]["daily"]
    (copied / "manifest.json").write_text(json.dumps(manifest))
    shutil.copy(copied / "daily.parquet", copied / "gossip.parquet")
    done = gresham("reproduce", copied)
    assert (done.exit_code, "gossip: DIFFERENT; this version makes no such table" in done.stdout) == (1, True)


def test_a_scenario_that_this_version_cannot_read_is_exit_code_2(copied: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_text())
    manifest["scenario"]["readers"]["shoes"] = 2
    (copied / "manifest.json").write_text(json.dumps(manifest))
    done = gresham("reproduce", copied)
    assert (done.exit_code, "readers.shoes: unknown parameter" in done.stderr) == (2, True)


def test_a_study_is_reproduced_by_sample_and_by_run(study: Path) -> None:
    done = gresham("reproduce", "hot", "--in", study.parent, "--sample", 2)
    assert done.exit_code == 0, done.output
    assert done.stdout.count("  daily: same") == 2
    key = sorted(path.name for path in (study / "runs").iterdir())[0]
    for name in (key, study / "runs" / key):
        done = gresham("reproduce", name, "--in", study.parent)
        assert (done.exit_code, done.stdout.count("daily: same")) == (0, 1)
    assert gresham("reproduce", study, "--sample", 99).stdout.count("  daily: same") == 4
    assert gresham("reproduce", study, "--sample", 0).exit_code == 2


def test_other_code_is_named_for_runs_of_studies(study: Path, tmp_path: Path) -> None:
    run = next((study / "runs").iterdir())
    copied = Path(shutil.copytree(run, tmp_path / "run"))
    manifest = json.loads((copied / "manifest.json").read_text())
    manifest["key"] = manifest["key"][:-8] + "00000000"
    (copied / "manifest.json").write_text(json.dumps(manifest))
    assert "  made with code 00000000, now " in gresham("reproduce", copied).stdout


def test_a_study_without_runs_has_nothing_to_reproduce(study: Path, tmp_path: Path) -> None:
    shutil.copy(study / "study.json", tmp_path)
    done = gresham("reproduce", tmp_path)
    assert (done.exit_code, "no finished run yet" in done.stderr) == (2, True)


def test_plug_ins_of_a_file_are_found_in_the_base(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from dataclasses import dataclass\n"
        "from sim.plugins.ranking.chronological import Chronological\n\n\n"
        "@dataclass(frozen=True)\nclass Mine(Chronological):\n    pass\n"
    )
    (tmp_path / "mine.yaml").write_text(
        "run: {days: 1}\nreaders: {n: 100}\ncreators: {n: 10}\nplatform: {ranking: 'mine.py:Mine'}\n"
    )
    path = sim.run(tmp_path / "mine.yaml", out=tmp_path / "results", twin=False, progress=False).path
    assert gresham("reproduce", path, "--base", tmp_path).exit_code == 0
    elsewhere = gresham("reproduce", path)
    assert (elsewhere.exit_code, "mine.py" in elsewhere.stderr) == (2, True)


@pytest.mark.parametrize(
    ("then", "now", "difference"),
    [
        ({"a": [1, 2]}, {"a": [1, 3]}, "first at row 1, column a: 2 then, 3 now"),
        ({"a": [1, 2], "b": [1, 1]}, {"a": [1, 3], "b": [2, 1]}, "first at row 0, column b: 1 then, 2 now"),
        ({"a": [1.0, float("nan")]}, {"a": [1.0, float("nan"), 2.0]}, "2 rows then, 3 now"),
        ({"a": [1.0]}, {"a": [float("nan")]}, "first at row 0, column a: 1.0 then, nan now"),
        ({"a": ["x"]}, {"a": ["y"]}, "first at row 0, column a: x then, y now"),
        ({"a": [1], "b": [1]}, {"a": [1], "c": [1]}, "columns no longer there: b; new columns: c"),
        ({"a": [1]}, {"a": [1]}, "the files agree, but not with their manifest"),
    ],
)
def test_first_difference(then: dict[str, list[Any]], now: dict[str, list[Any]], difference: str) -> None:
    assert first_difference(pa.table(then), pa.table(now)) == difference


def test_a_sample_is_spread_over_the_runs() -> None:
    assert sample_runs(list("abcdefg"), 3) == ["a", "d", "g"]
    assert sample_runs(list("ab"), 9) == ["a", "b"]
    assert sample_runs(list("abc"), 1) == ["a"]
