"""What a column and a table are."""

from __future__ import annotations

from dataclasses import dataclass

INT, FLOAT, FLAG, NAME = "int64", "float64", "bool", "str"
FILL: dict[str, object] = {INT: -1, FLOAT: float("nan"), FLAG: False, NAME: ""}


@dataclass(frozen=True)
class Column:
    """A column: `dtype` is int64, float64, bool or str; an `optional` one may be left out of a row."""

    name: str
    dtype: str
    unit: str
    description: str
    optional: bool = False


@dataclass(frozen=True)
class TableSpec:
    """A table: its columns in order; an `open` table also takes float columns nobody declared (measures)."""

    name: str
    description: str
    columns: tuple[Column, ...]
    open: bool = False

    @property
    def by_name(self) -> dict[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}


def int_column(name: str, unit: str, what: str, optional: bool = False) -> Column:
    """A column of whole numbers."""
    return Column(name, INT, unit, what, optional)


def float_column(name: str, unit: str, what: str, optional: bool = False) -> Column:
    """A column of numbers."""
    return Column(name, FLOAT, unit, what, optional)


def flag_column(name: str, what: str) -> Column:
    """A column of yes and no."""
    return Column(name, FLAG, "1", what)


def name_column(name: str, what: str) -> Column:
    """A column of names."""
    return Column(name, NAME, "1", what)
