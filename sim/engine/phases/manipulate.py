"""Groups, farms and agencies give the likes that are due."""

from __future__ import annotations

from sim.engine.cast import Actors
from sim.state import State


def manipulate(state: State, actors: Actors) -> None:
    """Carry out everything that was asked for or ordered and falls due this tick."""
    if state.scenario.manipulation.enabled or state.scenario.probes.is_on:
        actors.groups.act()
        actors.market.deliver()
        actors.agencies.act()
