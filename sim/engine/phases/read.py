"""Readers come online; what they did is collected when everybody else has acted too."""

from __future__ import annotations

from sim.engine.cast import Actors
from sim.state import State


def read(state: State, actors: Actors) -> None:
    """Send the readers into the tick, on other cores where there are some.

    Readers and manipulators both act on what stood there when the tick began, so they may act at once.
    """
    actors.readers.start(state)


def collect(state: State, actors: Actors) -> None:
    """Wait for the readers; their counts go to the posts, their interactions to the log."""
    actors.readers.finish(state)
