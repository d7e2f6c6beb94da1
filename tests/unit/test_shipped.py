"""Scenarios and studies that ship are found by bare name; a file at the same path wins."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim import Study
from sim.cli import app
from sim.core.errors import ScenarioError
from sim.scenario import Scenario
from sim.scenario.shipped import SUBFOLDERS, copy_shipped, locate_file, shipped_files, shipped_folder

ROOT = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_file_of_the_folder_ships_under_a_name_of_its_own() -> None:
    files = [file for file in ROOT.rglob("*.yaml") if file.parent.name != "evidence"]
    assert shipped_folder() == ROOT
    assert sorted(shipped_files().values()) == sorted(files)
    assert {str(file.parent.relative_to(ROOT)) for file in files} <= {name or "." for name in SUBFOLDERS}


def test_a_name_means_what_ships() -> None:
    assert Scenario.load("baseline") == Scenario.load(ROOT / "baseline.yaml")
    assert Scenario.load("baseline").name == "baseline"
    assert Study.load("price_by_anxiety").plan().as_json() == (
        Study.load(ROOT / "studies" / "price_by_anxiety.yaml").plan().as_json()
    )


def test_a_file_at_the_same_path_wins(folder: Path) -> None:
    (folder / "baseline").write_text("readers: {n: 7770}\n")
    assert Scenario.load("baseline").readers.n == 7770
    assert locate_file("baseline.yaml") == Path("baseline.yaml"), "a path is never the name of what ships"
    (folder / "rules_2022").mkdir()
    assert Scenario.load("rules_2022") == Scenario.load(ROOT / "rules_2022.yaml")


def test_files_extend_and_studies_use_what_ships_by_name(folder: Path) -> None:
    (folder / "mine.yaml").write_text("extends: rules_2022\nreaders: {n: 7000}\n")
    expected = Scenario.load(ROOT / "rules_2022.yaml").with_changes({"readers.n": 7000})
    assert Scenario.load("mine.yaml").digest() == expected.digest()
    (folder / "study.yaml").write_text(
        "base: baseline\noutcomes: [exposure_quality]\ndesign: grid\n"
        "factors:\n  policy: {scenarios: {now: baseline, then: rules_2022}}\n"
    )
    points = Study.load("study.yaml").plan().points
    assert [point.scenario.platform == Scenario.load(name).platform for point, name in zip(
        points, ("baseline", "rules_2022"), strict=True
    )] == [True, True]  # fmt: skip


def test_an_unknown_name_is_told_the_nearest(folder: Path) -> None:
    with pytest.raises(ScenarioError, match=r"^basline: no such file, and no .* ships; did you mean 'baseline'\?$"):
        Scenario.load("basline")
    with pytest.raises(ScenarioError, match=r"basline\.yaml: no such file; did you mean 'baseline'\?"):
        Scenario.load("basline.yaml")
    (folder / "mine.yaml").write_text("extends: rules_2020\n")
    with pytest.raises(ScenarioError, match=r"mine\.yaml:1: extends: .*: rules_2020; did you mean 'rules_2022'\?"):
        Scenario.load("mine.yaml")
    with pytest.raises(ScenarioError, match="is a study, not a scenario"):
        Scenario.load("price_by_anxiety")
    (folder / "study.yaml").write_text(
        "base: basline\noutcomes: [exposure_quality]\ndesign: grid\nfactors:\n  x: {path: readers.n, values: [100]}\n"
    )
    with pytest.raises(ScenarioError, match=r"study\.yaml:1: base: .*: basline; did you mean 'baseline'\?"):
        Study.load("study.yaml")


def test_the_command_lists_and_copies_what_ships(folder: Path) -> None:
    def gresham(*words: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(app, ["scenarios", *words])
        return done.exit_code, done.stdout, done.stderr

    code, listed, _ = gresham()
    assert code == 0 and set(shipped_files()) <= set(listed.split())
    assert gresham("--copy", "mine")[0] == 0
    copied = sorted((folder / "mine").rglob("*.yaml"))
    assert [file.relative_to(folder / "mine") for file in copied] == sorted(
        file.relative_to(ROOT) for file in ROOT.rglob("*.yaml") if file.parent.name != "evidence"
    )
    assert Study.load("mine/studies/price_by_anxiety.yaml").base == Study.load("price_by_anxiety").base
    (folder / "mine" / "baseline.yaml").write_text("readers: {n: 7770}\n")
    (folder / "mine" / "rules_2022.yaml").unlink()
    code, told, error = gresham("--copy", "mine")
    assert (code, told) == (2, "") and "already exists; --overwrite replaces it" in error
    assert not (folder / "mine" / "rules_2022.yaml").exists(), "refused as a whole"
    assert gresham("--copy", "mine", "--overwrite")[0] == 0
    assert (folder / "mine" / "baseline.yaml").read_bytes() == (ROOT / "baseline.yaml").read_bytes()


def test_copying_returns_the_new_files(folder: Path) -> None:
    assert sorted(copy_shipped(folder / "out")) == sorted((folder / "out").rglob("*.yaml"))
