"""The digest of an interaction log, computed from its files as it was computed while writing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

MAX_ROW_GROUP = 1 << 20  # where the Parquet writer cuts what it is given at once


def digest_of_days(files: Iterable[Path]) -> str:
    """One digest over the days, each over its chunks, each over its columns (as `sim.runs.events` does them)."""
    checksum = ""
    for file in files:
        day = hashlib.sha256()
        for chunk in _chunks(file):
            for name in chunk.column_names:
                day.update(chunk[name].to_numpy().data)
        checksum = hashlib.sha256((checksum + day.hexdigest()).encode()).hexdigest()
    return checksum


def _chunks(file: Path) -> Iterator[Any]:
    """What was written at once: a row group, or several when a full one is followed by its rest."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    parquet = pq.ParquetFile(file)
    held = []
    for number in range(parquet.num_row_groups):
        held.append(parquet.read_row_group(number))
        if held[-1].num_rows < MAX_ROW_GROUP or number == parquet.num_row_groups - 1:
            yield pa.concat_tables(held).combine_chunks()
            held = []
