"""A run that was begun by other code is not continued in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sim
from sim.core.errors import RunError
from sim.engine.model import EngagementModel
from sim.runs import provenance
from sim.scenario import Scenario

SMALL = {"readers.n": 300, "creators.n": 20, "run.days": 6}


@pytest.fixture
def interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a run that was stopped after its fourth day, with a checkpoint of the second and the fourth."""
    step = EngagementModel.step

    def fails(model: EngagementModel) -> None:
        if model.clock.day == 4:
            raise KeyboardInterrupt
        step(model)

    fails.__name__ = "step"  # Mesa keeps the bound method, and it is pickled by its name
    with monkeypatch.context() as patch:
        patch.setattr(EngagementModel, "step", fails)
        with pytest.raises(KeyboardInterrupt):
            sim.run(
                Scenario().with_changes(SMALL), out=tmp_path, checkpoint_every=2, twin=False, progress=False, threads=1
            )
    (partial,) = tmp_path.glob(".partial-*")
    return partial


def test_the_same_code_goes_on_without_a_mark(interrupted: Path) -> None:
    done = sim.resume(interrupted, progress=False)
    assert len(done.daily) == 6 and "resumed_under_other_code" not in done.manifest


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("code_digest", lambda: "00000000", "the code of Gresham has changed"),
        ("versions", lambda: {"numpy": "0.1"}, "numpy .*, now 0.1"),
    ],
)
def test_other_code_and_versions_are_refused_or_marked(
    interrupted: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object, told: str
) -> None:
    monkeypatch.setattr(provenance, name, value)
    with pytest.raises(RunError, match=f"begun by other code .*{told}.*--anyway"):
        sim.resume(interrupted, progress=False)
    done = sim.resume(interrupted, progress=False, anyway=True)  # nothing was lost by the refusal
    assert len(done.daily) == 6 and len(done.manifest["resumed_under_other_code"]) >= 1


def test_a_changed_plug_in_is_other_code(interrupted: Path) -> None:
    plan = json.loads((interrupted / "run.json").read_text())
    plan["made_by"]["plugins"] = ["abc"]
    (interrupted / "run.json").write_text(json.dumps(plan))
    with pytest.raises(RunError, match="the code of a plug-in has changed"):
        sim.resume(interrupted, progress=False)


def test_a_checkpoint_that_this_code_cannot_read_is_one_message(interrupted: Path) -> None:
    checkpoint = interrupted / "checkpoint.pickle"
    checkpoint.write_bytes(checkpoint.read_bytes().replace(b"sim.engine.model", b"sim.engine.medol"))
    with pytest.raises(RunError, match=r"cannot be read by this code .*run it again"):
        sim.resume(interrupted, progress=False)
