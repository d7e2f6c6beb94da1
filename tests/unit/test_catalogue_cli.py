"""query, ls and show on the command line: what is printed where, exit codes, names that are not quite right."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import rich.console
from typer.testing import CliRunner

from sim.catalogue.catalogue import Catalogue
from sim.catalogue.figures import mean_at_end
from sim.catalogue.frames import frame_lines, frame_table
from sim.cli import app
from tests.helpers.catalogue_shelf import BASE, DAYS, put_run, put_study


def gresham(*words: Any) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shelf")
    put_run(root / "town-1-0a", seed=1)
    other = BASE.with_changes({"platform.hot_threshold": 77})
    put_run(root / "town-2-0b", seed=2, name="other town", scenario=other)
    put_study(root / "likes", [{"size": 1}, {"size": 2}, {"size": 3}], [100, 200, 666])
    return root


def test_query_prints_a_table_csv_or_json(shelf: Path, tmp_path: Path) -> None:
    sql = 'select seed, 1.5 as x, scenario as "a,b" from runs where study is null order by seed'
    table = gresham("query", sql, "--in", shelf)
    assert table.exit_code == 0, table.stderr
    assert [line.split() for line in table.stdout.splitlines()] == [
        ["seed", "x", "a,b"], ["1", "1.5", "town"], ["2", "1.5", "other", "town"],
    ]  # fmt: skip
    expected = 'seed,x,"a,b"\n1,1.5,town\n2,1.5,other town\n'
    assert gresham("query", sql, "--in", shelf, "--csv", "-").stdout == expected
    assert gresham("query", sql, "--in", shelf, "--format", "csv").stdout == expected
    done = gresham("query", sql, "--in", shelf, "--csv", tmp_path / "x.csv")
    assert (done.stdout, done.stderr) == ("", f"2 rows in {tmp_path / 'x.csv'}\n")
    assert (tmp_path / "x.csv").read_text() == expected
    rows = json.loads(gresham("query", sql, "--in", shelf, "--format", "json").stdout)
    assert rows[1] == {"seed": 2, "x": 1.5, "a,b": "other town"}


def test_missing_values_are_empty(shelf: Path) -> None:
    sql = "select study, size, max(day) as last from daily group by all order by all limit 4"
    printed = gresham("query", sql, "--in", shelf, "--csv", "-").stdout
    assert pd.read_csv(io.StringIO(printed))["size"].tolist()[:2] == [1, 2]
    assert "nan" not in gresham("query", sql, "--in", shelf).stdout.lower()
    assert json.loads(gresham("query", sql, "--in", shelf, "--format", "json").stdout)[-1]["study"] is None


SQL_LONG = "select * from range(100) r(number), runs order by number"


def test_a_table_is_cut_to_the_terminal(shelf: Path) -> None:
    terminal, screen = os.openpty()
    command = [sys.executable, "-m", "sim", "query", SQL_LONG, "--in", str(shelf)]
    env = {**os.environ, "COLUMNS": "60", "TERM": "xterm"}
    with subprocess.Popen(command, stdout=screen, stderr=subprocess.PIPE, env=env) as process:
        os.close(screen)
        cut = "".join(_lines(terminal))
        told = process.stderr.read().decode() if process.stderr else ""
    assert process.returncode == 0, told
    lines = re.sub(r"\x1b\[[0-9;]*m", "", cut).splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 60
    assert len(lines) == 61
    assert "more rows and" in told
    assert "--csv FILE" in told


def _lines(terminal: int) -> Iterator[str]:
    """What comes out of a pseudo-terminal until its other side is closed, which Linux tells by an error."""
    with contextlib.suppress(OSError):
        while block := os.read(terminal, 65536):
            yield block.decode()
    os.close(terminal)


def test_nothing_is_lost_in_a_pipe(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    whole = gresham("query", SQL_LONG, "--in", shelf)
    assert len(whole.stdout.splitlines()) == 801
    assert whole.stderr == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["select * from dialy"], "did you mean 'daily'?"),
        (["selec"], "syntax error"),
        (["drop table runs"], "only questions"),
        (["select 1", "--format", "xml"], "--format xml: must be table, csv or json"),
        (["select 1", "--in", "nowhere"], "nowhere: there is no such folder"),
        ([], "Missing argument"),
    ],
)
def test_a_bad_question_is_exit_code_2(shelf: Path, words: list[str], said: str) -> None:
    place = [] if "--in" in words else ["--in", shelf]
    done = gresham("query", *words, *place)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_file_that_cannot_be_written_is_exit_code_2(shelf: Path, tmp_path: Path) -> None:
    done = gresham("query", "select 1", "--in", shelf, "--csv", tmp_path)
    assert (done.exit_code, "is a folder, not a file to write" in done.stderr) == (2, True)


def test_ls_lists_runs_and_studies_one_line_each(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    done = gresham("ls", "--in", shelf)
    lines = done.stdout.splitlines()
    assert done.exit_code == 0, done.stderr
    assert lines[0].split() == ["run", "quality", "manipulating", "seed", "days", "when", "size", "scenario"]
    assert lines[1].split()[:5] == ["town-1-0a", "1.100", "50%", "1", str(DAYS)]
    assert lines[2].split()[-2:] == ["other", "town"]
    assert lines[3].split()[:10] == ["likes/", "1.100-2.100", "50%", "4", "of", "6", "runs,", "2", "failed", str(DAYS)]
    assert len(lines) == 4


def test_ls_takes_the_mean_of_the_last_14_days(tmp_path: Path) -> None:
    long = BASE.with_changes({"run.days": 20})
    put_run(tmp_path / "long", seed=0, scenario=long, days=20)  # quality is a tenth of the day
    line = gresham("ls", "--in", tmp_path).stdout.splitlines()[1].split()
    assert line[:2] == ["long", f"{sum(range(6, 20)) / 14 / 10:.3f}"]
    assert mean_at_end(Catalogue(tmp_path))["exposure_quality"].tolist() == pytest.approx([1.25])
    assert "the last 14 days" in gresham("show", "long", "--in", tmp_path).stdout
    assert "last 14 days" in " ".join(gresham("ls", "--help").stdout.split())


def test_lines_for_a_pipe_are_those_of_the_table_in_a_terminal() -> None:
    frame = pd.DataFrame(
        {"name": ["a", "[b]\nc", "点赞"], "n": [1, 22, 333], "x": [0.5, None, 1e9], "last": ["", "y", None]}
    )
    table, left_out = frame_table(frame, None, None)
    out = io.StringIO()
    rich.console.Console(file=out, width=200, markup=False).print(table)
    assert [line.rstrip() for line in out.getvalue().splitlines()] == frame_lines(frame)
    assert left_out == ""


def test_ls_of_nothing_says_how_to_begin(tmp_path: Path) -> None:
    done = gresham("ls", "--in", tmp_path)
    assert (done.exit_code, "gresham run" in done.stdout) == (0, True)
    assert gresham("ls", "--in", tmp_path / "nowhere").exit_code == 2


def test_what_is_skipped_is_told_ten_times_and_counted(tmp_path: Path) -> None:
    put_run(tmp_path / "sound")
    for i in range(13):
        (tmp_path / f"broken-{i:02d}").mkdir()
        (tmp_path / f"broken-{i:02d}" / "manifest.json").write_text("{")
    for words in (["ls"], ["query", "select count(*) as n from runs"]):
        done = gresham(*words, "--in", tmp_path)
        lines = done.stderr.splitlines()
        assert done.exit_code == 0
        assert lines[0] == "skipped broken-00: its manifest.json is damaged: it is not JSON"
        assert (len(lines), lines[-1]) == (11, "and 3 more skipped")
        assert "1" in done.stdout.splitlines()[1]


def test_what_only_reading_finds_out_is_told_too(tmp_path: Path) -> None:
    from tests.unit.test_catalogue_spoilt import spoil_pages

    put_run(tmp_path / "sound")
    spoil_pages(put_run(tmp_path / "spoilt", seed=5) / "daily.parquet")
    done = gresham("query", "select sum(exposure_quality) as q from daily", "--in", tmp_path)
    assert done.stdout.split() == ["q", "3.3"]
    assert done.stderr.splitlines() == [
        "skipped spoilt: table daily is not the one its manifest.json speaks of (digests differ)"
    ]
    assert "skipped spoilt" in gresham("ls", "--in", tmp_path, "--verify").stderr


def test_show_a_run(shelf: Path) -> None:
    for name in ("town-2-0b", "town-2", "2-0b", shelf / "town-2-0b", "town-2-0b/"):
        done = gresham("show", name, "--in", shelf)
        assert done.exit_code == 0, done.stderr
        words = " ".join(done.stdout.split())
        assert "other town, seed 2, 3 days" in words
        assert "platform.hot_threshold 77.0 1.0" in words
        assert "readers.n 100 20000" in words
        assert f"daily {DAYS}" in words
        assert "Quality shown 2.10" in words
        assert "gresham 0." in words


def test_show_a_study(shelf: Path) -> None:
    for name in ("likes", "lik", shelf / "likes"):
        done = gresham("show", name, "--in", shelf)
        assert done.exit_code == 0, done.stderr
        assert "4 of 6 runs: 3 points x 2 seeds; tables daily" in done.stdout
        assert done.stdout.count("failed: ValueError: the beast") == 2
        assert "gresham run" in done.stdout
        rows = [line.split() for line in done.stdout.splitlines()[-3:]]
        assert rows == [["0", "1", "2", "0", "1.6", "0.5"], ["1", "2", "2", "0", "1.6", "0.5"], ["2", "3", "0", "2"]]
    assert gresham("show", "likes/runs/", "--in", shelf).exit_code == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("town", "'town' may be any of:\n  town-1-0a\n  town-2-0b"),
        ("twon-1-0a", "there is no run or study 'twon-1-0a'"),
        ("twon-1-0a", "nearest: town-1-0a"),
        ("xyz", "gresham ls lists what is there"),
    ],
)
def test_a_name_that_is_not_one_run_is_exit_code_2(shelf: Path, name: str, said: str) -> None:
    for command in ("show", "reproduce"):
        done = gresham(command, name, "--in", shelf)
        assert (done.exit_code, done.stdout) == (2, "")
        assert said in done.stderr


def test_a_spoilt_run_is_shown_with_its_reason(tmp_path: Path) -> None:
    put_run(tmp_path / "sound")
    (put_run(tmp_path / "spoilt") / "daily.parquet").write_bytes(b"")
    for name in ("spoilt", tmp_path / "spoilt"):
        done = gresham("show", name, "--in", tmp_path)
        assert (done.exit_code, "daily.parquet is damaged" in done.stderr) == (2, True)
    assert gresham("show", "x", "--in", tmp_path / "nowhere").exit_code == 2
