"""Readers as Mesa agents, made on demand: views on the readers' columns."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.actors.actor import NO_DELETING, HasState, check_values, unknown_attribute
from sim.world import World
from sim.world.readers import RECORD

FIXED = ("spare", "follow_at", "follow_places", "follow_n", "inbox_way")  # belong to lists, or to nothing
FIELDS = (*(name for name in (RECORD.names or ()) if name not in FIXED), "last_tick", "status")
STAYS = (
    "a reader cannot be removed, since readers stay in their columns; set `left`: its people stay away until "
    "they come back, or `status` to Status.BANNED, which closes the account of the first of them"
)


def get_column(world: World, name: str, rows: Any = slice(None)) -> NDArray[Any]:
    """One of `FIELDS` for some readers (rows): their status is that of the first account, all else in their record."""
    if name == "status":
        status: NDArray[Any] = world.accounts.status[world.readers.first_accounts[rows]]
        return status
    readers = world.readers
    column: NDArray[Any] = (readers.last_tick if name == "last_tick" else readers.record[name])[rows]
    return column


def set_column(world: World, name: str, rows: Any, value: Any) -> None:
    """Write one of `FIELDS` for some readers (rows); ValueError for values that the column would alter."""
    if name == "status":
        check_values(name, value, world.accounts.status.dtype)
        world.accounts.status[world.readers.first_accounts[rows]] = value
        return
    readers = world.readers
    column = readers.last_tick if name == "last_tick" else readers.record[name]
    check_values(name, value, column.dtype)
    column[rows] = value


class Reader(mesa.Agent):
    """An organic reader: a genuine Mesa agent that holds nothing but its row.

    Every field of the readers' record is an attribute (raw units, see `sim.world.readers.RECORD`), and so is the
    `status` of the account: reading it reads the column, setting it writes the column. Two views of one row are equal.
    """

    def __init__(self, model: HasState, row: int) -> None:
        # deliberately not Agent.__init__, which would register the view with the model and keep it alive
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "state", model.state)
        object.__setattr__(self, "row", row)
        object.__setattr__(self, "pos", None)

    @property
    def unique_id(self) -> str:
        """Identity within the model; readers are numbered apart from the registered agents."""
        return f"reader-{self.row}"

    def __getattr__(self, name: str) -> Any:
        if name in FIELDS:
            value = get_column(self.state.world, name, self.row)
            return value.tolist() if isinstance(value, np.ndarray) else value.item()
        raise unknown_attribute(self, name, FIELDS)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in FIELDS:
            raise unknown_attribute(self, name, FIELDS)
        set_column(self.state.world, name, self.row, value)

    def __delattr__(self, name: str) -> None:
        raise AttributeError(NO_DELETING.format(kind="Reader", name=name))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reader) and other.state is self.state and other.row == self.row

    def __hash__(self) -> int:
        return hash((id(self.state), self.row))

    def __repr__(self) -> str:
        return f"<Reader {self.row}>"

    def _other(self, row: int) -> Reader:
        """The reader of another row of the same model."""
        view = Reader.__new__(Reader)
        view.__dict__.update(self.__dict__, row=row)
        return view

    @property
    def friends(self) -> list[Reader]:
        """Friends, as readers."""
        readers = self.state.world.readers
        a, b = readers.friend_start[self.row : self.row + 2]
        return [self._other(int(j)) for j in readers.friends[a:b]]

    @property
    def follows(self) -> list[int]:
        """Rows of the creators followed."""
        rows: list[int] = self.state.world.readers.followed(self.row).tolist()
        return rows

    @property
    def account(self) -> int:
        """Row of the account of the first person who sits there."""
        return int(self.state.world.readers.first_accounts[self.row])

    def remove(self) -> None:
        """Readers stay in their columns: raises TypeError, which says what to set instead."""
        raise TypeError(STAYS)
