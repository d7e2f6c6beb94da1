"""Tables as Parquet: zstd at level 1, units and meanings in the metadata, a digest of the contents.

pyarrow is slow to import: it is when the first table is written, and a run that is built or refused waits for nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.table_columns import FLAG, FLOAT, INT, NAME, Column, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

ARROW = {INT: "int64", FLOAT: "float64", FLAG: "bool", NAME: "string"}  # Arrow's names of the types of columns
COMPRESSION: dict[str, Any] = {"compression": "zstd", "compression_level": 1}


def to_arrow(spec: TableSpec, columns: Iterable[Column], arrays: Mapping[str, NDArray[Any]]) -> pa.Table:
    """A table as Arrow, units and meanings in the metadata; `arrays` holds the cells by name of column."""
    import pyarrow as pa

    fields = [
        pa.field(
            c.name,
            pa.type_for_alias(ARROW[c.dtype]),
            nullable=False,
            metadata={"unit": c.unit, "description": c.description},
        )
        for c in columns
    ]
    schema = pa.schema(fields, metadata={"table": spec.name, "description": spec.description})
    return pa.Table.from_arrays([pa.array(arrays[field.name], field.type) for field in fields], schema=schema)


def write(table: pa.Table, path: Path) -> None:
    """Write one table and flush it to the disk."""
    import pyarrow.parquet as pq

    pq.write_table(table, path, **COMPRESSION)
    sync(path)


def sync(path: Path) -> None:
    """Flush a file (or, where the system lets one, a folder) to the disk."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest(arrays: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 of names, types and cells, column by column; knows nothing of files, versions or clocks."""
    checksum = hashlib.sha256()
    for name, column in arrays.items():
        checksum.update(f"{name}\0{'str' if column.dtype == object else column.dtype.str}\0{len(column)}\0".encode())
        if column.dtype == object:
            checksum.update("\0".join(column.tolist()).encode())
        else:
            checksum.update(np.ascontiguousarray(column).data)
    return checksum.hexdigest()
