"""Growable tables of NumPy columns."""

from __future__ import annotations

from enum import Enum
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

ROOM = 16  # rows of a new table

Spec = dict[str, tuple[Any, tuple[int, ...], Any]]


class Columns:
    """A table whose columns are NumPy arrays of one length, grown by doubling.

    A subclass states `spec`: name -> (dtype, shape of one cell, fill value). `table.name` is a
    view of the rows in use: write through it, but do not keep it across an `add`.
    """

    spec: ClassVar[Spec] = {}

    def __init__(self, capacity: int = ROOM) -> None:
        self.n = 0
        self._first = 0  # where row 0 stands: places before it are left over from rows that were dropped
        self._seen: list[str] = []  # columns whose view is kept
        self._data: dict[str, NDArray[Any]] = {
            name: self._blank(name, (capacity, *cell), dtype) for name, (dtype, cell, _) in self.spec.items()
        }

    def _fill(self, name: str) -> Any:
        """The default value of a column's cells."""
        return self.spec[name][2]

    def _blank(self, name: str, shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
        """Cells of a column with its default value; memory for zeros is taken when they are written to."""
        fill = self._fill(name)
        return np.full(shape, fill, dtype) if fill else np.zeros(shape, dtype)

    def __len__(self) -> int:
        return self.n

    def __getattr__(self, name: str) -> NDArray[Any]:
        data = self.__dict__.get("_data")
        if data is None or name not in data:
            raise AttributeError(name)
        # kept until the table changes, so that this runs once for each column and not at every access
        column: NDArray[Any] = data[name][self._first : self._first + self.n]
        self.__dict__[name] = column
        self._seen.append(name)
        return column

    def _changed(self) -> None:
        for name in self._seen:
            del self.__dict__[name]
        self._seen.clear()

    def __getstate__(self) -> dict[str, Any]:
        self._close_gap()
        return {"n": self.n, "_data": self._data}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _first=0, _seen=[])

    def add(self, count: int, **values: Any) -> slice:
        """Append `count` rows (columns not named get their fill value); return their slice."""
        start, stop = self.n, self.n + count
        self._grow(stop)
        at = slice(self._first + start, self._first + stop)
        for name, value in values.items():
            # NumPy is slow to take in a member of an enumeration
            self._data[name][at] = value.value if isinstance(value, Enum) else value
        self.n = stop
        self._changed()
        return slice(start, stop)

    def clear(self) -> None:
        """Remove the rows, keep the memory."""
        self.n = 0
        self._changed()

    def keep(self, rows: NDArray[Any]) -> None:
        """Only these rows, in this order; columns that a later row leaves out have their fill value again."""
        self._close_gap()
        for name, column in self._data.items():
            column[: len(rows)] = column.take(rows, axis=0)
            column[len(rows) : self.n] = self._fill(name)
        self.n = len(rows)
        self._changed()

    def drop(self, rows: NDArray[Any]) -> None:
        """Without these rows (distinct, in order); to drop the first rows of a table costs nothing."""
        if len(rows) == 0:
            return
        if rows[-1] == len(rows) - 1:
            self._first += len(rows)
            self.n -= len(rows)
            self._changed()
            return
        kept = np.ones(self.n, bool)
        kept[rows] = False
        self.keep(np.flatnonzero(kept))

    def _close_gap(self) -> None:
        """Move the rows to where those stood that were dropped before them."""
        if self._first == 0:
            return
        for name, column in self._data.items():
            column[: self.n] = column[self._first : self._first + self.n]
            column[self.n : self._first + self.n] = self._fill(name)
        self._first = 0
        self._changed()

    def _grow(self, rows: int) -> None:
        capacity = len(next(iter(self._data.values())))
        if self._first + rows > capacity:
            self._close_gap()
        if rows > capacity:
            self.reserve(max(rows, 2 * capacity))

    def reserve(self, capacity: int) -> None:
        """Make room for `capacity` rows at once."""
        self._close_gap()
        for name, (dtype, cell, _) in self.spec.items():
            grown = self._blank(name, (capacity, *cell), dtype)
            grown[: self.n] = self._data[name][: self.n]
            self._data[name] = grown
        self._changed()

    @property
    def nbytes(self) -> int:
        """Bytes held, capacity included."""
        return sum(column.nbytes for column in self._data.values())
