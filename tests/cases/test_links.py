"""Runs that were moved to another disk, with a link left in their place, are found as before."""

import os
import shutil
from pathlib import Path

import pytest

import sim
from sim.catalogue.catalogue import Catalogue
from sim.catalogue.resolve import resolve_name
from sim.core.errors import RunError
from sim.runs.run import folder_name
from sim.scenario import Scenario
from tests.helpers.catalogue_shelf import put_run, put_study


def _move(folder: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(folder, to)
    folder.symlink_to(os.path.relpath(to, folder.parent))


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    for seed in (1, 2, 3):
        put_run(tmp_path / "results" / f"r{seed}", seed)
    return tmp_path / "results"


def _seeds(shelf: Path) -> list[int]:
    catalogue = Catalogue(shelf)
    assert catalogue.issues == []
    return sorted(catalogue.query("select distinct seed from daily")["seed"])


@pytest.mark.parametrize("what", ["r2", "r2/daily.parquet"])
def test_a_linked_run_and_a_linked_file_are_read(shelf: Path, what: str) -> None:
    _move(shelf / what, shelf.parent / "big [disk]" / Path(what).name)
    assert _seeds(shelf) == [1, 2, 3]
    with resolve_name("r2", shelf) as found:
        assert found.name == "r2"


def test_a_linked_folder_of_runs_and_a_linked_root_are_read(shelf: Path) -> None:
    put_run(shelf / "older" / "r4", 4)
    _move(shelf / "older", shelf.parent / "scratch")
    assert _seeds(shelf) == [1, 2, 3, 4]
    (shelf.parent / "linked").symlink_to(shelf)
    assert _seeds(shelf.parent / "linked") == [1, 2, 3, 4]


def test_a_link_to_a_link_outside_is_followed(shelf: Path) -> None:
    _move(shelf / "r1", shelf.parent / "a" / "r1")
    _move(shelf.parent / "a" / "r1", shelf.parent / "b" / "r1")
    assert _seeds(shelf) == [1, 2, 3]


def test_a_linked_run_of_a_study_is_read(tmp_path: Path) -> None:
    put_study(tmp_path / "results" / "s", [{"x": 1}, {"x": 2}], [100, 200], seeds=(1,))
    runs = tmp_path / "results" / "s" / "runs"
    one, other = sorted(runs.iterdir())
    _move(one, tmp_path / "big" / one.name)
    _move(other / "daily.parquet", tmp_path / "big" / "daily.parquet")
    catalogue = Catalogue(tmp_path / "results")
    assert catalogue.issues == []
    assert list(catalogue.query("select x from daily group by x order by x")["x"]) == [1, 2]


def test_links_in_a_circle_end(shelf: Path) -> None:
    (shelf / "around").symlink_to(".")
    (shelf / "r1" / "up").symlink_to("..")
    (shelf / "nowhere").symlink_to("nowhere")
    catalogue = Catalogue(shelf)
    assert sorted(catalogue.query("select distinct seed from daily")["seed"]) == [1, 2, 3]
    assert [issue.path for issue in catalogue.issues] == ["nowhere"]


@pytest.mark.parametrize("gone", [False, True], ids=["moved", "unplugged"])
@pytest.mark.parametrize("exchanges", [False, True], ids=["rename", "exchange"])
def test_a_run_that_was_moved_is_made_again_and_stays_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: bool, exchanges: bool
) -> None:
    if not exchanges:
        monkeypatch.setattr("sim.runs.folder._exchange", lambda *_: False)
    world = Scenario().with_changes({"readers.n": 300, "creators.n": 20, "run.days": 1})

    def run() -> Path | None:
        return sim.run(world, out=tmp_path / "results", twin=False, progress=False, threads=1).path

    final = run()
    assert final is not None
    _move(final, tmp_path / "big" / final.name)
    if gone:
        shutil.rmtree(tmp_path / "big")
    assert run() == final and final.is_dir() and not final.is_symlink()
    assert [path.name for path in (tmp_path / "results").iterdir()] == [final.name]
    assert gone or (tmp_path / "big" / final.name / "daily.parquet").is_file()


def test_a_file_in_the_place_of_a_run_is_left_alone(tmp_path: Path) -> None:
    world = Scenario().with_changes({"readers.n": 300, "creators.n": 20, "run.days": 1})
    (tmp_path / folder_name(world)).write_text("mine")
    with pytest.raises(RunError, match="is in the way"):
        sim.run(world, out=tmp_path, twin=False, progress=False, threads=1)
    assert (tmp_path / folder_name(world)).read_text() == "mine"


def test_a_link_to_nothing_is_named(shelf: Path) -> None:
    (shelf / "gone").symlink_to("../unplugged/gone")
    assert [str(issue) for issue in Catalogue(shelf).issues] == [
        "gone: is a link to ../unplugged/gone, and nothing is there"
    ]
    assert len(Catalogue(shelf).runs) == 3
