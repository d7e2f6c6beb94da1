"""Scenario files with their descriptions, one line each."""

from __future__ import annotations

from pathlib import Path

from sim.core.errors import ScenarioError
from sim.scenario.document import short
from sim.scenario.shipped import IN_CHECKOUT, SUBFOLDERS, shipped_files, shipped_folder
from sim.scenario.yaml_io import parse_text

_NO_FOLDER = "no such folder of scenarios; without one, those that ship are listed"
_NO_FILES = "no scenario files here"
_UNREADABLE = "cannot be read: {error}"
_HEADINGS = (
    "scenarios that ship, by name:",
    "controls, by name:",
    "ablations (the baseline without one mechanism), by name:",
    "studies, by name (gresham sweep):",
)


def list_all() -> list[str]:
    """The files of a folder `scenarios` in the current one, if there are any, and everything that ships."""
    own = _files(Path("scenarios"))
    if own and Path("scenarios").resolve() != IN_CHECKOUT:
        return [*_lines({short(file): file for file in own}), "", *list_shipped()]
    return list_shipped()


def list_folder(folder: Path) -> list[str]:
    """`path  description` for every scenario file in a folder; a file that cannot be read says why."""
    if not folder.is_dir():
        raise ScenarioError(_NO_FOLDER, file=folder)
    files = _files(folder)
    if not files:
        raise ScenarioError(_NO_FILES, file=folder)
    return _lines({short(file): file for file in files})


def list_shipped() -> list[str]:
    """`name  description` of what ships: scenarios, controls and studies, each kind under a heading."""
    files, folder = shipped_files(), shipped_folder()
    lines: list[str] = []
    for heading, subfolder in zip(_HEADINGS, SUBFOLDERS, strict=True):
        named = {name: file for name, file in files.items() if file.parent == folder / subfolder}
        if named:
            lines += [*([""] if lines else []), heading, *_lines(named)]
    return lines


def description(file: Path) -> str:
    """The description in a file."""
    try:
        values, _ = parse_text(file.read_text("utf-8-sig"), short(file))
    except (ScenarioError, OSError, UnicodeDecodeError) as error:
        return _UNREADABLE.format(error=error)
    return " ".join(str(values.get("description", "")).split())


def _files(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])


def _lines(files: dict[str, Path]) -> list[str]:
    width = max(len(name) for name in files)
    return [f"{name:{width}}  {description(file)}" for name, file in files.items()]
