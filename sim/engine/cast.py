"""All actors of a model, and the observer who measures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sim.actors.advertisers.advertisers import Advertisers
from sim.actors.agencies.agencies import McnAgencies
from sim.actors.creators.creator import Creator
from sim.actors.fans.clubs import FanClubs
from sim.actors.farms.market import FarmMarket
from sim.actors.groups.groups import MutualAidGroups
from sim.actors.readers.workers import ReaderWorkers
from sim.measures.day import DayMeasures


@dataclass
class Actors:
    """Everybody who decides. `creators[row]` is the creator of that row of the columns.

    `new_creator` makes the agent of a row; it is the model's, which registers it with Mesa.
    """

    readers: ReaderWorkers
    market: FarmMarket
    agencies: McnAgencies
    groups: MutualAidGroups
    fans: FanClubs
    advertisers: Advertisers
    observer: DayMeasures
    new_creator: Callable[[int], Creator]
    creators: list[Creator] = field(default_factory=list)
