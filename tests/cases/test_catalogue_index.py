"""What the catalogue keeps of runs is never stale, and done without where it cannot be kept."""

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.catalogue import run_index, stored
from sim.catalogue.catalogue import Catalogue
from sim.catalogue.run_index import NAME
from sim.runs.events import FIELDS
from tests.helpers.catalogue_shelf import BASE, put_run, put_study

N = 4


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(run_index, "WORTH_IT", 2)
    monkeypatch.setattr(run_index, "FRESH_NS", -(10**12))  # files of this very moment count as old
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for seed in range(N):
        put_run(tmp_path / "results" / f"r{seed}", seed)
    return tmp_path / "results"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the runs whose manifest and footers are read."""
    names: list[str] = []

    def noted(folder: Path, name: str) -> stored.StoredRun:
        names.append(name)
        return stored.open_run(folder, name)

    monkeypatch.setattr(run_index, "open_run", noted)
    return names


def _answer(shelf: Path) -> list[tuple[int, float]]:
    frame = Catalogue(shelf).query("select seed, max(exposure_quality) q from daily group by seed order by seed")
    return list(zip(frame["seed"], frame["q"].round(3), strict=True))


def _expected(*seeds: int) -> list[tuple[int, float]]:
    return [(seed, pytest.approx(seed + 0.2)) for seed in seeds]


def test_the_second_question_reads_no_footer(shelf: Path, read: list[str]) -> None:
    assert _answer(shelf) == _expected(0, 1, 2, 3)
    assert len(read) == N and (shelf / NAME).is_file()
    frames = [Catalogue(shelf, index=index).runs for index in (True, False)]
    assert len(read) == N
    assert frames[0].equals(frames[1])
    assert [run.parts for run in Catalogue(shelf).listing.stored] == [
        run.parts for run in Catalogue(shelf, index=False).listing.stored
    ]


def test_only_what_changed_is_read_again(shelf: Path, read: list[str]) -> None:
    _answer(shelf)
    shutil.rmtree(shelf / "r1")
    put_run(shelf / "r1", 11)  # another run in the same place
    shutil.rmtree(shelf / "r2")
    put_run(shelf / "r7", 7)
    read.clear()
    assert _answer(shelf) == _expected(0, 3, 7, 11)
    assert sorted(read) == ["r1", "r7"]
    read.clear()
    assert _answer(shelf) == _expected(0, 3, 7, 11)
    assert read == []


def test_a_change_that_keeps_size_and_time_is_seen(shelf: Path) -> None:
    _answer(shelf)
    file = shelf / "r1" / "daily.parquet"
    at = file.stat()
    data = bytearray(file.read_bytes())
    data[-1] ^= 0xFF
    file.write_bytes(data)
    os.utime(file, ns=(at.st_atime_ns, at.st_mtime_ns))
    assert file.stat().st_size == at.st_size
    assert [issue.path for issue in Catalogue(shelf).issues] == ["r1"]


def test_another_file_of_the_same_size_and_time_is_seen(shelf: Path, read: list[str]) -> None:
    _answer(shelf)
    file, other = shelf / "r1" / "manifest.json", shelf.parent / "other.json"
    other.write_bytes(file.read_bytes().replace(b'"name": "town"', b'"name": "hill"', 1))
    at = file.stat()
    os.utime(other, ns=(at.st_atime_ns, at.st_mtime_ns))
    other.replace(file)
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (at.st_size, at.st_mtime_ns)
    read.clear()
    found = Catalogue(shelf).query("select scenario from runs order by run")["scenario"].tolist()
    assert found == ["town", "hill", "town", "town"]
    assert read == ["r1"]


def test_a_day_of_the_log_that_is_gone_or_came_is_seen(shelf: Path, read: list[str]) -> None:
    log = shelf / "r1" / "events"
    log.mkdir()
    for day in (0, 1):
        fields = [(name, kind) for name, kind, _, _ in FIELDS]
        pq.write_table(pa.schema(fields).empty_table(), log / f"day-000{day}.parquet")
    manifest = json.loads((shelf / "r1" / "manifest.json").read_text())
    manifest["tables"]["events"] = {"rows": 0, "sha256": ""}
    (shelf / "r1" / "manifest.json").write_text(json.dumps(manifest))
    _answer(shelf)
    for change in (
        lambda: (log / "day-0001.parquet").unlink(),
        lambda: shutil.copyfile(log / "day-0000.parquet", log / "day-0002.parquet"),
    ):
        change()
        read.clear()
        _answer(shelf)
        assert read == ["r1"]
        read.clear()
        _answer(shelf)
        assert read == []


def test_runs_of_several_scenarios_and_a_study_come_back_as_they_were(shelf: Path, read: list[str]) -> None:
    other = BASE.with_changes({"platform.hot_threshold": 77})
    put_run(shelf / "hill", seed=9, name="hill", scenario=other, more_of_it=1.0)
    put_study(shelf / "likes", [{"size": 1}, {"size": 2}], [100, 200])
    Catalogue(shelf)
    read.clear()
    with_index, without = Catalogue(shelf), Catalogue(shelf, index=False)
    assert read == []
    assert with_index.runs.equals(without.runs)
    assert [run.head for run in with_index.listing.stored] == [run.head for run in without.listing.stored]
    question = "select * from daily order by run, day"
    assert with_index.query(question).equals(without.query(question))


@pytest.mark.parametrize("content", [b"", b"no index", b"0" * 64 + b"\n{}", b"\xff\xfe\n[[["])
def test_a_damaged_index_is_done_without_and_replaced(shelf: Path, read: list[str], content: bytes) -> None:
    _answer(shelf)
    (shelf / NAME).write_bytes(content)
    shutil.rmtree(shelf.parent / "cache", ignore_errors=True)
    read.clear()
    assert _answer(shelf) == _expected(0, 1, 2, 3)
    assert len(read) == N
    read.clear()
    _answer(shelf)
    assert read == []


def test_an_index_of_another_form_is_done_without(shelf: Path, read: list[str]) -> None:
    _answer(shelf)
    _, _, data = (shelf / NAME).read_bytes().partition(b"\n")
    other = json.dumps(json.loads(data) | {"format": 99}).encode()
    (shelf / NAME).write_bytes(run_index.hashlib.sha256(other).hexdigest().encode() + b"\n" + other)
    read.clear()
    assert _answer(shelf) == _expected(0, 1, 2, 3)
    assert len(read) == N


def test_a_folder_that_cannot_be_written_to_has_its_index_in_the_cache(
    shelf: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = run_index._replace
    monkeypatch.setattr(run_index, "_replace", lambda file, data: file.parent != shelf and usual(file, data))
    _answer(shelf)
    assert not (shelf / NAME).exists() and list((shelf.parent / "cache" / "gresham").iterdir())
    read.clear()
    assert _answer(shelf) == _expected(0, 1, 2, 3)
    assert read == []
    monkeypatch.setattr(run_index, "_replace", lambda file, data: False)
    shutil.rmtree(shelf.parent / "cache")
    assert _answer(shelf) == _expected(0, 1, 2, 3)


def test_files_of_this_moment_are_not_trusted_yet(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_index, "FRESH_NS", 10**12)
    _answer(shelf)
    assert not (shelf / NAME).exists()


def test_several_may_ask_at_once(shelf: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: _answer(shelf), range(8)))
    assert found == [_expected(0, 1, 2, 3)] * 8
    assert [entry.name for entry in shelf.iterdir() if entry.name.startswith(".")] == [NAME]


def test_a_moved_folder_is_read_right(shelf: Path) -> None:
    _answer(shelf)
    shelf.rename(shelf.parent / "moved")
    assert _answer(shelf.parent / "moved") == _expected(0, 1, 2, 3)


def test_only_the_views_that_a_question_needs_are_made(shelf: Path) -> None:
    catalogue = Catalogue(shelf)
    assert catalogue.query("select count(*) n from runs")["n"].tolist() == [N]
    assert catalogue._made == set()
    catalogue.query('SELECT count(*) FROM "Daily"')
    assert catalogue._made == {"daily"}
    assert {"daily", "orders", "runs"} <= set(catalogue.query("show tables")["name"])
    assert catalogue.columns["daily"][:3] == ["run", "scenario", "seed"]
    made = catalogue.query("describe daily")["column_name"].tolist()
    assert made == catalogue.columns["daily"]
