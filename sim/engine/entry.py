"""How creators enter, and which of them are in groups from the start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.core.money import Purpose
from sim.engine.cast import Actors
from sim.state import State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.actors.creators.creator import Creator
    from sim.scenario.schema.mutual_aid import MutualAidSection


def begin_creators(state: State, actors: Actors) -> None:
    """Make all creators of the start. Groups come first, so that who joins one later finds a place in it."""
    for row in range(state.world.creators.n):
        _make(state, actors, row)
    tempted = np.array([_is_tempted(state, creator) for creator in actors.creators], bool)
    _found_groups(state, actors, ~tempted)
    for row in np.flatnonzero(tempted).tolist():
        _draw_strategy(state, actors.creators[row])


def admit(state: State, actors: Actors, row: int) -> None:
    """Make the agent of `row`, a newcomer; some start with a strategy that manipulates."""
    _make(state, actors, row)
    creator = actors.creators[row]
    if _is_tempted(state, creator):
        _draw_strategy(state, creator)


def _make(state: State, actors: Actors, row: int) -> None:
    """Make the agent of `row` and give it money."""
    money, opts = state.money, state.scenario.creators
    creator = actors.new_creator(row)
    actors.creators.append(creator)
    party = money.open("creator", str(row), overdraft=True)  # effort can be paid from elsewhere
    money.transfer(money.savings, party, opts.savings_cny, Purpose.ENDOWMENT)
    creator.set(party=party)


def _is_tempted(state: State, creator: Creator) -> bool:
    """Whether a creator starts with a strategy that manipulates."""
    scenario = state.scenario
    if not scenario.manipulation.enabled or len(scenario.strategies) < 2:
        return False
    share = scenario.controls.frozen_share if scenario.controls.frozen else scenario.creators.manipulating_start
    return state.rng.uniform("habit", 0, creator.entity) < share


def _draw_strategy(state: State, creator: Creator) -> None:
    """Give a creator one of the strategies that manipulate."""
    n = len(state.scenario.strategies)
    creator.adopt(1 + state.rng.integer("habit", 0, creator.entity, n - 1, 1))


def _found_groups(state: State, actors: Actors, honest: NDArray[np.bool_]) -> None:
    """Put some of the less followed creators who are honest so far into mutual-aid groups from the start (S1)."""
    scenario, creators = state.scenario, state.world.creators
    opts = scenario.mutual_aid
    index = next((i for i, s in enumerate(scenario.strategies) if s.channel == "mutual_aid"), None)
    if index is None or scenario.controls.frozen or not (scenario.manipulation.enabled and opts.enabled):
        return
    small = np.argsort(creators.followers, kind="stable")[: int(creators.n * opts.small_share)]
    willing = small[state.rng.permutation("founders", 0, small)]
    members = willing[honest[willing]][: round(opts.members_start * creators.n)]
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
