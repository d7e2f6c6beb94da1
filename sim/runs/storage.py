"""A place to keep files: a folder of this machine, or any fsspec address (`s3://bucket/folder`)."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.core.errors import RunError
from sim.core.parquet import sync

ASIDE = ".new-"


class Place:
    """Files below an address. It can be pickled: a worker on another machine opens the address itself.

    Errors of the store (full disk, no such bucket, no network) are OSError, whichever library raised them.
    """

    def __init__(self, address: str | Path, options: Mapping[str, Any] | None = None) -> None:
        self.address = str(address)
        self.options = dict(options or {})

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        from fsspec.core import url_to_fs

        try:
            filesystem, root = url_to_fs(self.address, **self.options)
        except (ImportError, ValueError) as error:
            raise RunError(f"{self.address}: cannot be opened ({error})") from None
        return filesystem, str(root)

    def __getstate__(self) -> dict[str, Any]:
        return {"address": self.address, "options": self.options}

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return "file" in self._opened[0].protocol

    @property
    def path(self) -> Path:
        """The folder, of a local place only."""
        if not self.is_local:
            raise RunError(f"{self.address} is not a folder of this machine")
        return Path(self._opened[1])

    def read(self, name: str) -> bytes:
        """A file's content; FileNotFoundError when there is none."""
        with _as_os_error():
            found: bytes = self._opened[0].cat_file(self._full(name))
        return found

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        with _as_os_error():
            return bool(self._opened[0].exists(self._full(name)))

    def list(self, below: str = "") -> list[str]:
        """Names of all files below a folder of the place, sorted; files that are being written are left out."""
        filesystem, root = self._opened
        filesystem.invalidate_cache()
        try:
            with _as_os_error():
                found = filesystem.find(self._full(below) if below else root)
        except FileNotFoundError:
            return []
        start = len(root.rstrip("/")) + 1
        names = (path[start:] for path in found)
        return sorted(name for name in names if not name.rpartition("/")[2].startswith(ASIDE))

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole or not at all: local files aside and renamed, object stores in one put."""
        if not self.is_local:
            with _as_os_error():
                self._opened[0].pipe_file(self._full(name), data)
            return
        final = self.path / name
        final.parent.mkdir(parents=True, exist_ok=True)
        aside = final.with_name(f"{ASIDE}{uuid.uuid4().hex[:8]}-{final.name}")
        try:
            with aside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(final)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        sync(final.parent)

    def upload(self, name: str, file: Path) -> None:
        """Move a local file here, whole or not at all."""
        if self.is_local:
            final = self.path / name
            final.parent.mkdir(parents=True, exist_ok=True)
            sync(file)
            file.replace(final)
        else:
            with _as_os_error():
                self._opened[0].put_file(str(file), self._full(name))

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        if self.exists(name):
            with _as_os_error():
                self._opened[0].rm_file(self._full(name))

    def __repr__(self) -> str:
        return f"Place({self.address!r})"

    def _full(self, name: str) -> str:
        return f"{self._opened[1].rstrip('/')}/{name}"


@contextlib.contextmanager
def _as_os_error() -> Iterator[None]:
    """Turn the errors of a store's library into OSError."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{error}" or type(error).__name__) from error
