"""Run folders: written under a hidden name, renamed when complete.

A run is written into a hidden folder `.partial-<name>-<mark>` beside its final place and renamed when all of
it is on the disk, so a folder with the final name is a finished run. It replaces a finished run of the same name
(same scenario, seed, days and version: same results) in one exchange. A partial folder is locked while its process
lives; one without a live process and without a checkpoint is removed by the next run of that name, but not on a
file system without locks, where nobody can tell.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import uuid
import zlib
from pathlib import Path

from sim.core.parquet import sync
from sim.runs.lock import LOCK, FolderLock, take, try_lock

PARTIAL, OLD, CHECKPOINT, RUN = ".partial-", ".old-", "checkpoint.pickle", "run.json"
IN_THE_WAY = "'{name}' is in the way, and is no folder"
MOST_BYTES = 120  # of a scenario's name: seed, hashes and marks stand beside it, and a file system takes 255


class RunFolder:
    """The folder of a run in progress: at `path` while it is written, at `final` once `commit` has returned."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.final = path.parent / name
        self._lock: FolderLock | None = None

    @classmethod
    def create(cls, out: Path, name: str) -> RunFolder:
        """A new, locked partial folder in `out`, which is made if there is none."""
        out.mkdir(parents=True, exist_ok=True)
        recover(out, name)
        if (out / name).exists() and not (out / name).is_dir():
            raise FileExistsError(errno.EEXIST, IN_THE_WAY.format(name=name))
        for left in partials(out, name):
            if not (left / CHECKPOINT).exists() and is_dead(left):
                shutil.rmtree(left, ignore_errors=True)
        folder = cls(out / f"{PARTIAL}{name}-{uuid.uuid4().hex[:8]}", name)
        folder.path.mkdir()
        folder._lock = take(folder.path)
        return folder

    @classmethod
    def reopen(cls, path: Path) -> RunFolder:
        """Take over the partial folder of a run that was interrupted."""
        name = path.name.removeprefix(PARTIAL).rpartition("-")[0]
        folder = cls(path, name)
        folder._lock = take(path)
        if folder._lock is None:
            raise BlockingIOError(f"{name} is being run by another process")
        return folder

    def commit(self) -> Path:
        """Sync everything to the disk, rename the folder, and return the final path."""
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
            if is_dead(dead):
                shutil.rmtree(dead, ignore_errors=True)
        return self.final

    def abandon(self) -> bool:
        """Give up the run; its folder is kept only if it holds a checkpoint. Returns whether it does."""
        self._release()
        keep = (self.path / CHECKPOINT).exists()
        if not keep:
            shutil.rmtree(self.path, ignore_errors=True)
        return keep

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def plain_name(name: str, kept: str = "._") -> str:
    """A name as part of a folder's name: letters, digits and the characters `kept`, never hidden, and not too long."""
    plain = "".join(c if c.isalnum() or c in kept else "_" for c in name)
    if plain.startswith("."):
        plain = f"_{plain[1:]}"
    data = plain.encode()
    if len(data) <= MOST_BYTES:
        return plain
    return f"{data[:MOST_BYTES].decode(errors='ignore')}_{zlib.crc32(name.encode()):08x}"


def partials(out: Path, name: str) -> list[Path]:
    """Partial folders of the run `name`, the latest first."""
    found = [p for p in out.glob(f"{PARTIAL}{name}-*") if p.name.rpartition("-")[0] == PARTIAL + name]
    return sorted(found, key=lambda p: p.stat().st_mtime_ns, reverse=True)


def is_live(partial: Path) -> bool:
    """Whether some process is known to be writing this partial folder; never so on a file system without locks."""
    lock = try_lock(partial)
    if lock is None:
        return True
    lock.release()
    return False


def is_dead(partial: Path) -> bool:
    """Whether nobody is writing this partial folder for certain; never so on a file system without locks."""
    lock = try_lock(partial)
    if lock is None:
        return False
    lock.release()
    return lock.holds


def recover(out: Path, name: str) -> None:
    """Put back a finished run that was caught between two renames (where folders cannot be exchanged)."""
    for old in sorted(out.glob(f"{OLD}{name}-*")):
        if (out / name).exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(out / name)


def replace_folder(new: Path, final: Path) -> None:
    """Put `new` in the place of `final`, whether or not something is there; nobody can see a mixture of the two.

    Of a run that was moved elsewhere only the link is replaced.
    """
    if final.is_symlink() and not _exchange(new, final):
        final.unlink()
    if new.is_symlink():  # what stood at `final` until now
        new.unlink()
        return
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
    """Swap two folders in one system call; False where the system has none (only Linux has)."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    at_cwd, flag_exchange = -100, 2
    return rename is not None and rename(at_cwd, os.fsencode(a), at_cwd, os.fsencode(b), flag_exchange) == 0
