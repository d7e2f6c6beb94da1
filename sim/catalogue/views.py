"""The tables of all runs as DuckDB views of their Parquet files, with run and factors in the first columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sim.catalogue.listing import (
    LABELS,
    PARAMETER_COLUMNS,
    Listing,
    factor_columns,
    kind_of,
    parameters_table,
    runs_columns,
    runs_table,
)
from sim.catalogue.stored import SPECS, schema_of
from sim.core.table_schema import LONGEST_COLUMN

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

RUNS, PARAMETERS = "runs", "parameters"
ASKS_WHAT_THERE_IS = ("show", "describe", "summarize", "pragma", "information_schema", "duckdb_", "pg_", "sqlite_")
PATTERN = re.compile(r"[*?\[]")
FLOATS = ("halffloat", "float", "double")
ASIDE = "kept"  # a schema of its own, so that SHOW TABLES lists only the tables for users


def connect(root: str, linked: Iterable[str] = ()) -> duckdb.DuckDBPyConnection:
    """A database in memory that may read one folder and where its links lead: no network, no extensions."""
    import duckdb

    config = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    connection = duckdb.connect(":memory:", config=config)
    allowed = ", ".join(text(path) for folder in (root, *sorted(linked)) for path in (folder, escaped(folder)))
    for setting in (
        "enable_progress_bar=false",
        "python_enable_replacements=false",
        f"allowed_directories=[{allowed}]",  # DuckDB compares paths as text
        "enable_external_access=false",
        "lock_configuration=true",
    ):
        connection.execute(f"SET {setting}")
    return connection


def begin(connection: duckdb.DuckDBPyConnection, listing: Listing) -> None:
    """Make or renew the small tables: `runs`, and `parameters`, which stays empty until `fill_parameters`."""
    _replace(connection, f'main."{RUNS}"', runs_table(listing))
    _replace(connection, f'main."{PARAMETERS}"', parameters_table([]))
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {ASIDE}")
    _replace(connection, f"{ASIDE}.labels", _labels(listing))
    _replace(connection, f"{ASIDE}.files", _files(listing))


def add(connection: duckdb.DuckDBPyConnection, listing: Listing, tables: Iterable[str]) -> None:
    """Make the views of some tables; DuckDB opens a file of each."""
    for table in tables:
        connection.execute(_view(table, listing))


def find_mentioned_tables(sql: str, known: Iterable[str]) -> list[str]:
    """The tables that a query may need: those whose names occur in it, or all when it lists tables or columns."""
    asked = sql.lower()
    all_of_them = any(word in asked for word in ASKS_WHAT_THERE_IS)
    return [table for table in known if table not in (RUNS, PARAMETERS) and (all_of_them or table.lower() in asked)]


def columns(listing: Listing) -> dict[str, list[str]]:
    """Names of all columns, by table; runs first."""
    present = dict.fromkeys(table for run in listing.stored for table in run.parts)
    found = {RUNS: runs_columns(listing), PARAMETERS: list(PARAMETER_COLUMNS)}
    found |= {
        table: [column for column, _ in _columns(table, listing, _groups(table, listing))]
        for table in present
        if table not in found
    }
    order = [RUNS, *SPECS]
    return {
        name: found[name]
        for name in sorted(found, key=lambda n: (order.index(n) if n in order else len(order), n != PARAMETERS, n))
    }


def fill_parameters(connection: duckdb.DuckDBPyConnection, listing: Listing) -> None:
    """Fill `parameters` from the manifests of all runs; done when a query first uses it."""
    _replace(connection, f'main."{PARAMETERS}"', parameters_table(listing.runs))


def unreadable(connection: duckdb.DuckDBPyConnection, listing: Listing) -> dict[str, str]:
    """Runs with a file that DuckDB cannot read to the end, with its message."""
    import duckdb

    found: dict[str, str] = {}
    for run in listing.stored:
        for file in run.files:
            try:  # a hash of all rows makes DuckDB read every cell
                connection.execute("SELECT max(hash(t)) FROM read_parquet(?) t", [escaped(str(file))]).fetchall()
            except (duckdb.Error, UnicodeDecodeError) as error:
                lines = str(error).strip().splitlines()
                found[run.name] = f"{file.name} is damaged: {lines[0] if lines else 'it cannot be read'}"
    return found


def text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """A name as SQL writes it."""
    return '"' + value.replace('"', '""') + '"'


def _replace(connection: Any, table: str, content: pa.Table) -> None:
    connection.register("arriving", content)
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM arriving")
    connection.unregister("arriving")


def _labels(listing: Listing) -> pa.Table:
    """Run, study, point and factors of every finished run that is listed."""
    import pyarrow as pa

    finished = [each for each in listing.runs if each.stored is not None]
    rows = [each.labels for each in finished]
    own = {label: pa.array([row[label] for row in rows], kind_of(label)) for label in LABELS}
    # factors get names that no label can have
    return pa.table(own | {f"factor {name}": column for name, column in factor_columns(finished).items()})


def _files(listing: Listing) -> pa.Table:
    """The run that each file belongs to."""
    import pyarrow as pa

    pairs = [(path, run.name) for run in listing.stored for part in run.parts.values() for path in part.paths]
    return pa.table(
        {"file": pa.array([f for f, _ in pairs], pa.string()), "run": pa.array([r for _, r in pairs], pa.string())}
    )


def _groups(table: str, listing: Listing) -> dict[bytes, list[str]]:
    """The files of a table by schema: files of one schema are read together, so DuckDB opens only one to learn it."""
    groups: dict[bytes, list[str]] = {}
    for run in listing.stored:
        part = run.parts.get(table)
        if part is not None:
            groups.setdefault(part.schema, []).extend(part.paths)
    return groups


def _columns(table: str, listing: Listing, groups: Iterable[bytes]) -> list[tuple[str, str]]:
    """The columns of a view, labels and factors first: the name of each, and its SQL expression."""
    own = dict.fromkeys(column for schema in groups for column in schema_of(schema).names)
    floats = {field.name for schema in groups for field in schema_of(schema) if str(field.type) in FLOATS}
    shown = [(label, f"l.{name(label)}") for label in LABELS]
    finished = {each for run in listing.runs if run.stored is not None for each in run.factors}
    # a factor with the name of a column of this table is renamed
    shown += [
        (each if each not in {*own, *LABELS} else f"factor_{each}"[:LONGEST_COLUMN], f"l.{name(f'factor {each}')}")
        for each in listing.factors
        if each in finished
    ]
    return shown + [(column, _defined(column, column in floats)) for column in own if column not in LABELS]


def _view(table: str, listing: Listing) -> str:
    """A view over all files of a table."""
    groups = _groups(table, listing)
    parts = " UNION ALL BY NAME ".join(
        f"SELECT * FROM read_parquet([{', '.join(text(escaped(file)) for file in files)}], "
        "filename = true, hive_partitioning = false)"
        for files in groups.values()
    )
    shown = [f"{content} AS {name(column)}" for column, content in _columns(table, listing, groups)]
    return (
        f"CREATE OR REPLACE VIEW main.{name(table)} AS SELECT {', '.join(shown)} FROM ({parts}) t "
        f"JOIN {ASIDE}.files f ON f.file = t.filename JOIN {ASIDE}.labels l ON l.run = f.run"
    )


def _defined(column: str, number: bool) -> str:
    """A column of a table, with NULL for NaN and infinity, which SQL would sort as the largest values."""
    shown = f"t.{name(column)}"
    return f"CASE WHEN isfinite({shown}) THEN {shown} END" if number else shown


def escaped(path: str) -> str:
    """A path in which no character is read as part of a pattern."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in path) if PATTERN.search(path) else path
