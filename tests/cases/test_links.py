"""Runs that were moved to another disk, with a link left in their place, are found as before."""

import os
import shutil
from pathlib import Path

import pytest

from sim.catalogue.catalogue import Catalogue
from sim.catalogue.resolve import resolved
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
    with resolved("r2", shelf) as found:
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


def test_a_link_to_nothing_is_named(shelf: Path) -> None:
    (shelf / "gone").symlink_to("../unplugged/gone")
    assert [str(issue) for issue in Catalogue(shelf).issues] == [
        "gone: is a link to ../unplugged/gone, and nothing is there"
    ]
    assert len(Catalogue(shelf).runs) == 3
