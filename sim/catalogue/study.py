"""A study folder as the catalogue sees it: what it asks for, what is done, what failed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.catalogue.issues import UnfitError
from sim.studies.layout import FAILED, RECORD, RUNS
from sim.studies.record import StudyRecord, StudyRun

UNREADABLE = "its {file} cannot be read: {reason}"
NOT_JSON = "its {file} is damaged: it is not JSON"
FOREIGN = "its {file} is another program's"
NO_POINTS = "its {file} is damaged: its points cannot be read"


@dataclass(frozen=True)
class StoredStudy:
    """A study: `name` is its path below the root, `wanted` every run it asks for, by point and repetition."""

    name: str
    folder: Path
    asked: StudyRecord
    wanted: tuple[StudyRun, ...]
    failed: dict[str, tuple[str, str]]  # by key: the last line of the error, the command that shows it again

    @property
    def title(self) -> str:
        """The name that the study gives itself."""
        return self.asked.name

    def run_folder(self, key: str) -> Path:
        """Where the run of a key lies."""
        return self.folder / RUNS / key

    def keys_on_disk(self) -> list[str]:
        """Names of the folders of runs, sorted."""
        try:
            return sorted(entry.name for entry in os.scandir(self.folder / RUNS) if entry.is_dir())
        except OSError:
            return []


def is_study(folder: Path) -> bool:
    """Whether the folder's study.json is a study's; UnfitError when there is one and it is not."""
    try:
        record = json.loads((folder / RECORD).read_bytes())
    except OSError as error:
        raise UnfitError(UNREADABLE.format(file=RECORD, reason=error.strerror or error)) from None
    except (ValueError, RecursionError):
        raise UnfitError(NOT_JSON.format(file=RECORD)) from None
    needed = {"name": str, "points": list, "seeds": list, "factors": list, "keep": list, "code": str}
    if not isinstance(record, dict) or not all(isinstance(record.get(key), kind) for key, kind in needed.items()):
        raise UnfitError(FOREIGN.format(file=RECORD))
    return True


def open_study(folder: Path, name: str) -> StoredStudy:
    """A study from its folder; UnfitError says why when it cannot be used."""
    is_study(folder)
    asked = StudyRecord(json.loads((folder / RECORD).read_bytes()))
    try:
        wanted = tuple(asked.rows())
    except (KeyError, TypeError, AttributeError):
        raise UnfitError(NO_POINTS.format(file=RECORD)) from None
    return StoredStudy(name, folder, asked, wanted, _failures(folder))


def _failures(folder: Path) -> dict[str, tuple[str, str]]:
    """What was set aside, by key; a record that cannot be read still counts."""
    found: dict[str, tuple[str, str]] = {}
    for file in sorted((folder / FAILED).glob("*.json")):
        try:
            record: Any = json.loads(file.read_bytes())
            found[file.stem] = (str(record["error"]), str(record["command"]))
        except (OSError, ValueError, KeyError, TypeError):
            found[file.stem] = ("(its record cannot be read)", "")
    return found
