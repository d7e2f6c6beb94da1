"""The Mesa agent set of all agents together: those that Mesa registers, then the readers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import mesa

from sim.actors.readers.reader import Reader
from sim.engine.reader_set import Base, ReaderSet

if TYPE_CHECKING:
    from mesa.agent import AgentSet

DERIVED = "the set of everybody is derived; it cannot be replaced"


def _refuse_inplace(inplace: bool) -> None:
    if inplace:
        raise TypeError(DERIVED)


class AllAgents(Base):
    """Registered agents first, then the readers. Reading is cheap in memory: views are made as they are asked for."""

    def __init__(self, registered: AgentSet, readers: ReaderSet) -> None:
        self.registered = registered
        self.readers = readers

    @property
    def random(self) -> Any:
        """The model's generator."""
        return self.readers.random

    def __len__(self) -> int:
        return len(self.registered) + len(self.readers)

    def __iter__(self) -> Iterator[mesa.Agent]:
        yield from self.registered
        yield from self.readers

    def __contains__(self, agent: object) -> bool:
        return agent in self.readers or agent in self.registered

    def __getitem__(self, item: int | slice) -> Any:
        n = len(self.registered)
        if isinstance(item, slice):
            return [self[i] for i in range(*item.indices(len(self)))]
        at = item + len(self) if item < 0 else item
        return self.registered[at] if at < n else self.readers[at - n]

    def to_list(self) -> list[mesa.Agent]:
        """All agents, as a list."""
        return list(self)

    def select(
        self,
        filter_func: Callable[[mesa.Agent], bool] | None = None,
        at_most: int | float = float("inf"),
        inplace: bool = False,
        agent_type: type[mesa.Agent] | None = None,
    ) -> Any:
        """Agents that pass; a set of readers when only readers are asked for, a list-backed set otherwise."""
        _refuse_inplace(inplace)
        if agent_type is Reader:
            return self.readers.select(filter_func, at_most)
        if agent_type is not None and not issubclass(Reader, agent_type):
            return self.registered.select(filter_func, at_most, agent_type=agent_type)
        chosen = [agent for agent in self if filter_func is None or filter_func(agent)]
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        return chosen if at_most == float("inf") else chosen[: int(at_most)]

    def get(self, attr_names: str | list[str], handle_missing: str = "error", default_value: Any = None) -> list[Any]:
        """Values of attributes, one entry an agent."""
        args = (attr_names, handle_missing, default_value)
        return list(self.registered.get(*args)) + list(self.readers.get(*args))

    def agg(self, attribute: str, func: Callable[[Any], Any] | Iterable[Callable[[Any], Any]]) -> Any:
        """Aggregate an attribute of everybody."""
        values = self.get(attribute)
        return func(values) if callable(func) else [f(values) for f in func]

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Results of a method or function on everybody."""
        return list(self.registered.map(method, *args, **kwargs)) + self.readers.map(method, *args, **kwargs)

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> AllAgents:
        """Call a method or function on everybody."""
        self.map(method, *args, **kwargs)
        return self

    def set(self, attr_name: str, value: Any) -> AllAgents:
        """Set an attribute of everybody."""
        self.registered.set(attr_name, value)
        self.readers.set(attr_name, value)
        return self

    def shuffle(self, inplace: bool = False) -> list[mesa.Agent]:
        """Everybody in an order drawn from the model's generator."""
        _refuse_inplace(inplace)
        agents = self.to_list()
        self.random.shuffle(agents)
        return agents

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> AllAgents:
        """Call a method or function on everybody, in shuffled order."""
        for agent in self.shuffle():
            (getattr(agent, method) if isinstance(method, str) else method)(
                *([] if isinstance(method, str) else [agent]), *args, **kwargs
            )
        return self

    def sort(
        self, key: Callable[[mesa.Agent], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> list[mesa.Agent]:
        """Everybody by an attribute or a function."""
        _refuse_inplace(inplace)
        by = (lambda agent: getattr(agent, key)) if isinstance(key, str) else key
        return sorted(self, key=by, reverse=not ascending)

    def _update(self, agents: Iterable[mesa.Agent]) -> AllAgents:
        raise TypeError(DERIVED)

    def add(self, agent: mesa.Agent) -> None:
        """Agents join by being created."""
        raise TypeError("agents join the model by being created")

    def discard(self, agent: mesa.Agent) -> None:
        """Agents go by their own `remove`."""
        agent.remove()

    remove = discard
