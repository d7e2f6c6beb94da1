"""The tables of one stored run, by name, as the functions of outcomes get them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sim.core.errors import did_you_mean, nearest_name
from sim.core.table_schema import TABLES
from sim.runs.storage import Place
from sim.studies.layout import RUNS

if TYPE_CHECKING:
    import pandas as pd

NO_TABLE = "there is no table '{name}'; a run has {known}"


class TablesOfRun(Mapping[str, "pd.DataFrame"]):
    """The tables of a stored run by name; each is read when it is asked for, and is the function's own to change."""

    def __init__(self, place: Place, key: str) -> None:
        self._place, self._key = place, key
        self._bytes: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        import pyarrow.parquet as pq

        if name not in TABLES:
            near = did_you_mean(nearest_name(str(name), TABLES))
            raise NoTable(NO_TABLE.format(name=name, known=", ".join(TABLES)) + near)
        if name not in self._bytes:
            self._bytes[name] = self._place.read(f"{RUNS}/{self._key}/{name}.parquet")
        found: pd.DataFrame = pq.read_table(io.BytesIO(self._bytes[name])).to_pandas()
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    @property
    def columns(self) -> list[str]:
        """Columns of the tables that have been asked for."""
        import pyarrow.parquet as pq

        return [name for data in self._bytes.values() for name in pq.read_schema(io.BytesIO(data)).names]


class NoTable(KeyError):
    """A run has no such table."""

    def __str__(self) -> str:
        return str(self.args[0])
