"""Scenario files in a folder, one line each."""

from __future__ import annotations

from pathlib import Path

from sim.core.errors import ScenarioError
from sim.scenario.document import short
from sim.scenario.yaml_io import parse_text


def lines(folder: Path) -> list[str]:
    """`path  description` for every scenario file in a folder; a file that cannot be read says why."""
    if not folder.is_dir():
        raise ScenarioError("no such folder of scenarios; give another, or go to where it stands", file=folder)
    files = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    if not files:
        raise ScenarioError("no scenario files here", file=folder)
    width = max(len(short(file)) for file in files)
    return [f"{short(file):{width}}  {description(file)}" for file in files]


def description(file: Path) -> str:
    """The description that a file gives itself."""
    try:
        values, _ = parse_text(file.read_text("utf-8-sig"), short(file))
    except (ScenarioError, OSError, UnicodeDecodeError) as error:
        return f"cannot be read: {error}"
    return " ".join(str(values.get("description", "")).split())
