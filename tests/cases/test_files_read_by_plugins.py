"""A file that a plug-in reads only while a run goes on is part of what the result is known by."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.catalogue.reproduce import run_again
from sim.catalogue.resolve import resolve_name
from sim.core.errors import RunError
from sim.engine.model import EngagementModel
from sim.plugins.data_files import ABSENT
from sim.runs.storage import Place
from sim.scenario import Scenario
from sim.studies.failures import RunsFailedWarning

WORLD = "run: {days: 2}\nreaders: {n: 300}\ncreators: {n: 20}\n"
RULE = """
from dataclasses import dataclass
from pathlib import Path
from sim.plugins.ranking import RankingPolicy

HERE = Path(__file__).parent

def sign():
    READ

@dataclass(frozen=True)
class Leaning(RankingPolicy):
    def score(self, posts, cell, clock):
        return posts.reads * float(sign())
"""
READERS = {
    "text": ("d.txt", "return (HERE / 'd.txt').read_text()"),
    "json": (
        "d.json",
        "import json; file = open(HERE / 'd.json'); value = json.load(file); file.close(); return value",
    ),
    "numpy": ("d.npy", "import numpy; return numpy.load(HERE / 'd.npy')[0]"),
    "csv": ("d.csv", "import pandas; return pandas.read_csv(HERE / 'd.csv').a[0]"),
    "parquet": ("d.parquet", "import pandas; return pandas.read_parquet(HERE / 'd.parquet').a[0]"),
    "sqlite": (
        "d.db",
        "import sqlite3; return sqlite3.connect(HERE / 'd.db').execute('select a from t').fetchone()[0]",
    ),
    "descriptor": ("d.bin", "import os; f = os.open(HERE / 'd.bin', os.O_RDONLY); return os.read(f, 9).decode()"),
}


def write_data(path: Path, value: float) -> None:
    """Leave one number in a file of the kind that its suffix says."""
    path.unlink(missing_ok=True)
    match path.suffix:
        case ".npy":
            np.save(path, np.array([value]))
        case ".csv":
            path.write_text(f"a\n{value}\n")
        case ".parquet":
            pd.DataFrame({"a": [value]}).to_parquet(path)
        case ".db":
            base = sqlite3.connect(path)
            base.executescript(f"create table t (a real); insert into t values ({value});")
            base.close()
        case _:
            path.write_text(str(value))


def folder_of(folder: Path, read: str) -> Path:
    (folder / "rule.py").write_text(RULE.replace("READ", read))
    (folder / "policy.yaml").write_text(WORLD + "platform: {ranking: 'rule.py:Leaning'}\n")
    (folder / "plain.yaml").write_text(WORLD)
    return folder


@pytest.fixture(params=list(READERS))
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file that a plug-in beside it reads whenever it is asked."""
    name, read = READERS[request.param]
    folder_of(tmp_path, read)
    write_data(tmp_path / name, 1.0)
    return tmp_path / name


def run(folder: Path, **more: object) -> sim.Result:
    more = {"out": folder / "results", "twin": False, "progress": False, "threads": 1} | more
    return sim.run(folder / "policy.yaml", **more)  # type: ignore[arg-type]


def test_it_stands_in_the_manifest_and_makes_another_run(data: Path) -> None:
    before = run(data.parent)
    assert list(before.manifest["files"]) == [data.name]
    assert run(data.parent).path == before.path
    write_data(data, -1.0)
    after = run(data.parent)
    assert after.path != before.path and before.path is not None and before.path.is_dir()
    assert after.manifest["files"] != before.manifest["files"]


def test_a_stored_run_is_taken_only_while_its_files_are_the_same(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, READERS["text"][1])
    write_data(folder / "d.txt", 1.0)

    def compare() -> dict[str, int]:
        worlds = [folder / "plain.yaml", folder / "policy.yaml"]
        found = sim.compare(worlds, seeds=2, workers=0, out=folder / "c", progress=False)
        return {f"{row.point} {row.seed}": (folder / "c" / "runs" / row.key / "manifest.json").stat().st_mtime_ns
                for row in found.results.done()}  # fmt: skip

    first = compare()
    assert compare() == first
    write_data(folder / "d.txt", -1.0)
    again = compare()
    assert {key for key in first if again[key] != first[key]} == {"1 1", "1 2"}


def test_reproduce_says_that_it_is_another(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, READERS["text"][1])
    write_data(folder / "d.txt", 1.0)
    made = run(folder)
    assert made.path is not None
    write_data(folder / "d.txt", -1.0)
    with resolve_name(made.path.name, Place(folder / "results")) as stored:
        found = run_again(stored, base=folder)  # type: ignore[arg-type]
    assert not found.same
    assert found.differing["the file d.txt"] == (made.manifest["files"]["d.txt"][:12], "another")
    shutil.copy(folder / "rule.py", folder / "rule_before.py")
    (folder / "rule.py").write_text((folder / "rule.py").read_text() + "\n")
    with resolve_name(made.path.name, Place(folder / "results")) as stored:
        assert "plug-ins" in run_again(stored, base=folder).differing  # type: ignore[arg-type]


def test_resume_refuses_it_or_marks_the_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_of(tmp_path, READERS["text"][1])
    write_data(folder / "d.txt", 1.0)
    step = EngagementModel.step

    def fails(model: EngagementModel) -> None:
        if model.clock.day == 1:
            raise KeyboardInterrupt
        step(model)

    fails.__name__ = "step"  # Mesa keeps the bound method, and it is pickled by its name
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(EngagementModel, "step", fails)
        run(folder, checkpoint_every=1)
    (partial,) = (folder / "results").glob(".partial-*")
    write_data(folder / "d.txt", -1.0)
    with pytest.raises(RunError, match=r"the file d\.txt, which a plug-in read, has changed.*--anyway"):
        sim.resume(partial, progress=False)
    done = sim.resume(partial, progress=False, anyway=True)
    assert done.manifest["resumed_under_other_code"] == ["the file d.txt, which a plug-in read, has changed"]
    assert done.manifest["files"] == {"d.txt": "changed while the run went on"}


def test_the_twin_that_is_a_process_of_its_own_tells_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.runs.loop.has_room", lambda *_: True)
    read = "import sys; return (HERE / ('twin.txt' if 'twin_process' in sys.argv[0] else 'main.txt')).read_text()"
    folder = folder_of(tmp_path, read)
    write_data(folder / "twin.txt", 1.0)
    write_data(folder / "main.txt", 1.0)
    assert list(run(folder, twin=True).manifest["files"]) == ["main.txt", "twin.txt"]


def test_a_file_that_was_not_there_is_noted_and_what_the_plug_in_writes_is_not(tmp_path: Path) -> None:
    read = "\n    ".join(
        [
            "(HERE / 'own.txt').write_text('1.0')",
            "try:",
            "    return (HERE / 'absent.txt').read_text()",
            "except OSError:",
            "    return (HERE / 'own.txt').read_text()",
        ]
    )
    assert run(folder_of(tmp_path, read)).manifest["files"] == {"absent.txt": ABSENT}


def test_a_neighbour_that_is_imported_only_when_asked_is_found_and_known(tmp_path: Path) -> None:
    """Also where a module of the same name is loaded, and for another folder with a file of the same name."""
    worlds = []
    for name, value in (("a", "1.0"), ("b", "-1.0")):
        folder = tmp_path / name
        folder.mkdir()
        folder_of(folder, "from late.weights import sign as found; return found()")
        (folder / "late").mkdir()
        (folder / "late" / "__init__.py").touch()
        (folder / "late" / "weights.py").write_text("from .deep import VALUE\ndef sign(): return VALUE\n")
        (folder / "late" / "deep.py").write_text(f"VALUE = {value}\n")
        worlds.append(Scenario.load(folder / "policy.yaml"))
    sys.modules["late"] = sys.modules["json"]
    try:
        one, other = (sim.run(world, twin=False, progress=False, threads=1) for world in worlds)
        assert sys.modules["late"] is sys.modules["json"]
    finally:
        del sys.modules["late"]
    assert not one.daily.equals(other.daily)
    (tmp_path / "a" / "late" / "deep.py").write_text("VALUE = 2.0\n")
    assert Scenario.load(tmp_path / "a" / "policy.yaml").digest() != worlds[0].digest()


def test_what_lies_below_the_folder_of_a_plug_in_stays_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_of(tmp_path, "return 1.0")
    (folder / "src").mkdir()
    (folder / "src" / "mine_below.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(folder / "src"))
    module = __import__("mine_below")
    Scenario.load(folder / "policy.yaml")
    assert sys.modules.pop("mine_below") is module


def test_workers_refuse_a_plug_in_that_was_edited_after_the_study_began(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "return 1.0")
    worlds = [Scenario.load(folder / "plain.yaml"), Scenario.load(folder / "policy.yaml")]
    (folder / "rule.py").write_text((folder / "rule.py").read_text().replace("1.0", "2.0"))
    with pytest.warns(RunsFailedWarning, match="was changed after the study began"):
        sim.compare(worlds, seeds=2, workers=1, retries=0, out=folder / "c", progress=False)


def test_manifests_name_no_place_of_this_machine(data: Path) -> None:
    assert str(data.parent) not in json.dumps(run(data.parent).manifest)
