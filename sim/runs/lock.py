"""Locks on folders: only "another process has it" means taken; a file system without locks is no obstacle."""

from __future__ import annotations

import contextlib
import errno
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

LOCK = "lock"
TAKEN = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES})
UNGUARDED = "{folder}: its file system has no locks ({reason}), so nothing keeps two processes from writing there"


class UnguardedFolderWarning(UserWarning):
    """A folder is written to without a lock, because its file system has none."""


@dataclass
class FolderLock:
    """A lock that is held until `release()` or the end of this process; `reason` says why there is none to hold."""

    release: Callable[[], None]
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether it keeps others out; False on a file system without locks."""
        return not self.reason


_warned = False


def take(folder: Path) -> FolderLock | None:
    """Lock a folder that is to be written to; None when another process holds it.

    Warns, once in a process, when the file system has no locks, and goes on without one.
    Raises OSError when the folder cannot be written to.
    """
    global _warned
    lock = try_lock(folder)
    if lock is not None and not lock.holds and not _warned:
        _warned = True
        warnings.warn(UNGUARDED.format(folder=folder, reason=lock.reason), UnguardedFolderWarning, stacklevel=3)
    return lock


def try_lock(folder: Path) -> FolderLock | None:
    """Lock a folder without a warning; None when another process holds it."""
    return _by_flock(folder / LOCK) if fcntl is not None else _by_filelock(folder / LOCK)


def _by_flock(file: Path) -> FolderLock | None:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        return None if error.errno in TAKEN else FolderLock(_nothing, error.strerror or str(error))
    except BaseException:
        os.close(descriptor)
        raise
    return FolderLock(_closing(descriptor))


def _by_filelock(file: Path) -> FolderLock | None:
    from filelock import FileLock, Timeout

    lock = FileLock(file, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    except NotImplementedError as error:
        return FolderLock(_nothing, str(error) or "not implemented")
    return FolderLock(lock.release)


def _closing(descriptor: int) -> Callable[[], None]:
    held = [descriptor]

    def release() -> None:
        while held:
            with contextlib.suppress(OSError):
                os.close(held.pop())

    return release


def _nothing() -> None:
    """There is no lock to give back."""
