"""How creators enter, and which of them are in groups from the start."""

from __future__ import annotations

import numpy as np

from sim.core.money import Purpose
from sim.engine.cast import Actors
from sim.state import State
from sim.world.build import SLOT_SPAN


def admit(state: State, actors: Actors, row: int) -> None:
    """Make the agent of `row` and give it money; some start with a strategy that manipulates."""
    money, opts, n = state.money, state.scenario.creators, len(state.scenario.strategies)
    creator = actors.new_creator(row)
    actors.creators.append(creator)
    party = money.open("creator", str(row), overdraft=True)  # effort can be paid from elsewhere
    money.transfer(money.savings, party, opts.savings_cny, Purpose.ENDOWMENT)
    creator.set(party=party)
    entity = int(creator.slot) + int(creator.generation) * SLOT_SPAN
    tempted = state.scenario.manipulation.enabled and n > 1
    controls = state.scenario.controls
    share = controls.frozen_share if controls.frozen else opts.manipulating_start
    if tempted and state.rng.uniform("habit", 0, entity) < share:
        creator.adopt(1 + state.rng.integer("habit", 0, entity, n - 1, 1))


def found_groups(state: State, actors: Actors) -> None:
    """Put some of the less followed creators into mutual-aid groups from the start (S1)."""
    scenario, creators = state.scenario, state.world.creators
    opts = scenario.mutual_aid
    index = next((i for i, s in enumerate(scenario.strategies) if s.channel == "mutual_aid"), None)
    if index is None or scenario.controls.frozen or not (scenario.manipulation.enabled and opts.enabled):
        return
    small = np.argsort(creators.followers, kind="stable")[: int(creators.n * opts.small_share)]
    willing = small[state.rng.permutation("founders", 0, small)]
    wanted = round(opts.members_start * creators.n)
    for row in np.sort(willing[creators.strategy[willing] == 0][:wanted]).tolist():
        actors.creators[row].adopt(index)
