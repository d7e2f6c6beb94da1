"""Runs kept elsewhere (an S3-compatible store, any fsspec address): what the catalogue needs of them, copied."""

from __future__ import annotations

from pathlib import Path

from sim.core.errors import RunError
from sim.runs.storage import Place

WANTED = (".json", ".parquet")


def fetch(place: Place, folder: Path) -> None:
    """Copy records and tables into a folder. Raises RunError when the store does not answer or has nothing there."""
    try:
        names = [name for name in place.list() if name.endswith(WANTED)]
        if not names:
            raise RunError(f"{place.address}: there is nothing there")
        for name in names:
            to = folder / name
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(place.read(name))
    except OSError as error:
        raise RunError(f"{place.address}: cannot be read: {error.strerror or error}") from None
