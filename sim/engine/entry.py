"""How creators come into the world, and which of them sat in groups before day 0."""

from __future__ import annotations

import numpy as np

from sim.core.money import Purpose
from sim.engine.cast import Actors
from sim.state import State
from sim.world.build import SLOT_SPAN


def admit(state: State, actors: Actors, row: int) -> None:
    """Bring the creator of `row` to life: an agent, money of its own, and for some a first habit of cheating."""
    money, opts, n = state.money, state.scenario.creators, len(state.scenario.strategies)
    creator = actors.new_creator(row)
    actors.creators.append(creator)
    party = money.open("creator", str(row), overdraft=True)  # effort can be paid from elsewhere
    money.transfer(money.savings, party, opts.savings_cny, Purpose.ENDOWMENT)
    creator.set(party=party)
    entity = int(creator.slot) + int(creator.generation) * SLOT_SPAN
    tempted = state.scenario.manipulation.enabled and n > 1
    if tempted and state.rng.uniform("habit", 0, entity) < opts.manipulating_start:
        creator.adopt(1 + state.rng.integer("habit", 0, entity, n - 1, 1))


def found_groups(state: State, actors: Actors) -> None:
    """Some of the less followed creators have been in mutual-aid groups since before day 0 (S1)."""
    scenario, creators = state.scenario, state.world.creators
    opts = scenario.mutual_aid
    index = next((i for i, s in enumerate(scenario.strategies) if s.channel == "mutual_aid"), None)
    if index is None or not (scenario.manipulation.enabled and opts.enabled):
        return
    small = np.argsort(creators.followers, kind="stable")[: int(creators.n * opts.small_share)]
    willing = small[state.rng.permutation("founders", 0, small)]
    wanted = round(opts.members_start * creators.n)
    for row in np.sort(willing[creators.strategy[willing] == 0][:wanted]).tolist():
        actors.creators[row].adopt(index)
