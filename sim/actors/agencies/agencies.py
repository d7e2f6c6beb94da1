"""All the agencies."""

from __future__ import annotations

import numpy as np

from sim.actors.actor import HasState
from sim.actors.agencies.agency import McnAgency, like_from_matrix
from sim.core.money import Purpose
from sim.kernels.scales import PITCH_BITS
from sim.scenario.size import count_per_creators


class McnAgencies:
    """All the agencies."""

    def __init__(self, model: HasState) -> None:
        self.state = model.state
        scenario = self.state.scenario
        on = scenario.manipulation.enabled and scenario.mcn.enabled
        n = count_per_creators(scenario.mcn.n_per_1000_creators, scenario.creators.n) if on else 0
        self.all: list[McnAgency] = [McnAgency(model, number) for number in range(n)]
        advertisers = count_per_creators(scenario.advertisers.n_per_1000_creators, scenario.creators.n)
        self.pitch_chance = min(1.0, scenario.mcn.pitches_per_week / max(1, advertisers))

    def sign(self, row: int) -> bool:
        """Sign with the agency that has most room; False when all are full."""
        free = [agency for agency in self.all if agency.open]
        return bool(free) and min(free, key=lambda agency: (len(agency.signed), agency.number)).sign(row)

    def release(self, row: int) -> None:
        """End a creator's contract."""
        number = int(self.state.world.creators.mcn[row])
        if number >= 0:
            self.all[number].release(row)

    def request_likes(self, row: int, post: int) -> None:
        """Have the creator's agency like a post."""
        number = int(self.state.world.creators.mcn[row])
        if number >= 0:
            self.all[number].request_likes(post)

    def act(self) -> None:
        """Let every matrix give the likes that are due."""
        due = [agency.due() for agency in self.all if agency.jobs]
        if due:
            account, post = (np.concatenate(column) for column in zip(*due, strict=True))
            if len(account):
                like_from_matrix(self.state, account, post)

    def close_day(self) -> list[int]:
        """Let the agencies close their day; return the creators whose contracts end."""
        return [row for agency in self.all if agency.open for row in agency.close_day()]

    def offers(self, advertiser: int) -> np.ndarray:
        """Creators whom agencies present to an advertiser today: of each agency the one with the most likes."""
        shown, day = self.state.world.creators.visible_ema, self.state.clock.day
        rows = [
            max(agency.signed, key=lambda row: (shown[row], -row))
            for agency in self.all
            if agency.signed
            and self.state.rng.uniform("pitch", day, (advertiser << PITCH_BITS) + agency.number) < self.pitch_chance
        ]
        return np.array(rows, np.int64)

    def commission(self, row: int, cny: float) -> float:
        """Take the agency's share of a sponsorship; return what is left for the creator."""
        number = int(self.state.world.creators.mcn[row])
        if number < 0:
            return cny
        agency = self.all[number]
        cut = cny * self.state.scenario.mcn.commission
        self.state.money.transfer(int(self.state.world.creators.party[row]), agency.party, cut, Purpose.COMMISSION)
        agency.brought[row] = agency.brought.get(row, 0.0) + cut
        return cny - cut
