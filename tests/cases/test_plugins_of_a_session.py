"""A plug-in that worker processes cannot import is refused before one is started, with the way out."""

from __future__ import annotations

import sys
import types
from dataclasses import dataclass
from pathlib import Path

import pytest

import sim
from sim.core.errors import RunError, ScenarioError
from sim.plugins.ranking import RankingPolicy
from sim.scenario import Scenario
from sim.studies.executors.local import Processes
from sim.studies.importable import why_not_importable

SMALL = {"readers.n": 300, "creators.n": 20, "run.days": 2}


@dataclass(frozen=True)
class ByReads(RankingPolicy):
    """Ranks by reads."""

    def score(self, posts, cell, clock):
        return posts.reads.astype(float)


@pytest.fixture
def worlds(monkeypatch: pytest.MonkeyPatch) -> list[Scenario]:
    """Two worlds, of which one has a plug-in that is defined in a notebook's cell."""
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))
    monkeypatch.setattr(ByReads, "__module__", "__main__")
    plain = Scenario(name="plain").with_changes(SMALL)
    return [plain, Scenario(name="mine").with_changes({**SMALL, "platform.ranking": ByReads()})]


def test_it_is_refused_before_a_process_is_started(
    worlds: list[Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Processes, "_start", lambda self: pytest.fail("a process was started"))
    with pytest.raises(RunError, match=r"ByReads of scenario 'mine' is defined in a notebook.*file\.py:ByReads"):
        sim.compare(worlds, seeds=2, workers=1, out=tmp_path, progress=False)


def test_the_way_out_works(worlds: list[Scenario], tmp_path: Path) -> None:
    found = sim.compare(worlds, seeds=2, workers=0, out=tmp_path, outcomes=["exposure_quality"], progress=False)
    assert (found.scorecard["n"] == 2).all()


def test_a_program_on_standard_input_is_a_session_as_well(
    worlds: list[Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["__main__"], "__file__", "<stdin>", raising=False)
    found = sim.compare(worlds, seeds=2, workers=0, out=tmp_path, outcomes=["exposure_quality"], progress=False)
    assert (found.scorecard["n"] == 2).all()


def test_what_can_be_imported_is_not_refused() -> None:
    assert why_not_importable(ByReads) == ""

    class Inside(ByReads):
        pass

    assert "inside a function" in why_not_importable(Inside)


@pytest.mark.parametrize("file", [None, __file__], ids=["no file", "typed after a script"])
@pytest.mark.parametrize("name", ["__main__", "made_up"])
def test_a_class_that_is_in_no_file_is_not_importable(
    monkeypatch: pytest.MonkeyPatch, file: str | None, name: str
) -> None:
    module = types.ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    if file is not None:
        module.__file__ = file
    exec(compile("class Typed:\n    def score(self): return 1\n", "<stdin>", "exec"), vars(module))
    assert "interactive session" in why_not_importable(module.Typed)


def test_parameters_of_an_instance_are_checked_too() -> None:
    @dataclass(frozen=True)
    class Held(ByReads):
        way: object = len

    with pytest.raises(ScenarioError, match="the parameter 'way' of"):
        Scenario().with_changes({"platform.ranking": Held()})
