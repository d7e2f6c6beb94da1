"""A model that costs nothing: enough for the loop, the store and checkpoints."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from sim.core.clock import Clock
from sim.core.random_streams import RandomStreams
from sim.core.tables import Tables
from sim.world import World
from tests.helpers.synthetic import daily


def stub_world(seed: int) -> World:
    """Ten accounts of nobody with a phone and an address each, and no posts: enough for a log."""
    world, ten = World(seed=seed), np.arange(10)
    world.devices.add(10)
    world.addresses.add(10)
    world.open_accounts(ten, ten, np.zeros(10, np.uint8), np.zeros(10, np.int32))
    return world


class StubModel:
    """Counts ticks; its daily row depends on all its past, so that a lost day shows."""

    fail_at: int | None = None
    error: BaseException = KeyboardInterrupt()

    def __init__(self, scenario, seed, threads=None, log_reads=False):
        self.scenario, self.streams, self.log_reads = scenario, RandomStreams(seed), log_reads
        self.clock = Clock(0, scenario.run.tick_minutes * 60)
        self.tables = Tables()
        self.state = SimpleNamespace(world=stub_world(seed))
        self.actors = SimpleNamespace(observer=SimpleNamespace(measures=()))
        self.past = 0
        self.seconds = {"publish": 0.25}

    def use_threads(self, threads):
        pass

    def release(self):
        pass

    def step(self):
        tick = self.clock.tick
        if tick == type(self).fail_at:
            raise type(self).error
        self.past = self.streams.bits("stub", tick, self.past & 0xFFFF)
        self.state.world.log.clear()
        n = tick % 5
        self.state.world.log.add(n, time_s=self.clock.start_s, account=np.arange(n), post=tick, kind=1, origin=tick % 4)
        if self.clock.ends_day:
            cheat = 0.1 * self.scenario.manipulation.enabled
            row = Tables()
            daily(row, 1, np.random.default_rng(self.past), fraud=bool(cheat))
            self.tables.add("daily", **(row.last("daily") | {"day": self.clock.day}))
        self.clock = Clock(tick + 1, self.clock.tick_s)

    def finish(self):
        pass
