"""A results folder with something half-written, corrupt or foreign in it: named, skipped, the rest answered for."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.catalogue import Catalogue
from sim.runs.lock import try_lock
from tests.helpers.catalogue_shelf import DAYS, put_run, put_study

SOUND = "select run, avg(exposure_quality) from daily where run like 'good%' group by run order by run"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sound runs, to be copied."""
    root = tmp_path_factory.mktemp("good")
    put_run(root / "good-1", seed=1)
    put_run(root / "good-2", seed=2)
    return root


@pytest.fixture
def shelf(good: Path, tmp_path: Path) -> Path:
    """Two sound runs, and one to be spoilt."""
    shutil.copytree(good, tmp_path / "shelf")
    put_run(tmp_path / "shelf" / "victim", seed=9)
    return tmp_path / "shelf"


def told(catalogue: Catalogue) -> dict[str, str]:
    return {issue.path: issue.reason for issue in catalogue.issues}


def answers(catalogue: Catalogue) -> list[tuple[str, float]]:
    return [(run, round(quality, 9)) for run, quality in catalogue.query(SOUND).itertuples(index=False)]


REST = [("good-1", 1.1), ("good-2", 2.1)]


def cut(file: Path, keep: float = 0.5) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * keep)])


def edit(folder: Path, change: Callable[[dict], object]) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def table(folder: Path, **columns: list) -> None:
    pq.write_table(pa.table(columns), folder / "daily.parquet")


def daily_of(folder: Path) -> pa.Table:
    return pq.ParquetFile(folder / "daily.parquet").read()


def rename_column(folder: Path) -> None:
    found = daily_of(folder)
    pq.write_table(found.rename_columns(["tag", *found.column_names[1:]]), folder / "daily.parquet")


def retype_day(folder: Path) -> None:
    found = daily_of(folder)
    pq.write_table(found.set_column(0, "day", found["day"].cast(pa.string())), folder / "daily.parquet")


def add_text(folder: Path) -> None:
    found = daily_of(folder)
    pq.write_table(found.append_column("note", pa.array(["x"] * DAYS)), folder / "daily.parquet")


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "truncated table": (lambda f: cut(f / "daily.parquet"), "daily.parquet is damaged: it cannot be read as Parquet"),
    "empty table": (lambda f: (f / "daily.parquet").write_bytes(b""), "daily.parquet is damaged"),
    "table gone": (lambda f: (f / "orders.parquet").unlink(), "orders.parquet is gone"),
    "a folder for a table": (
        lambda f: ((f / "daily.parquet").unlink(), (f / "daily.parquet").mkdir()),
        "daily.parquet",
    ),
    "text for a table": (lambda f: (f / "daily.parquet").write_text("day,x\n1,2\n"), "daily.parquet is damaged"),
    "no manifest, tables there": (lambda f: (f / "manifest.json").unlink(), "2 Parquet files that belong to no run"),
    "manifest cut": (lambda f: cut(f / "manifest.json"), "its manifest.json is damaged: it is not JSON"),
    "manifest empty": (lambda f: (f / "manifest.json").write_bytes(b""), "is not JSON"),
    "manifest binary": (lambda f: (f / "manifest.json").write_bytes(b"\xff\xfe\x00"), "is not JSON"),
    "manifest nested": (lambda f: (f / "manifest.json").write_text("[" * 100_000), "is not JSON"),
    "manifest a folder": (
        lambda f: ((f / "manifest.json").unlink(), (f / "manifest.json").mkdir()),
        "its manifest.json cannot be read: Is a directory",
    ),
    "foreign manifest": (
        lambda f: (f / "manifest.json").write_text('{"name": "app", "version": 1}'),
        "its manifest.json is another program's",
    ),
    "manifest a list": (lambda f: (f / "manifest.json").write_text("[1, 2]"), "another program's"),
    "newer format": (
        lambda f: edit(f, lambda m: m.update(format=2)),
        "its manifest.json has format 2, and this version reads 1",
    ),
    "seed as text": (lambda f: edit(f, lambda m: m.update(seed="7")), "its manifest.json is damaged"),
    "another seed": (lambda f: edit(f, lambda m: m.update(seed=7)), "its manifest.json is damaged"),
    "another length": (lambda f: edit(f, lambda m: m.update(days=7)), "its manifest.json is damaged"),
    "tables as a list": (lambda f: edit(f, lambda m: m.update(tables=[])), "its manifest.json is damaged"),
    "tables without rows": (lambda f: edit(f, lambda m: m["tables"].update(daily={})), "its manifest.json is damaged"),
    "a table outside": (
        lambda f: edit(f, lambda m: m["tables"].update({"../x": {"rows": 1, "sha256": ""}})),
        "its manifest.json is damaged",
    ),
    "other rows": (
        lambda f: edit(f, lambda m: m["tables"]["daily"].update(rows=99)),
        f"daily.parquet has {DAYS} rows, and its manifest.json says 99",
    ),
    "foreign table": (lambda f: table(f, sepal=[1.0] * DAYS), "it has no column day"),
    "text in it": (add_text, "column note is string, and this table has no such column"),
    "days as text": (retype_day, "column day is string, not int64"),
    "column renamed": (rename_column, "it has no column day"),
}  # fmt: skip


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_run_is_named_and_skipped(how: str, shelf: Path) -> None:
    spoil, reason = SPOILT[how]
    spoil(shelf / "victim")
    catalogue = Catalogue(shelf)
    assert list(told(catalogue)) == ["victim"]
    assert reason in told(catalogue)["victim"]
    assert len(told(catalogue)["victim"].splitlines()) == 1
    assert answers(catalogue) == REST
    assert list(catalogue.runs["run"]) == ["good-1", "good-2"]


def test_orders_of_another_program_are_found_out(shelf: Path) -> None:
    pq.write_table(pa.table({"weight": [2.5]}), shelf / "victim" / "orders.parquet")
    assert "it has no column day" in told(Catalogue(shelf))["victim"]


def change_a_cell(folder: Path) -> None:
    found = daily_of(folder)
    changed = pa.array([9.0, 9.25, 9.25])
    pq.write_table(found.set_column(1, found.schema.field(1), changed), folder / "daily.parquet")


def test_a_changed_cell_is_found_when_asked_to_verify(shelf: Path) -> None:
    change_a_cell(shelf / "victim")
    assert Catalogue(shelf).issues == []
    catalogue = Catalogue(shelf, verify=True)
    assert told(catalogue) == {"victim": "table daily is not the one its manifest.json speaks of (digests differ)"}
    assert answers(catalogue) == REST


def spoil_pages(file: Path) -> None:
    """Damage the cells and leave the footer whole."""
    data = bytearray(file.read_bytes())
    at = pq.read_metadata(file).row_group(0).column(1)
    start = min(x for x in (at.data_page_offset, at.dictionary_page_offset) if x)
    data[start : start + at.total_compressed_size] = b"\xff" * at.total_compressed_size
    file.write_bytes(bytes(data))


@pytest.mark.parametrize("verified", [False, True])
def test_damage_below_the_footer_is_found_when_read(shelf: Path, verified: bool) -> None:
    spoil_pages(shelf / "victim" / "daily.parquet")
    catalogue = Catalogue(shelf, verify=verified)
    assert catalogue.query("select count(distinct run) n, sum(exposure_quality) from daily")["n"][0] == 2
    assert "digests differ" in told(catalogue)["victim"]
    assert answers(catalogue) == REST


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: shutil.rmtree(f),
        lambda f: (f / "daily.parquet").unlink(),
        lambda f: cut(f / "daily.parquet"),
        lambda f: (f / "daily.parquet").write_bytes(b""),
    ],
)
def test_what_goes_between_opening_and_asking_is_skipped(shelf: Path, spoil: Callable[[Path], object]) -> None:
    catalogue = Catalogue(shelf)
    assert len(catalogue.query("select distinct run from daily")) == 3
    spoil(shelf / "victim")
    assert len(catalogue.query("select distinct run, exposure_quality from daily")) == 2 * DAYS
    assert list(catalogue.runs["run"]) == ["good-1", "good-2"]
    assert answers(catalogue) == REST
    assert len(catalogue.query("select distinct run from parameters")) == 2


def test_all_of_it_gone_is_said(shelf: Path) -> None:
    catalogue = Catalogue(shelf)
    assert catalogue.tables
    for folder in list(shelf.iterdir()):
        shutil.rmtree(folder)
    with pytest.raises(Exception, match="daily does not exist"):
        catalogue.query("select * from daily")
    assert len(catalogue.query("select * from runs")) == 0


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Nothing is unreadable to root: whoever tests as root is somebody else meanwhile."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.parametrize("what", ["victim", "victim/manifest.json", "victim/daily.parquet"])
def test_what_may_not_be_read_is_skipped(shelf: Path, what: str) -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others
        shutil.copytree(shelf, Path(folder) / "shelf")
        for each in (Path(folder), Path(folder) / "shelf"):
            each.chmod(0o755)
        kept_out = Path(folder) / "shelf" / what
        kept_out.chmod(0)
        with ordinary_user():
            catalogue = Catalogue(Path(folder) / "shelf")
            assert "cannot be read: Permission denied" in told(catalogue)["victim"]
            assert answers(catalogue) == REST
        kept_out.chmod(0o700)


def test_refusals_of_the_disk_are_said(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if "victim" in path.parts:
            raise PermissionError(13, "Permission denied")
        return usual(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    catalogue = Catalogue(shelf)
    assert told(catalogue) == {"victim": "its manifest.json cannot be read: Permission denied"}
    assert answers(catalogue) == REST


def test_runs_under_way_or_broken_off_are_told_apart(shelf: Path) -> None:
    for name, files in {"a": ("lock",), "b": ("checkpoint.pickle", "lock"), "c": ("run.json",)}.items():
        folder = shelf / f".partial-{name}-1-ab-0123"
        folder.mkdir()
        for file in files:
            (folder / file).touch()
    (shelf / ".old-x-1-ab").mkdir()
    (shelf / ".git").mkdir()
    table(shelf / ".git", x=[1])
    lock = try_lock(shelf / ".partial-a-1-ab-0123")
    assert lock is not None
    try:
        catalogue = Catalogue(shelf)
    finally:
        lock.release()
    assert told(catalogue) == {
        ".partial-a-1-ab-0123": "is being run",
        ".partial-b-1-ab-0123": f"was interrupted; go on with: gresham resume {shelf / 'b-1-ab'}",
        ".partial-c-1-ab-0123": "was interrupted and cannot be resumed",
        ".old-x-1-ab": "left over from a replacement that was interrupted; the next run of that name clears up",
    }
    assert answers(catalogue) == REST


def test_loose_tables_are_named_and_other_files_are_not(shelf: Path) -> None:
    (shelf / "notes").mkdir()
    (shelf / "notes" / "bench.json").write_text("{}")
    (shelf / "theirs").mkdir()
    table(shelf / "theirs", x=[1])
    assert told(Catalogue(shelf)) == {"theirs": "1 Parquet file that belongs to no run (there is no manifest.json)"}


def test_a_study_with_spoilt_runs_answers_for_the_rest(tmp_path: Path) -> None:
    put_study(tmp_path / "s", [{"x": 1}, {"x": 2}, {"x": 3}], [100, 200, 300], seeds=(1,))
    keys = [path.name for path in sorted((tmp_path / "s" / "runs").iterdir())]
    runs = tmp_path / "s" / "runs"
    (runs / keys[0] / "manifest.json").unlink()
    cut(runs / keys[1] / "daily.parquet")
    shutil.copytree(runs / keys[2], runs / "0123456789-1-00000000")
    (runs / "foreign").mkdir()
    catalogue = Catalogue(tmp_path)
    assert told(catalogue) == {
        f"s/runs/{keys[0]}": "unfinished: there is no manifest.json",
        f"s/runs/{keys[1]}": "daily.parquet is damaged: it cannot be read as Parquet",
        "s/runs": "2 runs of other code, or that the study no longer asks for",
    }
    assert sorted(catalogue.runs["status"]) == ["finished", "missing", "missing"]
    assert list(catalogue.query("select distinct run from daily")["run"]) == [f"s/runs/{keys[2]}"]


def test_a_run_in_the_place_of_another_is_found_out(tmp_path: Path) -> None:
    put_study(tmp_path / "s", [{"x": 1}, {"x": 2}], [100, 200], seeds=(1,))
    a, b = sorted((tmp_path / "s" / "runs").iterdir())
    shutil.rmtree(a)
    shutil.copytree(b, a)
    assert told(Catalogue(tmp_path)) == {f"s/runs/{a.name}": "its manifest.json is another run's"}


def misname(folder: Path, to: bytes) -> None:
    """Damage a column's name in the file's footer, where Arrow keeps it once and Parquet twice."""
    data = (folder / "daily.parquet").read_bytes()
    at = data.index(b"exposure_quality")
    (folder / "daily.parquet").write_bytes(data[:at] + to + data[at + len(to) :])


@pytest.mark.parametrize("to", [b"exposube", b"\xd8\xff"])
def test_a_damaged_name_of_a_column_is_found_out(shelf: Path, to: bytes) -> None:
    misname(shelf / "victim", to)
    catalogue = Catalogue(shelf)
    assert answers(catalogue) == REST
    assert told(catalogue) == {"victim": "daily.parquet is damaged: it cannot be read as Parquet"}


def test_a_file_that_only_the_database_minds_is_skipped(shelf: Path) -> None:
    catalogue = Catalogue(shelf)
    spoil_pages(shelf / "victim" / "daily.parquet")
    connection, _ = catalogue._open
    from sim.catalogue.listing import exclude_runs
    from sim.catalogue.views import unreadable

    minded = unreadable(connection, catalogue.listing)
    assert list(minded) == ["victim"]
    assert minded["victim"].startswith("daily.parquet is damaged: ")
    left = exclude_runs(catalogue.listing, minded)
    assert [run.name for run in left.stored] == ["good-1", "good-2"]
    assert [issue.path for issue in left.issues] == ["victim"]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("{", "its study.json is damaged: it is not JSON"),
        ('{"study": "of cells"}', "its study.json is another program's"),
        ("[]", "its study.json is another program's"),
        (
            '{"name": "s", "points": [1], "seeds": [1], "factors": [], "keep": [], "code": "x"}',
            "its study.json is damaged: its points cannot be read",
        ),
    ],
)
def test_a_spoilt_record_of_a_study_hides_nothing_else(shelf: Path, record: str, reason: str) -> None:
    (shelf / "s").mkdir()
    (shelf / "s" / "study.json").write_text(record)
    catalogue = Catalogue(shelf)
    assert told(catalogue) == {"s": reason}
    assert answers(catalogue) == REST
    (shelf / "study.json").write_text(record)
    if "points" not in reason:  # nor does one at the top hide the runs below it
        assert answers(Catalogue(shelf)) == REST


def test_a_failure_whose_record_is_spoilt_still_counts(tmp_path: Path) -> None:
    put_study(tmp_path / "s", [{"x": 1}, {"x": 2}], [100, 666], seeds=(1,))
    (file,) = (tmp_path / "s" / "failed").glob("*.json")
    file.write_text("{")
    assert sorted(Catalogue(tmp_path).runs["status"]) == ["failed", "finished"]


@settings(max_examples=40)
@given(data=st.data())
def test_no_damage_to_one_run_keeps_the_others_from_answering(good: Path, data: st.DataObject) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as aside, warnings.catch_warnings():
        shelf = Path(aside) / "shelf"
        shutil.copytree(good, shelf)
        shutil.copytree(good / "good-1", shelf / "victim")
        file = shelf / "victim" / data.draw(st.sampled_from(["manifest.json", "daily.parquet", "orders.parquet"]))
        content = bytearray(file.read_bytes())
        at = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            file.write_bytes(bytes(content[:at]))
        else:
            content[at] ^= data.draw(st.integers(1, 255))
            file.write_bytes(bytes(content))
        catalogue = Catalogue(shelf)
        assert answers(catalogue) == REST
        catalogue.query("select * from daily")
        catalogue.query("select * from orders")
        assert len(catalogue.query("select distinct run from parameters where run like 'good%'")) == 2
