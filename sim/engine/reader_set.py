"""The Mesa agent set of the readers, who are stored in columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.actors.readers.reader import FIELDS, Reader, get_column, set_column

try:  # Mesa 3.5 and later
    from mesa.agentset import AbstractAgentSet as Base
    from mesa.agentset import GroupBy
except ImportError:  # Mesa 3.3 and 3.4
    from mesa.agent import AgentSet as Base
    from mesa.agent import GroupBy


class ReaderSet(Base):
    """The readers as a Mesa agent set over columns: it answers for whole columns without making agents.

    `get` and `agg` read columns; `select`, iteration and indexing make `Reader` views as they are asked for. It is an
    ordered set of rows of one model; the base class's weak references are not used, since views may come and go.
    """

    def __init__(self, model: mesa.Model, rows: NDArray[np.intp] | None = None) -> None:
        self.model = model
        self._rows = rows  # None: all

    @property
    def rows(self) -> NDArray[np.intp]:
        """Rows of the readers in this set."""
        return np.arange(len(self.model.state.world.readers)) if self._rows is None else self._rows

    @property
    def random(self) -> Any:
        """The model's generator, as Mesa's own sets have it (the simulation itself never draws from it)."""
        return self.model.random

    def __len__(self) -> int:
        return len(self.model.state.world.readers) if self._rows is None else len(self._rows)

    def __iter__(self) -> Iterator[Reader]:
        return (Reader(self.model, int(row)) for row in self.rows)

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, Reader) or agent.state is not self.model.state:
            return False
        return (
            0 <= agent.row < len(self.model.state.world.readers)
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
        """One column for the readers of this set (of everybody's a view, but for the status, which accounts hold)."""
        if name not in FIELDS:
            raise AttributeError(f"readers have no column {name!r}; they have {', '.join(FIELDS)}")
        return get_column(self.model.state.world, name, slice(None) if self._rows is None else self._rows)

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
        set_column(self.model.state.world, attr_name, self.rows, value)
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

    def groupby(self, by: Callable[[Reader], Any] | str, result_type: str = "agentset") -> GroupBy:
        """The readers by a column or a function of the view: sets of readers, or lists for another `result_type`."""
        keys = self.column(by).tolist() if isinstance(by, str) else [by(reader) for reader in self]
        rows: dict[Any, list[int]] = {}
        for key, row in zip(keys, self.rows.tolist(), strict=True):
            rows.setdefault(key, []).append(row)
        sets = {key: ReaderSet(self.model, np.array(some, np.intp)) for key, some in rows.items()}
        return GroupBy(sets if result_type == "agentset" else {key: some.to_list() for key, some in sets.items()})

    def _update(self, agents: Iterable[Reader]) -> ReaderSet:
        self._rows = np.array([agent.row for agent in agents], np.intp)
        return self

    def add(self, agent: mesa.Agent) -> None:
        """Readers cannot be added one by one."""
        raise TypeError("the number of readers is fixed by the scenario (readers.n)")

    def discard(self, agent: mesa.Agent) -> None:
        """Readers cannot be taken out; set them to have `left` instead."""
        raise TypeError("readers stay in their columns; set `left` to let one go")

    remove = discard

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__.copy()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
