"""What all actors have in common."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

import mesa

from sim.state import State


class HasState(Protocol):
    """What an actor's constructor may use of the model."""

    state: State


class _Numbers:
    """Numbers from 1 on for the agents of one model; they are kept, and pickled, with the model."""

    def __init__(self) -> None:
        self.latest = 0

    def __next__(self) -> int:
        self.latest += 1
        return self.latest


class _NumbersByModel:
    """Replaces `mesa.Agent._ids`, which keeps every model alive."""

    def __getitem__(self, model: Any) -> _Numbers:
        numbers: _Numbers = model.__dict__.setdefault("_agent_numbers", _Numbers())
        return numbers


class Actor(mesa.Agent):
    """A Mesa agent that acts on the state; it looks at `model` in its constructor and never after."""

    # before 3.5, Mesa numbers agents through a dictionary that keeps every model alive
    _ids: ClassVar[Any] = _NumbersByModel()

    def __init__(self, model: HasState) -> None:
        super().__init__(model)
        self.state = model.state
