"""All the mutual-aid groups, and the creators who look for one (S1)."""

from __future__ import annotations

from functools import partial

import numpy as np

from sim.actors.actor import HasState
from sim.actors.groups.group import MutualAidGroup


class MutualAidGroups:
    """The groups in order of founding, and who waits for a seat.

    `rest_until` holds by creator the day from which one whom a group has failed, or expelled, looks again.
    """

    def __init__(self, model: HasState) -> None:
        self.state = model.state
        self._new_group = partial(MutualAidGroup, model)
        self.groups: list[MutualAidGroup] = []
        self.seekers: list[int] = []
        self.rest_until: dict[int, int] = {}

    @property
    def alive(self) -> list[MutualAidGroup]:
        """Groups that still exist, oldest first."""
        return [group for group in self.groups if group.alive]

    def join(self, row: int) -> None:
        """Take a seat, or wait until enough seekers found a new group.

        Groups below `size_min` recruit before others, and fuller ones are more attractive; nobody goes back
        to a group that it left in anger or that expelled it.
        """
        resting = self.rest_until.get(row, 0) > self.state.clock.day
        if resting or self.state.world.creators.group[row] >= 0:
            return
        group = self._choose(row)
        if group is not None:
            if row in self.seekers:
                self.seekers.remove(row)
            group.admit(row)
        elif row not in self.seekers:
            self.seekers.append(row)
            if len(self.seekers) >= self.state.scenario.mutual_aid.founders:
                self.found_group(self.seekers)
                self.seekers = []

    def _choose(self, row: int) -> MutualAidGroup | None:
        """The group that a creator would rather be in than any other, if one takes it."""
        size_min = self.state.scenario.mutual_aid.size_min
        best, choice = (False, -1, 0), None
        for group in self.alive:
            n = len(group.members)
            if group.has_room and row not in group.not_again and (n < size_min, n, -group.number) > best:
                best, choice = (n < size_min, n, -group.number), group
        return choice

    def found_group(self, rows: list[int]) -> None:
        """Begin a group of these creators."""
        founded = self._new_group(len(self.groups))
        self.groups.append(founded)
        for row in rows:
            founded.admit(row)

    def leave(self, row: int) -> None:
        """Give up the seat, or the search."""
        if row in self.seekers:
            self.seekers.remove(row)
        number = int(self.state.world.creators.group[row])
        if number >= 0:
            self.groups[number].dismiss(row)

    def request_likes(self, row: int, post: int) -> None:
        """Put a post into its creator's group."""
        number = int(self.state.world.creators.group[row])
        if number >= 0:
            self.groups[number].request_likes(row, post)

    def act(self) -> None:
        """Let every group answer what is in its queue."""
        for group in self.alive:
            group.act()

    def close_day(self) -> None:
        """Let every group settle its day; those left without one look again after a while."""
        again = self.state.clock.day + self.state.scenario.mutual_aid.look_again_days
        for group in self.alive:
            self.rest_until |= dict.fromkeys(group.close_day(), again)
        creators, strategies = self.state.world.creators, self.state.scenario.strategies
        self.seekers = [row for row in self.seekers if creators.present[row]]
        for row in np.flatnonzero(creators.present & (creators.group < 0)).tolist():
            if strategies[int(creators.strategy[row])].channel == "mutual_aid":
                self.join(row)
