"""One finished run in its folder: what its manifest says, its files, and whether the two agree."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.catalogue.event_digest import digest_of_days
from sim.catalogue.issues import UnfitError
from sim.core.parquet import ARROW, digest
from sim.core.table_schema import DAILY, TABLES
from sim.runs.events import FIELDS, TRUTH
from sim.runs.manifest import FORMAT, MANIFEST, read_manifest

if TYPE_CHECKING:
    import pyarrow as pa

TWIN = "twin_daily"
BY_DAY = ("events", "truth")  # tables kept as one file a day
NEEDED = ("format", "name", "seed", "days", "digest", "scenario", "tables", "versions", "timings", "environment")
HEAD = ("name", "seed", "days", "digest", "events", "twin", "versions", "commit", "key")
SPECS = {**TABLES, TWIN: DAILY}
UNFINISHED = "unfinished: there is no {file}"
UNREADABLE = "its {file} cannot be read: {reason}"
NOT_JSON = "its {file} is damaged: it is not JSON"
FOREIGN = "its {file} is another program's"
OTHER_FORMAT = "its {file} has format {found!r}, and this version reads {known}"
UNSOUND = "its {file} is damaged: some of it is not what it should be"
NO_TABLE = "its table {table} is gone"
OTHER_ROWS = "{file} has {rows} rows, and its {manifest} says {expected}"
UNLIKE = "the files of its table {table} are not alike"
OTHER_TABLE = "{file} is another program's: {what}"
FILE_GONE = "{file} is gone"
FORBIDDEN = "{file} cannot be read: Permission denied"
NO_PARQUET = "{file} is damaged: it cannot be read as Parquet"
OTHER_TYPE = "column {column} is {found}, not {expected}"
NO_COLUMN = "column {column} is {found}, and this table has no such column"
OTHER_DIGEST = "table {table} is not the one its {manifest} speaks of (digests differ)"


@dataclass(frozen=True)
class TableFiles:
    """A table of a run: its files, their schema as it stands in them, and their rows."""

    paths: tuple[str, ...]
    schema: bytes
    rows: int

    @property
    def files(self) -> tuple[Path, ...]:
        """The same as paths; made when asked for, since there may be hundreds of thousands."""
        return tuple(map(Path, self.paths))


@dataclass(frozen=True)
class StoredRun:
    """A finished run. `head` is what lists need of its manifest (thousands of runs may be open at once).

    It holds `HEAD` as the manifest has it, `finished` (its text, or ""), `wall_s`, and `tables_digest`.
    """

    name: str
    folder: Path
    head: dict[str, Any]
    parts: dict[str, TableFiles]
    size: int | None = None  # bytes of its files, where they are known already

    def manifest(self) -> dict[str, Any]:
        """The whole manifest, read again."""
        return read_manifest(self.folder)

    @property
    def files(self) -> list[Path]:
        """Every file of its tables."""
        return [file for part in self.parts.values() for file in part.files]


def open_run(folder: Path, name: str) -> StoredRun:
    """A finished run from its folder; UnfitError says why when it is none or its files do not agree with it."""
    manifest = load_manifest(folder)
    parts = {table: _part(folder, table, about["rows"]) for table, about in manifest["tables"].items()}
    return StoredRun(name, folder, _head(manifest), parts)


def _head(manifest: dict[str, Any]) -> dict[str, Any]:
    return {key: manifest[key] for key in HEAD if key in manifest} | {
        "finished": str(manifest["environment"].get("finished") or ""),
        "wall_s": manifest["timings"].get("wall_s"),
        "tables_digest": digest_of_tables(manifest["tables"]),
    }


def digest_of_tables(tables: dict[str, Any]) -> str:
    """Twelve hexadecimal digits over the digests of all tables of a run: the same for the same bits."""
    digests = "".join(f"{name} {about['sha256']}\n" for name, about in sorted(tables.items()))
    return hashlib.sha256(digests.encode()).hexdigest()[:12]


def load_manifest(folder: Path) -> dict[str, Any]:
    """A manifest of ours; UnfitError otherwise."""
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise UnfitError(UNFINISHED.format(file=MANIFEST)) from None
    except OSError as error:
        raise UnfitError(UNREADABLE.format(file=MANIFEST, reason=error.strerror or error)) from None
    except (ValueError, RecursionError):
        raise UnfitError(NOT_JSON.format(file=MANIFEST)) from None
    if not isinstance(found, dict) or any(key not in found for key in NEEDED):
        raise UnfitError(FOREIGN.format(file=MANIFEST))
    if found["format"] != FORMAT:
        raise UnfitError(OTHER_FORMAT.format(file=MANIFEST, found=found["format"], known=FORMAT))
    if not _sound(found):
        raise UnfitError(UNSOUND.format(file=MANIFEST))
    return found


def _sound(manifest: dict[str, Any]) -> bool:
    kinds = {"name": str, "digest": str, "seed": int, "days": int}
    plain = all(isinstance(manifest[key], kind) for key, kind in kinds.items())
    mappings = all(isinstance(manifest[k], dict) for k in ("scenario", "tables", "versions", "timings", "environment"))
    if not (plain and mappings and all(_sound_table(*item) for item in manifest["tables"].items())):
        return False
    run = manifest["scenario"].get("run")
    return isinstance(run, dict) and all(run.get(key) == manifest[key] for key in ("seed", "days"))


def _sound_table(name: str, about: Any) -> bool:
    fits = isinstance(about, dict) and isinstance(about.get("sha256"), str) and isinstance(about.get("rows"), int)
    return fits and name.isidentifier()


def _part(folder: Path, table: str, rows: int) -> TableFiles:
    """The files of a table, by their footers only: whole, of the right form, and as long as the manifest says."""
    files = sorted((folder / table).glob("day-*.parquet")) if table in BY_DAY else [folder / f"{table}.parquet"]
    if not files:
        raise UnfitError(NO_TABLE.format(table=table))
    total, schemas = 0, set()
    for file in files:
        n, schema = _footer(file)
        total += n
        schemas.add(schema)
    where = files[0].relative_to(folder).as_posix()
    if total != rows:
        raise UnfitError(OTHER_ROWS.format(file=where, rows=total, manifest=MANIFEST, expected=rows))
    if len(schemas) > 1:
        raise UnfitError(UNLIKE.format(table=table))
    wrong = schema_problem(table, schemas.pop())
    if wrong:
        raise UnfitError(OTHER_TABLE.format(file=where, what=wrong))
    return TableFiles(tuple(map(str, files)), schema, total)


def _footer(file: Path) -> tuple[int, bytes]:
    """Rows and schema of a Parquet file; the schema as the bytes in which Arrow wrote it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        found = pq.read_metadata(file)
        kept = (found.metadata or {}).get(b"ARROW:schema")
        if kept is None:
            return found.num_rows, found.schema.to_arrow_schema().serialize().to_pybytes()
        if found.schema.names != names_of(b"64:" + kept):
            raise ValueError
        return found.num_rows, b"64:" + kept
    except FileNotFoundError:
        raise UnfitError(FILE_GONE.format(file=file.name)) from None
    except PermissionError:
        raise UnfitError(FORBIDDEN.format(file=file.name)) from None
    except (pa.ArrowException, OSError, ValueError):  # a damaged name is a UnicodeDecodeError
        raise UnfitError(NO_PARQUET.format(file=file.name)) from None


@lru_cache(maxsize=512)
def schema_of(kept: bytes) -> pa.Schema:
    """A schema from the bytes in a TableFiles."""
    import base64

    import pyarrow as pa

    raw = base64.b64decode(kept[3:]) if kept.startswith(b"64:") else kept
    return pa.ipc.read_schema(pa.py_buffer(raw))


@lru_cache(maxsize=512)
def names_of(kept: bytes) -> list[str]:
    """Names of the columns of a schema."""
    return list(schema_of(kept).names)


@lru_cache(maxsize=512)
def schema_problem(table: str, kept: bytes) -> str:
    """What is wrong with the columns of a table that should be one of ours; empty when nothing is."""
    schema = schema_of(kept)
    wanted = _declared(table)
    if not wanted:
        return ""
    for field in schema:
        if field.name in wanted and field.type != wanted[field.name]:
            return OTHER_TYPE.format(column=field.name, found=field.type, expected=wanted[field.name])
        if field.name not in wanted and not _is_number(field.type):
            return NO_COLUMN.format(column=field.name, found=field.type)
    if "day" in wanted and "day" not in schema.names:
        return "it has no column day"
    known = [name for name in wanted if name in schema.names]
    return "" if known else "it has none of the columns of this table"


def _declared(table: str) -> dict[str, Any]:
    """Declared columns of a table and their types; empty for a table nobody declared."""
    import pyarrow as pa

    if table in SPECS:
        return {column.name: pa.type_for_alias(ARROW[column.dtype]) for column in SPECS[table].columns}
    if table in BY_DAY:
        return {name: pa.type_for_alias(kind) for name, kind, _, _ in (FIELDS if table == "events" else TRUTH)}
    return {}


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))


def flat(values: Any, above: str = "") -> dict[str, Any]:
    """Plain values by dotted path; positions in lists are numbers, as `--set` takes them."""
    out: dict[str, Any] = {}
    items = values.items() if isinstance(values, dict) else enumerate(values)
    for key, value in items:
        path = f"{above}{key}"
        if isinstance(value, dict | list) and value:
            out |= flat(value, f"{path}.")
        else:
            out[path] = value
    return out


def verify(run: StoredRun) -> str:
    """Read every cell and compare with the digests of the manifest: what is wrong, or nothing."""
    import pyarrow as pa

    for table, part in run.parts.items():
        try:
            same = digest_of_table(table, part) == run.manifest()["tables"][table]["sha256"]
        except (pa.ArrowException, OSError, ValueError, KeyError):
            same = False
        if not same:
            return OTHER_DIGEST.format(table=table, manifest=MANIFEST)
    return ""


def digest_of_table(table: str, part: TableFiles) -> str:
    """The digest of a table from its files."""
    import pyarrow.parquet as pq

    if table in BY_DAY:
        return digest_of_days(part.files)
    found = pq.ParquetFile(part.files[0]).read()
    return digest({name: found[name].to_numpy() for name in found.column_names})
