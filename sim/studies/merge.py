"""Merges the tables of all runs of a study: one row per run and original row, factors as columns."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim.core.parquet import COMPRESSION, digest
from sim.runs.manifest import MANIFEST
from sim.runs.storage import Place
from sim.studies.layout import RUNS
from sim.studies.record import StudyRun

ROWS_PER_GROUP = 1 << 17


def damaged_runs(place: Place, tables: Sequence[str], runs: Sequence[StudyRun]) -> frozenset[str]:
    """Keys of the runs with a table that does not match the digest in its manifest."""
    return frozenset(run.key for name in tables for run in runs if not _is_whole(place, run.key, name))


def merge_table(place: Place, name: str, runs: Sequence[StudyRun]) -> None:
    """Write the table `name` of all runs as one file.

    It is written group by group: a large study need not fit into memory. The bits depend on the order of `runs` alone,
    not on who made them, nor on interruptions.
    """
    schema = _schema(place, name, runs)
    folder = place.path if place.is_local else None
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as aside:
        file = Path(aside) / f"{name}.parquet"
        with pq.ParquetWriter(file, schema, **COMPRESSION) as writer:
            for group in _groups(place, name, runs, schema):
                writer.write_table(group)
        place.upload(f"{name}.parquet", file)


def write_rows(place: Place, name: str, rows: list[dict[str, Any]]) -> None:
    """Write rows as the table `name`."""
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    place.write(f"{name}.parquet", buffer.getvalue())


def _is_whole(place: Place, key: str, name: str) -> bool:
    """Whether a table matches the digest in its manifest."""
    data, record = _bytes(place, key, name), place.read(f"{RUNS}/{key}/{MANIFEST}")
    try:
        table = pq.read_table(io.BytesIO(data))
        expected = str(json.loads(record)["tables"][name]["sha256"])
        return bool(expected == digest({c: table[c].to_numpy() for c in table.column_names}))
    except Exception:  # a damaged file can make its reader raise anything
        return False


def _bytes(place: Place, key: str, name: str) -> bytes:
    return place.read(f"{RUNS}/{key}/{name}.parquet")


def _schema(place: Place, name: str, runs: Sequence[StudyRun]) -> pa.Schema:
    """Columns of all runs: those of the run and its factors, then the table's in the order first met."""
    kinds = {column: pa.array([run.columns()[column] for run in runs]).type for column in runs[0].columns()}
    fields = {column: pa.field(column, kind) for column, kind in kinds.items()}
    seen: dict[str, pa.Schema] = {}
    for run in runs:  # one of each scenario
        seen.setdefault(run.key.split("-")[0], pq.read_schema(io.BytesIO(_bytes(place, run.key, name))))
    for schema in seen.values():
        for each in schema:
            fields.setdefault(each.name, each.with_nullable(True))
    return pa.schema(list(fields.values()))


def _groups(place: Place, name: str, runs: Sequence[StudyRun], schema: pa.Schema) -> Iterator[pa.Table]:
    held: list[pa.Table] = []
    for run in runs:
        held.append(_labelled(pq.read_table(io.BytesIO(_bytes(place, run.key, name))), run, schema))
        if sum(table.num_rows for table in held) >= ROWS_PER_GROUP:
            yield pa.concat_tables(held)
            held = []
    if held:
        yield pa.concat_tables(held)


def _labelled(table: pa.Table, run: StudyRun, schema: pa.Schema) -> pa.Table:
    """A run's table with the columns of all runs; a column that it lacks is null."""
    own = run.columns()
    columns = [
        pa.array([own[field.name]] * table.num_rows, field.type)
        if field.name in own
        else table[field.name]
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)
