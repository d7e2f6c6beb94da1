"""A model that costs nothing: enough for the loop, the store and checkpoints."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from sim.core.clock import Clock
from sim.core.random_streams import RandomStreams
from sim.core.tables import Tables
from sim.world.log import Log
from sim.world.tokens import token_keys
from tests.helpers.synthetic import daily


class StubWorld:
    def __init__(self):
        self.log = Log(64)
        self.readers = range(10)


class StubModel:
    """Counts ticks; its daily row depends on all its past, so that a lost day shows."""

    fail_at: int | None = None
    error: BaseException = KeyboardInterrupt()

    def __init__(self, scenario, seed, threads=None, log_reads=False):
        self.scenario, self.streams, self.log_reads = scenario, RandomStreams(seed), log_reads
        self.clock = Clock(0, scenario.run.tick_minutes * 60)
        self.tables = Tables()
        self.state = SimpleNamespace(world=StubWorld())
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
