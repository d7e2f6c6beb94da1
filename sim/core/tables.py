"""Typed tables that the model writes its results into, kept in chunks of columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.parquet import to_arrow
from sim.core.table_columns import FILL, FLOAT, NAME, Column, TableSpec
from sim.core.table_schema import TABLES

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

SCALAR_TYPES = (str, int, float)
Chunk = dict[str, NDArray[Any]]


class TableError(ValueError):
    """A row that does not fit the declared table."""


class Table:
    """A table being written. Single rows are held until they are read; whole columns become a chunk at once."""

    def __init__(self, spec: TableSpec) -> None:
        self.spec = spec
        self.columns = spec.by_name
        self._chunks: list[tuple[int, Chunk]] = []
        self._rows: list[dict[str, Any]] = []
        self._known: tuple[str, ...] = ()  # the last set of keys that was found good

    def __len__(self) -> int:
        return sum(n for n, _ in self._chunks) + len(self._rows)

    @property
    def last(self) -> dict[str, Any]:
        """The latest row (empty when there is none)."""
        if self._rows:
            return dict(self._rows[-1])
        return {name: column[-1] for name, column in self._chunks[-1][1].items()} if self._chunks else {}

    def add(self, row: dict[str, Any]) -> None:
        """Append one row."""
        self._check(tuple(row))
        self._rows.append(row)

    def extend(self, columns: Mapping[str, Any]) -> None:
        """Append rows given as columns; scalars are repeated. Values are copied."""
        self._check(tuple(columns))
        sizes = {len(value) for value in columns.values() if _is_column(value)}
        if len(sizes) > 1:
            raise TableError(f"columns of unequal length for table {self.spec.name}: {sorted(sizes)}")
        n = sizes.pop() if sizes else 1
        if n == 0:
            return
        self._flush()
        self._chunks.append((n, {name: self._cast(name, value, n) for name, value in columns.items()}))

    def fill(self, name: str, values: NDArray[Any]) -> None:
        """Set a column for all existing rows, for values that are known only at the end."""
        if np.shape(values) != (len(self),):
            raise TableError(f"column {name} of table {self.spec.name} needs {len(self)} values")
        self._flush()
        start = 0
        for n, chunk in self._chunks:
            chunk[name] = self._cast(name, values[start : start + n], n)
            start += n

    def describe(self, about: Mapping[str, tuple[str, str]]) -> None:
        """Set (unit, description) of columns that were not declared."""
        for name, (unit, description) in about.items():
            if name in self.columns and not self.columns[name].unit:
                self.columns[name] = Column(name, self.columns[name].dtype, unit, description)

    def _check(self, names: tuple[str, ...]) -> None:
        if names == self._known:
            return
        for name in names:
            if name not in self.columns:
                if not self.spec.open:
                    raise TableError(f"table {self.spec.name} has no column {name!r}{_near(name, self.columns)}")
                self.columns[name] = Column(name, FLOAT, "", "")
        missing = [c.name for c in self.spec.columns if not c.optional and c.name not in names]
        if missing:
            raise TableError(f"a row of table {self.spec.name} lacks {', '.join(missing)}")
        self._known = names

    def _cast(self, name: str, value: Any, n: int) -> NDArray[Any]:
        dtype = self.columns[name].dtype
        if dtype == NAME:
            cells = np.empty(n, object)
            cells[:] = [_word(item) for item in value] if _is_column(value) else _word(value)
            return cells
        array = np.asarray(value)
        if not np.can_cast(array.dtype, dtype, "same_kind"):
            raise TableError(f"column {name} of table {self.spec.name} holds {dtype}, not {array.dtype}")
        return np.full(n, array, dtype) if array.ndim == 0 else array.astype(dtype)

    def _flush(self) -> None:
        if self._rows:
            rows, self._rows = self._rows, []
            names = [name for name in self.columns if any(name in row for row in rows)]
            fill = {name: FILL[self.columns[name].dtype] for name in names}
            chunk = {name: self._cast(name, [row.get(name, fill[name]) for row in rows], len(rows)) for name in names}
            self._chunks.append((len(rows), chunk))

    def arrays(self) -> Chunk:
        """All columns, whole: one array each, of the declared type, in the declared order."""
        self._flush()
        return {name: self._whole(column) for name, column in self.columns.items()}

    def arrow(self) -> pa.Table:
        """The table as Arrow, with units and meanings in the schema's metadata."""
        return to_arrow(self.spec, self.columns.values(), self.arrays())

    def _whole(self, column: Column) -> NDArray[Any]:
        dtype = object if column.dtype == NAME else column.dtype
        parts = [
            chunk[column.name] if column.name in chunk else np.full(n, FILL[column.dtype], dtype)
            for n, chunk in self._chunks
        ]
        return np.concatenate(parts) if parts else np.empty(0, dtype)


def _near(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _is_column(value: Any) -> bool:
    """Whether a value has an entry for each row: NumPy takes long to say so of a text or a number."""
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return not isinstance(value, SCALAR_TYPES) and np.ndim(value) > 0


def _word(value: Any) -> str:
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, str):
        return value
    raise TableError(f"a name was expected, not {value!r}")


class Tables:
    """All tables of a run; unknown tables and columns are errors. Picklable: part of a checkpoint."""

    def __init__(self, specs: Iterable[TableSpec] = tuple(TABLES.values())) -> None:
        self._tables = {spec.name: Table(spec) for spec in specs}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tables."""
        return tuple(self._tables)

    def __getitem__(self, name: str) -> Table:
        try:
            return self._tables[name]
        except KeyError:
            raise TableError(f"there is no table {name!r}{_near(name, self._tables)}") from None

    def add(self, name: str, **row: Any) -> None:
        """Append one row to table `name`."""
        self[name].add(row)

    def extend(self, name: str, **columns: Any) -> None:
        """Append many rows to table `name`, given as columns (arrays, lists, or scalars for all)."""
        self[name].extend(columns)

    def last(self, name: str) -> dict[str, Any]:
        """The latest row of a table; empty when it has none."""
        return self[name].last

    def arrow(self, name: str) -> pa.Table:
        """The table as Arrow, with units and meanings in the schema's metadata."""
        return self[name].arrow()

    def frame(self, name: str) -> pd.DataFrame:
        """The table as a pandas frame; the same types however many rows there are."""
        frame: pd.DataFrame = self.arrow(name).to_pandas()
        return frame
