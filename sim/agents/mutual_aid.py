"""Mutual-aid groups: a roster, a queue of requests, and who owes whom (S1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.kernels.favours import choose
from sim.names import Origin, Status, Surface
from sim.phases.rhythm import HOURS

if TYPE_CHECKING:
    from sim.model import EngagementModel


@dataclass
class Tally:
    """The day's figures of a group."""

    requests: int = 0
    answered: int = 0
    history: list[float] = field(default_factory=list)  # likes per member asked, one entry a day


class MutualAidGroup(mesa.Agent):
    """A reciprocity group. Seats are fixed places in its arrays; `owes[i, j]` is what seat i got from j less what it gave.

    Members answer by hand (they open the link and look for seconds) or with an assist tool (no look at all), whom
    they owe first. Activity swings from day to day, some ride free, and a group that answers too little dissolves.
    """

    model: EngagementModel

    def __init__(self, model: EngagementModel, number: int) -> None:
        super().__init__(model)
        self.number = number
        size = model.scenario.mutual_aid.size_max
        self.creator = np.full(size, -1, np.int64)
        self.owes = np.zeros((size, size), np.int32)
        self.activity = np.ones(size)
        self.assisted = np.zeros(size, np.bool_)
        self.give = np.ones(size)
        # the queue, oldest request first: post, seat of the asker, tick, and which seats are done with it
        self.asked_post = np.zeros(0, np.int64)
        self.asked_by = np.zeros(0, np.int64)
        self.asked_tick = np.zeros(0, np.int64)
        self.done = np.zeros((0, size), np.bool_)
        self.tally = Tally()
        self.alive = True

    # -- roster -------------------------------------------------------------------------------------------

    @property
    def members(self) -> np.ndarray:
        """Seats taken."""
        return np.flatnonzero(self.creator >= 0)

    @property
    def has_room(self) -> bool:
        """Whether a seat is free."""
        return self.alive and bool((self.creator < 0).any())

    def admit(self, row: int) -> None:
        """Seat a creator; its habits are drawn once."""
        opts, luck = self.model.scenario.mutual_aid, self.model.luck
        seat = int(np.flatnonzero(self.creator < 0)[0])
        self.creator[seat] = row
        self.owes[seat, :] = 0
        self.owes[:, seat] = 0
        entity = self.model.creators[row].entity
        self.assisted[seat] = luck.one("member", 0, entity) < opts.assisted_share
        self.give[seat] = opts.free_rider_give if luck.one("member", 0, entity, 1) < opts.free_rider_share else 1.0
        self.activity[seat] = 0.5 + luck.one("member", 0, entity, 2)
        self.model.world.creators.group[row] = self.number

    def dismiss(self, row: int) -> None:
        """Free a creator's seat and forget its requests."""
        for seat in np.flatnonzero(self.creator == row):
            self.creator[seat] = -1
            self._keep(self.asked_by != seat)
        self.model.world.creators.group[row] = -1

    def ask(self, row: int, post: int) -> None:
        """Put a member's post into the queue."""
        seats = np.flatnonzero(self.creator == row)
        if len(seats):
            done = np.zeros((1, len(self.creator)), np.bool_)
            done[0, seats[0]] = True
            self.asked_post = np.append(self.asked_post, post)
            self.asked_by = np.append(self.asked_by, seats[0])
            self.asked_tick = np.append(self.asked_tick, self.model.clock.tick)
            self.done = np.concatenate([self.done, done])
            self.tally.requests += 1

    def _keep(self, which: np.ndarray) -> None:
        """Drop the requests that are not in the mask."""
        self.asked_post, self.asked_by = self.asked_post[which], self.asked_by[which]
        self.asked_tick, self.done = self.asked_tick[which], self.done[which]

    # -- liking -------------------------------------------------------------------------------------------

    def act(self) -> None:
        """Members who are about answer requests, those they owe first."""
        self._forget_old()
        if len(self.asked_post) == 0:
            return
        seats, requests, turn = choose(self._budgets(), self.owes, self.asked_by, self.done)
        if len(seats):
            self._like(seats, requests, turn)

    def _forget_old(self) -> None:
        oldest = self.model.clock.tick - self.model.scenario.mutual_aid.patience_h * 3600 // self.model.clock.tick_s
        if len(self.asked_tick) and self.asked_tick[0] < oldest:
            self._keep(self.asked_tick >= oldest)

    def _budgets(self) -> np.ndarray:
        """Requests each seat would answer this tick (whole, drawn around its expectation)."""
        opts, clock = self.model.scenario.mutual_aid, self.model.clock
        per_tick = opts.likes_per_member_day * HOURS[clock.hour] / clock.ticks_per_day
        factor = np.where(self.assisted, opts.assisted_factor, 1.0)
        expected = per_tick * factor * self.activity * self.give * (self.creator >= 0)
        accounts = self.model.world.creators.account[np.maximum(self.creator, 0)]
        able = self.model.world.accounts.status[accounts] == Status.ACTIVE
        entity = np.arange(len(expected)) + 4096 * self.number
        whole = np.floor(expected + self.model.luck.uniform("favours", clock.tick, entity))
        return np.where(able, whole, 0).astype(np.int64)

    def _like(self, seats: np.ndarray, requests: np.ndarray, turn: np.ndarray) -> None:
        model, opts = self.model, self.model.scenario.mutual_aid
        world, clock, luck = model.world, model.clock, model.luck
        post, owner = self.asked_post[requests], self.asked_by[requests]
        assisted = self.assisted[seats]
        account = world.creators.account[self.creator[seats]]
        u = luck.uniform("favour", clock.tick, account, turn)
        v = luck.uniform("favour at", clock.tick, account)
        dwell = np.where(assisted, 0.0, np.maximum(1.0, np.minimum(60.0, 2.0 * opts.dwell_s * u)))
        # by hand a link every half minute or so, with a tool every other second
        gap = np.where(assisted, 2.0, 25.0 + 15.0 * u)
        at = v * clock.tick_s * 0.6 + turn * gap
        published = np.maximum(0, world.posts.published_s[post] - clock.start_s)
        at = np.clip(np.maximum(at, published + 5), 0, clock.tick_s - 1)
        length = model.scenario.readers.length_s
        world.record_likes_after_reading(
            account=account,
            post=post,
            time_s=clock.start_s + at.astype(np.int64),
            channel=Surface.CHAT,
            dwell_s=dwell.astype(np.int64),
            completion=np.minimum(100, 100 * dwell / length).astype(np.int64),
            origin=Origin.MUTUAL_AID,
        )
        np.add.at(self.owes, (owner, seats), 1)
        np.add.at(self.owes, (seats, owner), -1)
        self.tally.answered += len(post)

    # -- the day's end ------------------------------------------------------------------------------------

    def close_day(self) -> None:
        """Activity swings, debtors are shown the door, and a group that fails its members dissolves."""
        opts, clock, luck = self.model.scenario.mutual_aid, self.model.clock, self.model.luck
        seats = self.members
        asked = max(1, self.tally.requests) * max(1, len(seats) - 1)
        self.tally.history.append(self.tally.answered / asked if self.tally.requests else np.nan)
        self._write_row(seats)
        entity = np.arange(len(self.activity)) + 4096 * self.number
        swing = opts.activity_swing * luck.normal("activity", clock.day, entity)
        self.activity = np.clip(1.0 + opts.activity_memory * (self.activity - 1.0) + swing, 0.0, 2.5)
        debt = self.owes.sum(axis=1)
        for seat in seats[debt[seats] > opts.expel_debt]:
            self.dismiss(int(self.creator[seat]))
        recent = [x for x in self.tally.history[-opts.dissolve_after_days :] if not np.isnan(x)]
        failing = len(recent) >= opts.dissolve_after_days // 2 and float(np.mean(recent)) < opts.dissolve_answer_rate
        if failing or len(self.members) < 2:
            self.dissolve()
        self.tally = Tally(history=self.tally.history[-60:])

    def _write_row(self, seats: np.ndarray) -> None:
        self.model.tables.add(
            "groups",
            day=self.model.clock.day,
            group=self.number,
            members=len(seats),
            active_members=int((self.activity[seats] > 0.5).sum()),
            requests=self.tally.requests,
            answered=self.tally.answered,
            likes=self.tally.answered,
            free_rider_share=float((self.give[seats] < 1).mean()) if len(seats) else 0.0,
            alive=self.alive,
        )

    def dissolve(self) -> None:
        """Too few answer: everybody goes."""
        for row in self.creator[self.members].tolist():
            self.dismiss(row)
        self.alive = False
        self.remove()


class Circles:
    """All the groups, and the creators who look for one."""

    def __init__(self, model: EngagementModel) -> None:
        self.groups: list[MutualAidGroup] = []
        self.seekers: list[int] = []

    @property
    def alive(self) -> list[MutualAidGroup]:
        """Groups that still exist, oldest first."""
        return [group for group in self.groups if group.alive]

    def join(self, model: EngagementModel, row: int) -> None:
        """Take a seat in the fullest group with room, or wait until enough seekers found a new one."""
        if row in self.seekers or model.world.creators.group[row] >= 0:
            return
        open_groups = [group for group in self.alive if group.has_room]
        if open_groups:
            max(open_groups, key=lambda group: (len(group.members), -group.number)).admit(row)
            return
        self.seekers.append(row)
        if len(self.seekers) >= model.scenario.mutual_aid.founders:
            group = MutualAidGroup(model, len(self.groups))
            self.groups.append(group)
            for seeker in self.seekers:
                group.admit(seeker)
            self.seekers = []

    def leave(self, model: EngagementModel, row: int) -> None:
        """Give up the seat, or the search."""
        if row in self.seekers:
            self.seekers.remove(row)
        number = int(model.world.creators.group[row])
        if number >= 0:
            self.groups[number].dismiss(row)

    def ask(self, model: EngagementModel, row: int, post: int) -> None:
        """Put a post into its creator's group."""
        number = int(model.world.creators.group[row])
        if number >= 0:
            self.groups[number].ask(row, post)

    def act(self, model: EngagementModel) -> None:
        """Let every group answer what is in its queue."""
        for group in self.alive:
            group.act()

    def close_day(self, model: EngagementModel) -> None:
        """Let every group settle its day; those left without one look again."""
        for group in self.alive:
            group.close_day()
        creators = model.world.creators
        for row in np.flatnonzero(creators.present & (creators.group < 0)).tolist():
            strategy = model.scenario.strategies[int(creators.strategy[row])]
            if strategy.channel == "mutual_aid" and row not in self.seekers:
                self.join(model, row)
