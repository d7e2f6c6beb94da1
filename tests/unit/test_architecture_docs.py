"""The page on the architecture names what is there: the table of the state, modules, classes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from sim.engine.tick import PLAN

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"(?<![\w.])((?:sim|tests|scenarios|docs)/[\w./]+)", PAGE)))


def test_the_table_of_the_state_is_the_plan() -> None:
    table = PAGE.split("<!-- state-table -->")[1].split("<!-- /state-table -->")[0]
    rows = [line.split("|")[1:3] for line in table.strip().splitlines()[2:]]
    assert [(name.strip(), tuple(re.findall(r"`([\w.]+)`", writes))) for name, writes in rows] == [
        (phase.name, phase.writes) for phase in PLAN
    ]


@pytest.mark.parametrize("path", PATHS)
def test_what_is_named_is_there(path: str) -> None:
    assert (ROOT / path.rstrip(".")).exists()


def layers() -> list[str]:
    """The contract's layers from top to bottom; neighbours on one line are one layer."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (each for each in settings["tool"]["importlinter"]["contracts"] if each["type"] == "layers")
    return contract["layers"]


def depth(module: str) -> int:
    room = module.split("/")[1].removesuffix(".py")
    return next(i for i, line in enumerate(layers()) if room in re.findall(r"\w+", line))


WALKS = PAGE.split("<!-- walks -->")[1].split("<!-- /walks -->")[0].split("\n**")[1:]


def test_three_walks_are_told() -> None:
    assert len(WALKS) == 3


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.split(",")[0].replace(" ", "-"))
def test_a_walk_passes_each_layer_once_downward(walk: str) -> None:
    steps = re.split(r"\n\d+\. ", walk)[1:]
    modules = [re.findall(r"`(sim/[\w/]+\.py)`", step) for step in steps]
    assert all(modules), "a step names its module"
    assert all((ROOT / module).is_file() for step in modules for module in step)
    depths = [{depth(module) for module in step} for step in modules]
    assert all(len(step) == 1 for step in depths), "a step is one layer"
    passed = [step.pop() for step in depths]
    assert passed == sorted(set(passed)), [layers()[i] for i in passed]
    assert len(passed) > 5


def test_every_room_of_the_tree_is_drawn() -> None:
    rooms = {entry.name for entry in (ROOT / "sim").iterdir() if entry.is_dir() and (entry / "__init__.py").is_file()}
    drawn = PAGE.split("```")[1]
    assert {room for room in rooms if f"sim/{room}/" not in drawn} == set()


@pytest.mark.parametrize("record", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda file: file.stem)
def test_a_decision_says_context_decision_and_consequences(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences"))
