"""The model: builds a world from a scenario, and nothing else."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from sim.actors.advertisers.advertiser import Advertising
from sim.actors.agencies.agency import Agencies
from sim.actors.creators.creator import Creator
from sim.actors.farms.market import FarmMarket
from sim.actors.groups.groups import Circles
from sim.actors.readers.reader import Reader, ReaderSet
from sim.core.clock import Clock
from sim.core.enums import N_TOPICS
from sim.core.money import Ledger
from sim.core.random_streams import RandomStreams
from sim.core.tables import Tables
from sim.engine.all_agents import Everyone
from sim.engine.mesa_compat import TableCollector, described, seed_of
from sim.engine.phases.enforce import Platform
from sim.engine.phases.public import Surroundings, look_around
from sim.engine.phases.read import ReaderPhase
from sim.engine.tick import run_tick
from sim.measures import Daybook
from sim.scenario import Scenario
from sim.world.build import SLOT_SPAN, build_world


class EngagementModel(mesa.Model):
    """The closed world of a scenario as a Mesa model; `step()` lives through one tick.

    Readers are in columns (`model.readers`, a `ReaderSet`); everybody else is an ordinary Mesa agent. The
    simulation draws all its chance from `model.luck`, keyed by the seed; `model.rng` and `model.random` are Mesa's
    and are left to the user. `threads` changes the speed and nothing else.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path | None = None,
        *,
        seed: int | None = None,
        rng: Any = None,
        days: int | None = None,
        threads: int | None = None,
        log_reads: bool = False,
        **changes: Any,
    ) -> None:
        found = described(scenario, days, changes)
        chosen = seed_of(rng if seed is None else seed)  # Mesa hands whatever it has for seeds on under either name
        self.scenario = found if chosen is None or chosen == found.run.seed else found.with_seed(chosen)
        super().__init__(rng=self.scenario.run.seed)
        self.luck = RandomStreams(self.scenario.run.seed)
        self.threads = threads
        self.log_reads = log_reads
        self.clock = Clock(0, self.scenario.run.tick_minutes * 60)
        self.policy = self.scenario.policy_on(0)
        self.tables = Tables()
        self._build()

    def _build(self) -> None:
        self.world = build_world(self.scenario, self.luck)
        self.reader_phase = ReaderPhase(len(self.world.readers), self.threads)
        self.readers = ReaderSet(self)
        self._agents_by_type[Reader] = self.readers
        self.feeds = np.zeros((N_TOPICS, self.scenario.surfaces.feed_slots), np.int32)
        self.ledger = Ledger()
        self.party_brands = self.ledger.open("outside", "brands", overdraft=True)
        self.party_consumers = self.ledger.open("outside", "consumers", overdraft=True)
        self.party_experimenter = self.ledger.open("outside", "experimenter", overdraft=True)
        self.party_savings = self.ledger.open("outside", "savings", overdraft=True)
        self.ledger_platform = self.ledger.open("platform", "platform", overdraft=True)
        self.verdicts: list[Any] = []
        self.actions: list[Any] = []
        self.creators_paid_today = 0.0  # CNY
        self.ads_today = 0.0  # CNY, paid by advertisers for reads
        self.creators: list[Creator] = []
        self.platform = Platform(self)
        self.agencies = Agencies(self)
        self.market = FarmMarket(self)
        self.circles = Circles(self)
        self.advertising = Advertising(self)
        self.around = Surroundings()
        for row in range(self.world.creators.n):
            self.admit(row)
        self._found_groups()
        look_around(self)
        self.daybook = Daybook(self)

    @property
    def scenario(self) -> Scenario:
        """What this world was built from."""
        return self._described

    @scenario.setter
    def scenario(self, scenario: Any) -> None:
        # Mesa 3.5 has a property of this name and assigns an experimental object of its own: that one is let go
        if isinstance(scenario, Scenario):
            self._described = scenario

    @property
    def agents(self) -> Any:
        """All agents, readers included (in columns: iterating over them makes views)."""
        return Everyone(self._all_agents, self.readers)

    @cached_property
    def datacollector(self) -> TableCollector:
        """Mesa's way to the results: it reads `tables` when asked, and costs nothing when not."""
        return TableCollector(self)

    @property
    def wants_reads(self) -> bool:
        """Whether somebody needs organic reads in the log."""
        return self.log_reads or any(d.needs_reads for d in self.policy.detectors.values() if d is not None)

    def admit(self, row: int) -> None:
        """Bring the creator of `row` to life: an agent, a purse, and for some a first habit of cheating."""
        creator = Creator(self, row)
        self.creators.append(creator)
        purse = self.ledger.open("creator", str(row), overdraft=True)  # effort can be paid from elsewhere
        self.ledger.transfer(self.party_savings, purse, self.scenario.creators.savings_cny, "endowment")
        creator.set(ledger=purse)
        opts, n = self.scenario.creators, len(self.scenario.strategies)
        entity = int(creator.slot) + int(creator.generation) * SLOT_SPAN
        if (
            self.scenario.manipulation.enabled
            and n > 1
            and self.luck.uniform("habit", 0, entity) < opts.manipulating_start
        ):
            creator.adopt(1 + self.luck.integer("habit", 0, entity, n - 1, 1))

    def _found_groups(self) -> None:
        """Some of the less followed creators have been in mutual-aid groups since before day 0 (S1)."""
        opts, creators = self.scenario.mutual_aid, self.world.creators
        index = next((i for i, s in enumerate(self.scenario.strategies) if s.channel == "mutual_aid"), None)
        if index is None or not (self.scenario.manipulation.enabled and opts.enabled):
            return
        small = np.argsort(creators.followers, kind="stable")[: creators.n * 3 // 4]
        willing = small[self.luck.permutation("founders", 0, small)]
        wanted = round(opts.members_start * creators.n)
        for row in np.sort(willing[creators.strategy[willing] == 0][:wanted]).tolist():
            self.creators[row].adopt(index)

    def begin_tick(self) -> None:
        """Put the policy of the day in force."""
        self.policy = self.scenario.policy_on(self.clock.day)

    def step(self) -> None:
        """Live through one tick."""
        run_tick(self)
        self.clock = Clock(self.clock.tick + 1, self.clock.tick_s)
        if self.clock.day >= self.scenario.run.days:
            self.running = False

    def close_day(self) -> None:
        """Write the day's rows."""
        self.tables.add("daily", **self.daybook.close_day(self))
        if (self.clock.day + 1) % 7 == 0:
            from sim.measures.snapshots import creators_of_week

            creators_of_week(self)

    def finish(self) -> None:
        """Write the tables that are only known at the end."""
        from sim.measures.snapshots import orders_at_end, posts_at_end

        orders_at_end(self)
        posts_at_end(self)

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        del state["reader_phase"]  # threads and buffers; made anew
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.reader_phase = ReaderPhase(len(self.world.readers), self.threads)
