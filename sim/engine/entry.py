"""How creators enter, and which of them are in groups from the start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.core.money import Purpose
from sim.engine.cast import Actors
from sim.state import State
from sim.world.build import SLOT_SPAN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.scenario.schema.mutual_aid import MutualAidSection


def begin_creators(state: State, actors: Actors) -> None:
    """Make all creators of the start. Groups come first, so that who joins one later finds a place in it."""
    rows = range(state.world.creators.n)
    for row in rows:
        _make(state, actors, row)
    _found_groups(state, actors)
    for row in rows:
        if actors.creators[row].strategy == 0:
            _draw_habit(state, actors, row)


def admit(state: State, actors: Actors, row: int) -> None:
    """Make the agent of `row`, a newcomer; some start with a strategy that manipulates."""
    _make(state, actors, row)
    _draw_habit(state, actors, row)


def _make(state: State, actors: Actors, row: int) -> None:
    """Make the agent of `row` and give it money."""
    money, opts = state.money, state.scenario.creators
    creator = actors.new_creator(row)
    actors.creators.append(creator)
    party = money.open("creator", str(row), overdraft=True)  # effort can be paid from elsewhere
    money.transfer(money.savings, party, opts.savings_cny, Purpose.ENDOWMENT)
    creator.set(party=party)


def _draw_habit(state: State, actors: Actors, row: int) -> None:
    """Let some start with a strategy that manipulates."""
    creator, opts, n = actors.creators[row], state.scenario.creators, len(state.scenario.strategies)
    entity = int(creator.slot) + int(creator.generation) * SLOT_SPAN
    tempted = state.scenario.manipulation.enabled and n > 1
    controls = state.scenario.controls
    share = controls.frozen_share if controls.frozen else opts.manipulating_start
    if tempted and state.rng.uniform("habit", 0, entity) < share:
        creator.adopt(1 + state.rng.integer("habit", 0, entity, n - 1, 1))


def _found_groups(state: State, actors: Actors) -> None:
    """Put some of the less followed creators into mutual-aid groups from the start (S1)."""
    scenario, creators = state.scenario, state.world.creators
    opts = scenario.mutual_aid
    index = next((i for i, s in enumerate(scenario.strategies) if s.channel == "mutual_aid"), None)
    if index is None or scenario.controls.frozen or not (scenario.manipulation.enabled and opts.enabled):
        return
    small = np.argsort(creators.followers, kind="stable")[: int(creators.n * opts.small_share)]
    willing = small[state.rng.permutation("founders", 0, small)]
    members = willing[: round(opts.members_start * creators.n)]
    for rows in _split(members, opts):
        if len(rows) >= opts.founders:
            actors.groups.found_group(rows)
        for row in rows:
            if creators.group[row] < 0:
                actors.groups.join(row)
            actors.creators[row].set(strategy=index)


def _split(members: NDArray[np.int64], opts: MutualAidSection) -> list[list[int]]:
    """Members of each group at the start: a platform twice as large has twice as many groups, not larger ones."""
    usual = math.sqrt(opts.size_min * opts.size_max)
    most = len(members) // opts.founders  # fewer found no group
    groups = max(math.ceil(len(members) / opts.size_max), min(round(len(members) / usual), most))
    return [np.sort(members[k::groups]).tolist() for k in range(groups)]
