"""Runs kept elsewhere (an S3-compatible store, any fsspec address): what the catalogue needs of them, copied."""

from __future__ import annotations

from pathlib import Path

from sim.core.errors import RunError
from sim.runs.storage import Place

WANTED = (".json", ".parquet")
NOTHING_THERE = "{address}: there is nothing there"
UNREADABLE = "{address}: cannot be read: {reason}"


def fetch(place: Place, folder: Path) -> None:
    """Copy records and tables into a folder. Raises RunError when the store does not answer or has nothing there."""
    try:
        names = [name for name in place.list() if name.endswith(WANTED)]
        if not names:
            raise RunError(NOTHING_THERE.format(address=place.address))
        for name in names:
            to = folder / name
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(place.read(name))
    except OSError as error:
        raise RunError(UNREADABLE.format(address=place.address, reason=error.strerror or error)) from None
