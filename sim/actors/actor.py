"""What all actors have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Protocol

import mesa
import numpy as np

from sim.core.errors import did_you_mean, nearest_name
from sim.state import State

IDENTITY = ("model", "state", "unique_id", "number", "party", "row", "entity")
IS_FIXED = "the '{name}' of a {kind} cannot be set: other parts of the world refer to it"
NO_DELETING = "the '{name}' of a {kind} cannot be deleted"
NO_COPY = "a {kind} cannot be copied, since what is set on the copy would reach nobody; copy the model"
NO_FIT = "'{name}' must be {expected}, got {value!r}"
UNKNOWN = "a {kind} has no attribute '{name}'{hint}"


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


class _ActorType(type):
    """Marks an actor as made when its constructor is over."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        made = super().__call__(*args, **kwargs)
        made.__dict__["_made"] = True
        return made


class Actor(mesa.Agent, metaclass=_ActorType):
    """A Mesa agent that acts on the state; it looks at `model` in its constructor and never after.

    An attribute that the constructor did not make cannot be set later (AttributeError), so that a misspelt name does
    not pass unnoticed.
    """

    # before 3.5, Mesa numbers agents through a dictionary that keeps every model alive
    _ids: ClassVar[Any] = _NumbersByModel()

    def __init__(self, model: HasState) -> None:
        super().__init__(model)
        self.state = model.state

    def __setattr__(self, name: str, value: Any) -> None:
        if "_made" in self.__dict__:
            self.check_settable(name, value)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        raise AttributeError(NO_DELETING.format(kind=type(self).__name__, name=name))

    def __copy__(self) -> Actor:
        """Refused (TypeError): what is set on a copy would reach nobody."""
        raise TypeError(NO_COPY.format(kind=type(self).__name__))

    def check_settable(self, name: str, value: Any) -> None:
        """Raise AttributeError if the attribute is unknown or fixed, or if a method would be overwritten."""
        method = callable(getattr(type(self), name, None))
        if name in IDENTITY or (method and not callable(value)):
            raise AttributeError(IS_FIXED.format(kind=type(self).__name__, name=name))
        if name not in self.__dict__ and not hasattr(type(self), name):
            raise unknown_attribute(self, name, [each for each in self.__dict__ if not each.startswith("_")])

    def remove(self) -> None:
        """Take the agent out of the model's lists; subclasses first take it out of the world."""
        self.__dict__["_leaving"] = True
        super().remove()


def check_values(name: str, value: Any, dtype: np.dtype[Any]) -> None:
    """ValueError for values that a numeric column would silently alter: text, None, NaN, infinite, cut to integers."""
    given = np.asarray(value)
    if dtype.kind not in "iufb":
        return  # NumPy refuses what it cannot convert
    if given.dtype.kind not in "iufb":
        raise ValueError(NO_FIT.format(name=name, expected="a number", value=value))
    if given.dtype.kind == "f" and not np.isfinite(given).all():
        raise ValueError(NO_FIT.format(name=name, expected="finite", value=value))
    if dtype.kind in "iu" and not (given == np.floor(given)).all():
        raise ValueError(NO_FIT.format(name=name, expected="a whole number", value=value))
    if dtype.kind == "b" and not np.isin(given, (0, 1)).all():
        raise ValueError(NO_FIT.format(name=name, expected="true or false", value=value))


def unknown_attribute(agent: object, name: str, known: Iterable[str]) -> AttributeError:
    """The error for an attribute that an agent does not have, with the nearest one that it has."""
    hint = did_you_mean(nearest_name(name, known))
    return AttributeError(UNKNOWN.format(kind=type(agent).__name__, name=name, hint=hint))
