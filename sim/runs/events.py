"""The whole interaction log on disk, one file a day; the truth about it in a separate table.

`events/day-0000.parquet` holds what the platform's servers know; `truth/day-0000.parquet` the true origin
of the same rows, joined by `event`. A day's file is a function of the day alone, so a run that was
interrupted and resumed leaves the same files as one that was not.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.parquet import COMPRESSION, sync
from sim.core.views import LOG_COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from sim.core.clock import Clock
    from sim.world import World

ROWS_PER_CHUNK = 1 << 18
FIELDS: tuple[tuple[str, str, str, str], ...] = (
    ("event", "int64", "id", "row of the log, from 0 over the whole run"),
    ("time_s", "int64", "s", "time since the start of the run"),
    ("account", "uint32", "token", "who"),
    ("post", "uint32", "token", "which post: column `token` of the table of posts"),
    ("kind", "uint8", "code", "sim.core.enums.Kind"),
    ("channel", "uint8", "code", "where the post was met: sim.core.enums.Surface"),
    ("dwell_s", "uint16", "s", "time spent on the post"),
    ("since_s", "int32", "s", "time since the account opened the post, -1: it did not"),
    ("completion", "uint8", "percent", "share of the post read"),
    ("aux", "uint8", "code", "depth of a comment 1..8, or motive of a forward (sim.core.enums.Motive)"),
    ("comment", "uint8", "code", "what a comment looks like: sim.core.enums.CommentClass"),
    ("referrer", "uint8", "code", "where the visitor came from: sim.core.enums.Referrer"),
    ("parent", "int64", "token", "account whose forward the post was met by, -1: none"),
    ("address", "uint32", "token", "network address"),
    ("address_class", "uint8", "code", "what is known of it: sim.core.enums.AddressClass"),
    ("region", "uint8", "id", "where it is"),
    ("device", "uint32", "token", "phone"),
    ("session", "uint32", "token", "the visit in which it happened"),
)
TRUTH: tuple[tuple[str, str, str, str], ...] = (
    FIELDS[0],
    ("origin", "uint8", "code", "true origin: sim.core.enums.Origin"),
    ("order", "int32", "id", "order that it was bought with, -1: none"),
    ("account_row", "int32", "id", "the account in tables of results"),
    ("post_row", "int32", "id", "the post in tables of results"),
)


def _schema(fields: tuple[tuple[str, str, str, str], ...]) -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            pa.field(name, pa.type_for_alias(kind), False, {"unit": unit, "description": what})
            for name, kind, unit, what in fields
        ]
    )


class EventWriter:
    """Writes the log of each tick into the day's file. Picklable between days, and only then."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = 0
        self.digests: dict[str, str] = {"events": "", "truth": ""}
        self._held: list[dict[str, NDArray[Any]]] = []
        self._n_held = 0
        self._files: dict[str, pq.ParquetWriter] = {}
        self._hashes: dict[str, Any] = {}
        for name in self.digests:
            (folder / name).mkdir(exist_ok=True)

    def tick(self, world: World, clock: Clock) -> None:
        """Take over the rows of the tick that began at `clock`."""
        from sim.world.observables import (
            view_log,
        )  # numba is slow to import: a run that is refused waits for it no more

        log, day = world.log, clock.day
        if log.n:
            view = view_log(world, clock)
            chunk = {name: np.array(getattr(view, name)) for name in LOG_COLUMNS}
            chunk |= {name: getattr(log, name).copy() for name in ("origin", "order")}
            chunk |= {"account_row": log.account.copy(), "post_row": log.post.copy()}
            chunk["event"] = np.arange(self.rows, self.rows + log.n, dtype=np.int64)
            self.rows += log.n
            self._held.append(chunk)
            self._n_held += log.n
        if self._n_held >= ROWS_PER_CHUNK:
            self._write(day)

    def close_day(self, day: int) -> None:
        """Finish the day's files."""
        self._write(day)
        for name, file in self._files.items():
            file.close()
            sync(self._path(name, day))
            self.digests[name] = hashlib.sha256(
                (self.digests[name] + self._hashes[name].hexdigest()).encode()
            ).hexdigest()
        self._files, self._hashes = {}, {}

    def forget_after(self, day: int) -> None:
        """Remove the files of days after `day` (written after the checkpoint that is being resumed)."""
        for name in self.digests:
            for file in sorted((self.folder / name).glob("day-*.parquet")):
                if int(file.stem.removeprefix("day-")) > day:
                    file.unlink()

    def _path(self, name: str, day: int) -> Path:
        return self.folder / name / f"day-{day:04d}.parquet"

    def _write(self, day: int) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self._files:
            for name, fields in (("events", FIELDS), ("truth", TRUTH)):
                self._hashes[name] = hashlib.sha256()
                self._files[name] = pq.ParquetWriter(self._path(name, day), _schema(fields), **COMPRESSION)
        held, self._held, self._n_held = self._held, [], 0
        if not held:
            return
        whole = {name: np.concatenate([chunk[name] for chunk in held]) for name in held[0]}
        for name, file in self._files.items():
            table = pa.Table.from_arrays(
                [pa.array(whole[field.name], field.type) for field in file.schema], schema=file.schema
            )
            file.write_table(table)
            for field in file.schema:
                self._hashes[name].update(whole[field.name].data)

    def __getstate__(self) -> dict[str, Any]:
        if self._files or self._held:
            raise RuntimeError("an event log can be saved between days only")
        return self.__dict__.copy()
