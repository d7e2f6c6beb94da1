"""Finds the runs and studies in a folder by their names; it opens folders and the records of studies only."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sim.catalogue.issues import Issue, UnfitError
from sim.catalogue.study import is_study
from sim.runs.folder import CHECKPOINT, OLD, PARTIAL, is_live
from sim.runs.lock import LOCK
from sim.runs.manifest import MANIFEST
from sim.studies.layout import RECORD as STUDY
from sim.studies.layout import RUNS

LINK_TO_NOTHING = "is a link to {target}, and nothing is there"
UNREADABLE = "cannot be read: {reason}"
ONE_LOOSE = "1 Parquet file that belongs to no run (there is no {manifest})"
LOOSE = "{n} Parquet files that belong to no run (there is no {manifest})"
BROKEN_OFF = "was interrupted; go on with: gresham resume {folder}"
LOST = "was interrupted and cannot be resumed"
LEFT_OVER = "left over from a replacement that was interrupted; the next run of that name clears up"


@dataclass
class Found:
    """What a folder contains: run folders, study folders, and issues for what is neither."""

    root: Path
    runs: list[Path] = field(default_factory=list)
    studies: list[Path] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)  # folders elsewhere that links lead to; they are read too

    def name(self, folder: Path) -> str:
        """The folder's path below the root, with slashes; the root's own name for itself."""
        if folder == self.root:
            return folder.name
        path, root = str(folder), str(self.root)
        return path.removeprefix(root).lstrip(os.sep).replace(os.sep, "/")

    def issue(self, folder: Path, reason: str) -> None:
        """Record what is skipped, and why."""
        self.issues.append(Issue(self.name(folder), reason))


def find(root: Path) -> Found:
    """Search a folder in the order of names; links are followed, and no folder is entered twice."""
    found = Found(root)
    _look(root, found, set())
    return found


def _look(folder: Path, found: Found, seen: set[tuple[int, int]]) -> None:
    try:
        at = folder.stat()
        entries = list(os.scandir(folder))
    except OSError as error:
        found.issue(folder, UNREADABLE.format(reason=error.strerror or error))
        return
    if (at.st_dev, at.st_ino) in seen:
        return
    seen.add((at.st_dev, at.st_ino))
    names = {entry.name for entry in entries}
    found.linked |= _links(entries)
    if STUDY in names and _is_study(folder, found):
        found.studies.append(folder)
        found.linked |= _links_of_study(folder)
    elif MANIFEST in names:
        found.runs.append(folder)
    else:
        loose = sum(name.endswith(".parquet") for name in names)
        if loose and STUDY not in names:
            found.issue(folder, (LOOSE if loose > 1 else ONE_LOOSE).format(n=loose, manifest=MANIFEST))
        for entry in sorted(entries, key=lambda entry: entry.name):
            if os.path.isdir(entry.path):  # an entry's own `is_dir` raises on links in a circle
                _below(Path(entry.path), found, seen)
            elif entry.is_symlink() and not entry.name.startswith(".") and not os.path.exists(entry.path):
                found.issue(Path(entry.path), LINK_TO_NOTHING.format(target=os.readlink(entry.path)))


def _links(entries: Iterable[os.DirEntry[str]]) -> set[str]:
    """The real folders of linked folders and files."""
    there = {os.path.realpath(entry.path) for entry in entries if entry.is_symlink()}
    return {path if os.path.isdir(path) else os.path.dirname(path) for path in there}


def _links_of_study(folder: Path) -> set[str]:
    """The real folders of the linked runs of a study, and of the linked files in its runs."""
    try:
        runs = list(os.scandir(folder / RUNS))
        own = [entry for run in runs if os.path.isdir(run.path) for entry in os.scandir(run.path)]
    except OSError:
        return set()
    return _links(runs) | _links(own)


def _is_study(folder: Path, found: Found) -> bool:
    """Whether it is a study; a damaged or foreign record becomes an issue, and the folder is searched for runs."""
    try:
        return is_study(folder)
    except UnfitError as error:
        found.issue(folder, str(error))
        return False


def _below(folder: Path, found: Found, seen: set[tuple[int, int]]) -> None:
    if folder.name.startswith(PARTIAL):
        found.issue(folder, _partial(folder))
    elif folder.name.startswith(OLD):
        found.issue(folder, LEFT_OVER)
    elif not folder.name.startswith("."):
        _look(folder, found, seen)


def _partial(folder: Path) -> str:
    """Why a run does not have its final name yet."""
    try:
        if (folder / LOCK).exists() and is_live(folder):
            return "is being run"
    except OSError:
        pass
    if (folder / CHECKPOINT).exists():
        name = folder.name.removeprefix(PARTIAL).rpartition("-")[0]
        return BROKEN_OFF.format(folder=folder.parent / name)
    return LOST
