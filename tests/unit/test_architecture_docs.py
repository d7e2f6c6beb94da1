"""The page on the architecture names what is there: the table of the state, modules, classes."""

from __future__ import annotations

import re
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


def test_every_room_of_the_tree_is_drawn() -> None:
    rooms = {entry.name for entry in (ROOT / "sim").iterdir() if entry.is_dir() and (entry / "__init__.py").is_file()}
    drawn = PAGE.split("```")[1]
    assert {room for room in rooms if f"sim/{room}/" not in drawn} == set()


@pytest.mark.parametrize("record", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda file: file.stem)
def test_a_decision_says_context_decision_and_consequences(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences"))
