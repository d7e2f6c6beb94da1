"""A study's folder: what is in it, and its tables, tidy: one row per run, repetition and day, factors as columns."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.findings import Findings
from sim.core.errors import RunError
from sim.runs.manifest import MANIFEST
from sim.runs.storage import Place
from sim.studies.job import FAILED, RUNS

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

OTHER_KIND = "{address}: not the folder of {what}"
RECORD, REPORT = "study.json", "report.html"
ROWS_A_GROUP = 1 << 17


@dataclass(frozen=True)
class Failure:
    """A run that kept failing: it is set aside, with the command that shows it again."""

    key: str
    point: int
    repetition: int
    seed: int
    error: str
    traceback: str
    tries: int
    command: str


@dataclass(frozen=True)
class Row:
    """One run that the study asks for."""

    point: int
    repetition: int
    seed: int
    factors: dict[str, Any]
    key: str

    def columns(self) -> dict[str, Any]:
        """What stands before a table's own columns."""
        return {"point": self.point, "repetition": self.repetition, "seed": self.seed, **self.factors}


class Swept:
    """What a sweep left, whole or in part.

    `record` is study.json: name, description, factors, seeds, keep, about, points.
    """

    def __init__(self, record: dict[str, Any], place: Place, failures: tuple[Failure, ...] = ()) -> None:
        self.record = record
        self.place = place
        self.failures = failures

    @classmethod
    def load(cls, out: str | Path | Place) -> Swept:
        """A study folder, finished or not; RunError when it is none."""
        place = out if isinstance(out, Place) else Place(out)
        try:
            record = json.loads(place.read(RECORD))
            lacking = [name for name in ("name", "points", "seeds", "factors", "keep", "code") if name not in record]
            if lacking:
                raise ValueError
        except FileNotFoundError:
            raise RunError(f"{place.address}: not a study folder (no {RECORD})") from None
        except (ValueError, TypeError):
            raise RunError(f"{place.address}: its {RECORD} is not a study's") from None
        failures = [_failure(place.read(name)) for name in place.list(FAILED) if name.endswith(".json")]
        return cls(record, place, tuple(sorted(filter(None, failures), key=_order)))

    @property
    def name(self) -> str:
        """Name of the study."""
        return str(self.record["name"])

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors."""
        return tuple(self.record["factors"])

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, one for each repetition."""
        return tuple(self.record["seeds"])

    @property
    def keep(self) -> tuple[str, ...]:
        """Names of the tables kept of each run."""
        return tuple(self.record["keep"])

    @property
    def points(self) -> pd.DataFrame:
        """One row per point: point, factors."""
        import pandas as pd

        return pd.DataFrame([{"point": p["point"], **p["factors"]} for p in self.record["points"]])

    @cached_property
    def findings(self) -> Findings:
        """Outcomes and sensitivity indices; RunError when these are not the runs of a study file."""
        self.expect(("study",), "a study file")
        return Findings(self.record, self)

    def expect(self, kinds: tuple[str, ...], what: str) -> None:
        """Raise RunError when the folder is of another kind than `what` (kinds as in study.json)."""
        if self.record["about"].get("kind") not in kinds:
            raise RunError(OTHER_KIND.format(address=self.place.address, what=what))

    def rows(self) -> list[Row]:
        """Every run that the study asks for, by point and repetition."""
        return [
            Row(p["point"], repetition, seed, p["factors"], f"{p['digest']}-{seed}-{self.record['code']}")
            for p in self.record["points"]
            for repetition, seed in enumerate(self.record["seeds"])
        ]

    def finished(self) -> frozenset[str]:
        """Keys of the runs that are finished, with every table that is kept."""
        names = frozenset(self.place.list(RUNS))
        files = (MANIFEST, *(f"{table}.parquet" for table in self.keep))
        keys = {name.split("/")[1] for name in names}
        return frozenset(key for key in keys if all(f"{RUNS}/{key}/{file}" in names for file in files))

    def done(self) -> list[Row]:
        """The runs that the study asks for and that are finished, by point and repetition."""
        finished = self.finished()
        return [row for row in self.rows() if row.key in finished]

    def manifest(self, key: str) -> dict[str, Any]:
        """The manifest of a run."""
        found: dict[str, Any] = json.loads(self.place.read(f"{RUNS}/{key}/{MANIFEST}"))
        return found

    def table(self, name: str = "daily") -> pd.DataFrame:
        """A table of all finished runs together, tidy: point, repetition, seed, factors, and its own columns."""
        import pyarrow.parquet as pq

        if name not in self.keep:
            raise RunError(f"this study kept no table '{name}'; it kept {', '.join(self.keep)}")
        frame: pd.DataFrame = pq.read_table(io.BytesIO(self.place.read(f"{name}.parquet"))).to_pandas()
        return frame

    def runs(self) -> pd.DataFrame:
        """One row per finished run: point, repetition, seed, factors, key, wall_s."""
        import pandas as pd

        found = [
            {**row.columns(), "key": row.key, "wall_s": self.manifest(row.key)["timings"]["wall_s"]}
            for row in self.done()
        ]
        return pd.DataFrame(found, columns=["point", "repetition", "seed", *self.factors, "key", "wall_s"])

    def gather(self) -> frozenset[str]:
        """Put the tables of all finished runs together, in the order of the study; keys of those that are spoilt.

        The same bits however the runs were made, by how many workers and with how many interruptions. Where no run
        is finished there are no tables either.
        """
        rows = self.done()
        spoilt: list[str] = []
        for name in self.keep:
            spoilt += [row.key for row in rows if not self._whole(row.key, name)]
        if not spoilt and rows:
            for name in self.keep:
                self._put_together(name, rows)
            self._write("runs", [{**row.columns(), "key": row.key} for row in rows])
            self._write("points", [{"point": p["point"], **p["factors"]} for p in self.record["points"]])
        if not rows:
            for name in (*self.keep, "runs", "points"):
                self.place.remove(f"{name}.parquet")
        return frozenset(spoilt)

    def set_aside(self, failure: Failure, scenario: bytes) -> None:
        """Note down a run that kept failing, with the scenario that shows it again."""
        self.place.write(f"{FAILED}/{failure.key}.yaml", scenario)
        self.place.write(f"{FAILED}/{failure.key}.json", json.dumps(asdict(failure), indent=2).encode())

    def _whole(self, key: str, name: str) -> bool:
        """Whether a table is the one its manifest speaks of."""
        from sim.core.parquet import digest

        data, record = self._bytes(key, name), self.place.read(f"{RUNS}/{key}/{MANIFEST}")
        try:
            table = _parsed(data)
            return bool(_seal_in(record, name) == digest({c: table[c].to_numpy() for c in table.column_names}))
        except Exception:  # whatever a spoilt file makes its reader say
            return False

    def _bytes(self, key: str, name: str) -> bytes:
        return self.place.read(f"{RUNS}/{key}/{name}.parquet")

    def _read(self, key: str, name: str) -> pa.Table:
        return _parsed(self._bytes(key, name))

    def _write(self, name: str, rows: list[dict[str, Any]]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), buffer)
        self.place.write(f"{name}.parquet", buffer.getvalue())

    def _put_together(self, name: str, rows: list[Row]) -> None:
        """One file of all runs, written group by group: a large study need not fit into memory."""
        import pyarrow.parquet as pq

        from sim.core.parquet import COMPRESSION

        schema = self._schema(name, rows)
        folder = self.place.path if self.place.is_local else None
        with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as aside:
            file = Path(aside) / f"{name}.parquet"
            with pq.ParquetWriter(file, schema, **COMPRESSION) as writer:
                for group in self._groups(name, rows, schema):
                    writer.write_table(group)
            self.place.put(f"{name}.parquet", file)

    def _schema(self, name: str, rows: list[Row]) -> pa.Schema:
        """Columns of all runs: those of the run and its factors, then the table's in the order first met."""
        import pyarrow as pa

        kinds = {column: pa.array(list(_column(rows, column))).type for column in rows[0].columns()}
        fields = {column: pa.field(column, kind) for column, kind in kinds.items()}
        seen: dict[str, pa.Schema] = {}
        for row in rows:
            seen.setdefault(row.key.split("-")[0], self._read_schema(row.key, name))
        for schema in seen.values():
            for each in schema:
                fields.setdefault(each.name, each.with_nullable(True))
        return pa.schema(list(fields.values()))

    def _read_schema(self, key: str, name: str) -> pa.Schema:
        import pyarrow.parquet as pq

        return pq.read_schema(io.BytesIO(self._bytes(key, name)))

    def _groups(self, name: str, rows: list[Row], schema: pa.Schema) -> Iterator[pa.Table]:
        import pyarrow as pa

        held: list[pa.Table] = []
        for row in rows:
            held.append(_labelled(self._read(row.key, name), row, schema))
            if sum(table.num_rows for table in held) >= ROWS_A_GROUP:
                yield pa.concat_tables(held)
                held = []
        if held:
            yield pa.concat_tables(held)


def _failure(record: bytes) -> Failure | None:
    """A failure as it was noted down; None when its record is spoilt."""
    try:
        return Failure(**json.loads(record))
    except (ValueError, TypeError):
        return None


def _parsed(data: bytes) -> pa.Table:
    import pyarrow.parquet as pq

    return pq.read_table(io.BytesIO(data))


def _seal_in(record: bytes, name: str) -> str:
    return str(json.loads(record)["tables"][name]["sha256"])


def _column(rows: list[Row], name: str) -> Iterator[Any]:
    return (row.columns()[name] for row in rows)


def _labelled(table: pa.Table, row: Row, schema: pa.Schema) -> pa.Table:
    """A run's table under the columns of all; what it lacks is null."""
    import pyarrow as pa

    own = row.columns()
    columns = [
        pa.array([own[field.name]] * table.num_rows, field.type)
        if field.name in own
        else table[field.name]
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _order(failure: Failure) -> tuple[int, int]:
    return failure.point, failure.repetition
