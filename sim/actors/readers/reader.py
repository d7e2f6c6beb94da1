"""Readers as Mesa agents, made on demand: views on the readers' columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.world.readers import NO_CREATOR, RECORD

try:  # Mesa 3.5 and later
    from mesa.agentset import AbstractAgentSet as _Base
except ImportError:  # Mesa 3.3 and 3.4
    from mesa.agent import AgentSet as _Base

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel

FIELDS = tuple(name for name in (RECORD.names or ()) if name != "spare")


class Reader(mesa.Agent):
    """An organic reader: a genuine Mesa agent that holds nothing but its row.

    Every field of the readers' record is an attribute (raw units, see `sim.world.readers.RECORD`): reading it
    reads the column, setting it writes the column. Two views of one row are equal.
    """

    model: EngagementModel

    def __init__(self, model: EngagementModel, row: int) -> None:
        # deliberately not Agent.__init__, which would register the view with the model and keep it alive
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "row", row)
        object.__setattr__(self, "pos", None)

    @property
    def unique_id(self) -> str:
        """Identity within the model; readers are numbered apart from the registered agents."""
        return f"reader-{self.row}"

    def __getattr__(self, name: str) -> Any:
        if name in FIELDS:
            value = self.model.world.readers.record[name][self.row]
            return value.tolist() if isinstance(value, np.ndarray) else value.item()
        raise AttributeError(f"'Reader' has no attribute {name!r}; it has {', '.join(FIELDS)}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in FIELDS:
            raise AttributeError(f"'Reader' has no column {name!r}; it has {', '.join(FIELDS)}")
        self.model.world.readers.record[name][self.row] = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reader) and other.model is self.model and other.row == self.row

    def __hash__(self) -> int:
        return hash((id(self.model), self.row))

    def __repr__(self) -> str:
        return f"<Reader {self.row}>"

    @property
    def friends(self) -> list[Reader]:
        """Friends, as readers."""
        readers = self.model.world.readers
        a, b = readers.friend_start[self.row : self.row + 2]
        return [Reader(self.model, int(j)) for j in readers.friends[a:b]]

    @property
    def follows(self) -> list[int]:
        """Rows of the creators followed."""
        row = self.model.world.readers.follows[self.row]
        return [int(c) for c in row[row != NO_CREATOR]]

    @property
    def account(self) -> int:
        """Account id, which is the row."""
        return self.row

    def remove(self) -> None:
        """Leave the platform for good."""
        from sim.core.enums import Status

        self.status = int(Status.BANNED)


class ReaderSet(_Base):
    """The readers as a Mesa agent set over columns: whole-column answers without making agents.

    `get` and `agg` read columns; `select`, iteration and indexing make `Reader` views as they are asked for. It is an
    ordered set of rows of one model; the base class's weak references are not used, since views may come and go.
    """

    def __init__(self, model: EngagementModel, rows: NDArray[np.intp] | None = None) -> None:
        self.model = model
        self._rows = rows  # None: all

    @property
    def rows(self) -> NDArray[np.intp]:
        """Rows of the readers in this set."""
        return np.arange(len(self.model.world.readers)) if self._rows is None else self._rows

    @property
    def random(self) -> Any:
        """The model's generator, as Mesa's own sets have it (the simulation itself never draws from it)."""
        return self.model.random

    def __len__(self) -> int:
        return len(self.model.world.readers) if self._rows is None else len(self._rows)

    def __iter__(self) -> Iterator[Reader]:
        return (Reader(self.model, int(row)) for row in self.rows)

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, Reader) or agent.model is not self.model:
            return False
        return (
            0 <= agent.row < len(self.model.world.readers)
            if self._rows is None
            else bool((self._rows == agent.row).any())
        )

    def __getitem__(self, item: int | slice) -> Any:
        if isinstance(item, slice):
            return [Reader(self.model, int(row)) for row in self.rows[item]]
        n = len(self)
        if not -n <= item < n:
            raise IndexError(f"reader {item} of {n}")
        at = item % n
        return Reader(self.model, at if self._rows is None else int(self._rows[at]))

    def __repr__(self) -> str:
        return f"<ReaderSet of {len(self)}>"

    def to_list(self) -> list[Reader]:
        """All views, as a list."""
        return list(self)

    def column(self, name: str) -> NDArray[Any]:
        """One column for the readers of this set (a view when the set is everybody)."""
        if name not in FIELDS:
            raise AttributeError(f"readers have no column {name!r}; they have {', '.join(FIELDS)}")
        values: NDArray[Any] = self.model.world.readers.record[name]
        return values if self._rows is None else values[self._rows]

    def get(self, attr_names: str | list[str], handle_missing: str = "error", default_value: Any = None) -> list[Any]:
        """Values of one attribute, or rows of several, as lists (Mesa's signature)."""
        if isinstance(attr_names, str):
            if attr_names not in FIELDS and handle_missing == "default":
                return [default_value] * len(self)
            return list(self.column(attr_names).tolist())
        return [
            list(row) for row in zip(*(self.get(n, handle_missing, default_value) for n in attr_names), strict=True)
        ]

    def agg(self, attribute: str, func: Callable[[Any], Any] | Iterable[Callable[[Any], Any]]) -> Any:
        """Aggregate a column with one function or several."""
        values = self.column(attribute)
        return func(values) if callable(func) else [f(values) for f in func]

    def set(self, attr_name: str, value: Any) -> ReaderSet:
        """Write a value (or one each) into a column."""
        if attr_name not in FIELDS:
            raise AttributeError(f"readers have no column {attr_name!r}")
        self.model.world.readers.record[attr_name][self.rows] = value
        return self

    def select(
        self,
        filter_func: Callable[[Reader], bool] | None = None,
        at_most: int | float = float("inf"),
        inplace: bool = False,
        agent_type: type[mesa.Agent] | None = None,
        *,
        where: NDArray[np.bool_] | None = None,
    ) -> ReaderSet:
        """Readers that pass a filter, or whose entry in the mask `where` is true (which costs no views)."""
        rows = self.rows
        if agent_type is not None and not issubclass(Reader, agent_type):
            rows = rows[:0]
        if where is not None:
            rows = rows[np.asarray(where, bool)]
        if filter_func is not None:
            rows = np.array([row for row in rows.tolist() if filter_func(Reader(self.model, row))], np.intp)
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        if at_most != float("inf"):
            rows = rows[: int(at_most)]
        if inplace:
            self._rows = rows
            return self
        return ReaderSet(self.model, rows)

    def _ordered(self, rows: NDArray[np.intp], inplace: bool) -> ReaderSet:
        if inplace:
            self._rows = rows
            return self
        return ReaderSet(self.model, rows)

    def shuffle(self, inplace: bool = False) -> ReaderSet:
        """The same readers in an order drawn from the model's generator."""
        return self._ordered(self.model.rng.permutation(self.rows), inplace)

    def sort(self, key: Callable[[Reader], Any] | str, ascending: bool = False, inplace: bool = False) -> ReaderSet:
        """The same readers by a column or a function of the view."""
        values = self.column(key) if isinstance(key, str) else np.array([key(r) for r in self])
        order = np.argsort(values, kind="stable")
        return self._ordered(self.rows[order if ascending else order[::-1]], inplace)

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> ReaderSet:
        """Call a method or function on every view, in order."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> ReaderSet:
        """Call a method or function on every view, in shuffled order."""
        return self.shuffle().do(method, *args, **kwargs)

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Results of a method or function on every view."""
        if isinstance(method, str):
            return [getattr(reader, method)(*args, **kwargs) for reader in self]
        return [method(reader, *args, **kwargs) for reader in self]

    def _update(self, agents: Iterable[Reader]) -> ReaderSet:
        self._rows = np.array([agent.row for agent in agents], np.intp)
        return self

    def add(self, agent: mesa.Agent) -> None:
        """Readers cannot be added one by one."""
        raise TypeError("the number of readers is fixed by the scenario (readers.n)")

    def discard(self, agent: mesa.Agent) -> None:
        """Readers cannot be taken out; set their `status` instead."""
        raise TypeError("readers stay in their columns; set `status` to let one go")

    remove = discard

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__.copy()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
