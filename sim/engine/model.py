"""The model: assembles the state and the actors of a scenario, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import mesa

from sim.actors.actor import Actor
from sim.actors.advertisers.advertisers import Advertisers
from sim.actors.agencies.agencies import McnAgencies
from sim.actors.creators.creator import Creator
from sim.actors.fans.clubs import FanClubs
from sim.actors.farms.market import FarmMarket
from sim.actors.groups.groups import MutualAidGroups
from sim.actors.readers.reader import Reader
from sim.actors.readers.workers import ReaderWorkers
from sim.core.clock import MINUTE_S, Clock
from sim.core.random_streams import RandomStreams
from sim.core.tables import Tables
from sim.engine.all_agents import AllAgents
from sim.engine.cast import Actors
from sim.engine.entry import begin_creators
from sim.engine.mesa_compat import TableCollector, resolve_scenario, seed_of, warn_of_repeated_seed
from sim.engine.phases.public import update_public_information
from sim.engine.reader_set import ReaderSet
from sim.engine.tick import run_tick
from sim.measures.day import DayMeasures
from sim.measures.snapshots import creators_at_end, orders_at_end, posts_at_end
from sim.scenario import Scenario
from sim.scenario.memory import check_memory
from sim.scenario.size import expect_reads_per_post
from sim.state import PublicInformation, State
from sim.world.build import build_world


class EngagementModel(mesa.Model):
    """The closed world of a scenario as a Mesa model; `step()` carries out one tick.

    What there is stands in `model.state`, who acts in `model.actors`. Readers are in columns (`model.readers`, a
    `ReaderSet`); everybody else is an ordinary Mesa agent. The simulation draws all its chance from `state.rng`,
    keyed by the seed; `model.rng` and `model.random` are Mesa's and are left to the user. `threads` changes the speed
    and nothing else. `seconds` holds what each phase of the tick has taken so far.
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
        found = resolve_scenario(scenario, days, changes)
        chosen = seed_of(rng if seed is None else seed)  # Mesa hands whatever it has for seeds on under either name
        if chosen is None and changes and "run.seed" not in changes:
            warn_of_repeated_seed(found)
        self.scenario = found if chosen is None or chosen == found.run.seed else found.with_seed(chosen)
        super().__init__(rng=self.scenario.run.seed)
        self.seconds: dict[str, float] = {}
        self.state = self._build_state()
        self._agents_by_type[Reader] = ReaderSet(self)
        self.actors = self._build_actors(threads, log_reads)
        begin_creators(self.state, self.actors)
        update_public_information(self.state, self.actors)

    def _build_state(self) -> State:
        scenario = self.scenario
        check_memory(scenario)
        streams = RandomStreams(scenario.run.seed)
        clock = Clock(0, scenario.run.tick_minutes * MINUTE_S, scenario.run.start_date.weekday())
        guesses, reads = scenario.creators, expect_reads_per_post(scenario)
        public = PublicInformation(
            peer_likes=guesses.peer_likes_per_read_start * reads, hot_guess=guesses.hot_likes_per_read_start * reads
        )
        return State(scenario, streams, clock, scenario.policy_on(0), build_world(scenario, streams), public=public)

    def _build_actors(self, threads: int | None, log_reads: bool) -> Actors:
        agencies, market, groups = McnAgencies(self), FarmMarket(self), MutualAidGroups(self)
        return Actors(
            readers=ReaderWorkers(len(self.state.world.readers), threads, log_reads),
            market=market,
            agencies=agencies,
            groups=groups,
            fans=FanClubs(self, market),
            advertisers=Advertisers(self, agencies),
            observer=DayMeasures(self.scenario),
            new_creator=partial(Creator, self, market, agencies, groups),
        )

    @property
    def scenario(self) -> Scenario:
        """What this world was built from."""
        return self._scenario_given

    @scenario.setter
    def scenario(self, scenario: Any) -> None:
        # Mesa 3.5 has a property of this name and assigns an experimental object of its own: that one is let go
        if isinstance(scenario, Scenario):
            self._scenario_given = scenario

    @property
    def agents(self) -> Any:
        """All agents, readers included (in columns: iterating over them makes views)."""
        return AllAgents(self._all_agents, self.readers)

    @property
    def readers(self) -> ReaderSet:
        """All readers."""
        return ReaderSet(self)

    @property
    def agents_by_type(self) -> Mapping[type[mesa.Agent], Any]:
        """A set of the agents of each kind; what is done to the set itself changes nobody's membership in the world."""
        own = {kind: agents.select() for kind, agents in self._agents_by_type.items() if kind is not Reader}
        return MappingProxyType({Reader: self.readers, **own})

    def deregister_agent(self, agent: mesa.Agent) -> None:
        """Mesa's part of an agent's removal; called for an agent that is in the world, it removes it from there too."""
        if isinstance(agent, Actor) and "_leaving" in vars(agent):
            super().deregister_agent(agent)
        else:
            agent.remove()

    @property
    def clock(self) -> Clock:
        """The moment the next tick starts."""
        return self.state.clock

    @property
    def tables(self) -> Tables:
        """The tables written so far."""
        return self.state.tables

    @cached_property
    def datacollector(self) -> TableCollector:
        """Mesa's way to the results: it reads `tables` when asked, and costs nothing when not."""
        return TableCollector(self)

    def reset_rng(self, rng: Any = None) -> None:
        """Draw other random numbers from the next tick on, those of seed `rng` (None: the seed of the run).

        Two models reset to different seeds on the same day share everything until then.
        """
        super().reset_rng(rng)
        seed = seed_of(rng)
        self.state.rng = RandomStreams(self.scenario.run.seed if seed is None else seed)

    def reset_randomizer(self, seed: int | None = None) -> None:
        """As `reset_rng`: the simulation draws nothing from `model.random`."""
        super().reset_randomizer(seed)
        self.reset_rng(seed)

    def step(self) -> None:
        """Carry out one tick."""
        run_tick(self.state, self.actors, self.seconds)
        if self.state.clock.day >= self.scenario.run.days:
            self.running = False

    def finish(self) -> None:
        """Write the tables that are only known at the end."""
        creators_at_end(self.state)
        orders_at_end(self.state)
        posts_at_end(self.state)
        self.actors.observer.write_at_end(self.state)

    def use_threads(self, threads: int | None) -> None:
        """Let readers act on so many threads from now on (None: as many as pay); results stay the same to the bit."""
        self.actors.readers = ReaderWorkers(len(self.state.world.readers), threads, self.actors.readers.log_reads)

    def release(self) -> None:
        """Let go of the world and of everybody in it; the model cannot be used any more, tables taken from it can.

        Mesa's models refer to themselves, so that without this their memory would wait for the garbage collector, which
        counts objects and not the bytes of arrays.
        """
        self.__dict__.clear()
