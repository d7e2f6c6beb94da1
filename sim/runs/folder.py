"""Run folders: written aside, renamed when whole.

A run is written into a hidden folder `.partial-<name>-<mark>` beside its final place and renamed when all of
it is on the disk, so whatever carries the final name is a finished run. A finished run of the same name (same
scenario, seed, days and version: same results) gives way in one exchange. A partial folder is locked while
its process lives; one that is dead and holds no checkpoint is cleared away by the next run of that name.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import uuid
from pathlib import Path
from typing import IO

from sim.core.parquet import sync

PARTIAL, OLD, LOCK, CHECKPOINT, RUN = ".partial-", ".old-", "lock", "checkpoint.pickle", "run.json"


class RunFolder:
    """A run folder under way: `path` while writing, `final` once `commit` has returned."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.final = path.parent / name
        self._lock: IO[bytes] | None = None

    @classmethod
    def create(cls, out: Path, name: str) -> RunFolder:
        """A fresh, locked partial folder in `out` (made if need be)."""
        out.mkdir(parents=True, exist_ok=True)
        recover(out, name)
        for left in partials(out, name):
            if not (left / CHECKPOINT).exists() and not is_live(left):
                shutil.rmtree(left, ignore_errors=True)
        folder = cls(out / f"{PARTIAL}{name}-{uuid.uuid4().hex[:8]}", name)
        folder.path.mkdir()
        folder._lock = try_lock(folder.path)
        return folder

    @classmethod
    def reopen(cls, path: Path) -> RunFolder:
        """Take over the partial folder of a run that was interrupted."""
        name = path.name.removeprefix(PARTIAL).rpartition("-")[0]
        folder = cls(path, name)
        folder._lock = try_lock(path)
        if folder._lock is None:
            raise BlockingIOError(f"{name} is being run by another process")
        return folder

    def commit(self) -> Path:
        """Everything to the disk, then into place; returns the final path."""
        for left in (self.path / CHECKPOINT, self.path / RUN, *self.path.glob("*.new")):
            left.unlink(missing_ok=True)
        for item in sorted(self.path.rglob("*"), reverse=True):
            sync(item)
        sync(self.path)
        replace_folder(self.path, self.final)
        (self.final / LOCK).unlink(missing_ok=True)
        self._release()
        sync(self.final.parent)
        for dead in partials(self.final.parent, self.name):
            if not is_live(dead):
                shutil.rmtree(dead, ignore_errors=True)
        return self.final

    def abandon(self) -> bool:
        """Leave the run; its folder stays only if it holds a checkpoint. Says whether it does."""
        self._release()
        keep = (self.path / CHECKPOINT).exists()
        if not keep:
            shutil.rmtree(self.path, ignore_errors=True)
        return keep

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def plain_name(name: str) -> str:
    """A name as part of a folder's name."""
    return "".join(c if c.isalnum() or c in "._" else "_" for c in name)


def partials(out: Path, name: str) -> list[Path]:
    """Partial folders of the run `name`, the latest first."""
    found = [p for p in out.glob(f"{PARTIAL}{name}-*") if p.name.rpartition("-")[0] == PARTIAL + name]
    return sorted(found, key=lambda p: p.stat().st_mtime_ns, reverse=True)


def is_live(partial: Path) -> bool:
    """Whether some process is writing this partial folder."""
    lock = try_lock(partial)
    if lock is None:
        return True
    lock.close()
    return False


def recover(out: Path, name: str) -> None:
    """Put back a finished run that was caught between two renames (where folders cannot be exchanged)."""
    for old in sorted(out.glob(f"{OLD}{name}-*")):
        if (out / name).exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(out / name)


def replace_folder(new: Path, final: Path) -> None:
    """Put `new` in the place of `final`, whether or not something is there; at no moment is it half done."""
    if not final.exists():
        new.rename(final)
        return
    if _exchange(new, final):
        shutil.rmtree(new, ignore_errors=True)
        return
    aside = final.parent / f"{OLD}{final.name}-{uuid.uuid4().hex[:8]}"
    final.rename(aside)
    try:
        new.rename(final)
    except BaseException:
        aside.rename(final)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _exchange(a: Path, b: Path) -> bool:
    """Swap two folders in one system call (Linux); False where there is none."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    at_cwd, flag_exchange = -100, 2
    return rename is not None and rename(at_cwd, os.fsencode(a), at_cwd, os.fsencode(b), flag_exchange) == 0


def try_lock(partial: Path) -> IO[bytes] | None:
    """A lock on the folder that ends with its holder; None when somebody else has it."""
    file = (partial / LOCK).open("ab")
    try:
        import fcntl
    except ImportError:  # no such locks on this system: the last one wins
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
