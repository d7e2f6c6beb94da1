"""All the advertisers."""

from __future__ import annotations

import math

from sim.actors.actor import HasState
from sim.actors.advertisers.advertiser import AUDITED, Advertiser
from sim.actors.agencies.agencies import McnAgencies
from sim.core.clock import WEEK_DAYS
from sim.kernels.scales import FULL_16
from sim.scenario.size import count_per_creators


class Advertisers:
    """All the advertisers; each buys on its own day of the week."""

    def __init__(self, model: HasState, agencies: McnAgencies) -> None:
        self.state = model.state
        scenario = self.state.scenario
        n = count_per_creators(scenario.advertisers.n_per_1000_creators, scenario.creators.n)
        self.all = [Advertiser(model, number, agencies) for number in range(n)]

    def pay(self) -> None:
        """Let the advertisers due today sponsor creators."""
        sums = self.state.world.trust_sums()
        trust = math.sqrt(max(0.0, sums[1] / max(1, sums[0]) / FULL_16))
        for advertiser in self.all:
            if (self.state.clock.day - advertiser.number) % WEEK_DAYS == WEEK_DAYS - 1:
                advertiser.week(trust)

    @property
    def n_active(self) -> int:
        """Advertisers who have not withdrawn."""
        return sum(advertiser.active for advertiser in self.all)

    @property
    def share_audited(self) -> float:
        """Share of the active who choose by audited figures (NaN when nobody is active)."""
        active = [advertiser for advertiser in self.all if advertiser.active]
        return sum(a.mode == AUDITED for a in active) / len(active) if active else math.nan
