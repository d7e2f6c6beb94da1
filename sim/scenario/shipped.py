"""The scenarios, studies and controls that travel with the package, found by bare name (`baseline`).

The repository keeps them once, in its top-level folder `scenarios/`; a wheel holds that folder inside the package.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sim.core.errors import ScenarioError

_PACKAGE = Path(__file__).resolve().parents[1]
IN_WHEEL, IN_CHECKOUT = _PACKAGE / "_scenarios", _PACKAGE.parent / "scenarios"
SUBFOLDERS = ("", "controls", "ablations", "studies")

_EXISTS = "already exists; --overwrite replaces it"


def shipped_folder() -> Path:
    """The folder that holds what ships: inside the installed package, or beside it in a source checkout."""
    return IN_WHEEL if IN_WHEEL.is_dir() else IN_CHECKOUT


def shipped_files() -> dict[str, Path]:
    """Every scenario, control and study that ships, by name."""
    folder = shipped_folder()
    return {file.stem: file for sub in SUBFOLDERS for file in sorted((folder / sub).glob("*.yaml"))}


def locate_file(name: str | Path, folder: Path | None = None) -> Path:
    """The file at a path relative to `folder`, or else the shipped file of that name.

    A path without a file is returned as it is; whoever reads it reports the error.
    """
    path = (folder or Path()) / name
    if is_bare(name) and not path.is_file():
        return shipped_files().get(str(name), path)
    return path


def is_bare(name: str | Path) -> bool:
    """Whether it is a bare name, without folder and suffix."""
    return Path(name).parent == Path() and Path(name).suffix == ""


def copy_shipped(target: Path, overwrite: bool = False) -> list[Path]:
    """Copy all that ships into a folder and return the new files; ScenarioError when one is there already."""
    source = shipped_folder()
    pairs = {file: target / file.relative_to(source) for file in shipped_files().values()}
    for there in pairs.values():
        if there.exists() and not overwrite:
            raise ScenarioError(_EXISTS, file=there)
    for file, there in pairs.items():
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, there)
    return list(pairs.values())
