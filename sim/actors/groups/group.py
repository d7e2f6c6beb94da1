"""Mutual-aid groups: a roster, a queue of requests, and who owes whom (S1)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.actors.actor import Actor, HasState
from sim.core.clock import HOUR_S
from sim.core.enums import Origin, Status, Surface
from sim.kernels.favours import choose, note
from sim.kernels.scales import PERCENT
from sim.world.inventory import draw_channels
from sim.world.rhythm import tick_share


@dataclass
class DayCounts:
    """The day's figures of a group."""

    requests: int = 0
    answered: int = 0
    history: list[float] = field(default_factory=list)  # likes per member asked, one entry a day


HISTORY_DAYS = 365  # at least the days over which a group can be judged


class MutualAidGroup(Actor):
    """A reciprocity group. Seats are fixed places in its arrays (length `size_max`).

    `owes[i, j]` is what seat i got from j less what it gave. Members answer by hand (they open the link and
    look for seconds) or with an assist tool (no look at all), whom they owe first. Activity swings from day
    to day, some ride free and are expelled, those who give and get nothing back leave, and a group that answers
    too little dissolves. `not_again` lists the creators who will not come back.
    """

    def __init__(self, model: HasState, number: int) -> None:
        super().__init__(model)
        self.number = number
        size = self.state.scenario.mutual_aid.size_max
        self.creator = np.full(size, -1, np.int64)
        self.owes = np.zeros((size, size), np.int32)
        self.activity = np.ones(size)
        self.reciprocity = np.ones(size)  # willingness to give, as far as others gave: 0..1
        self.assisted = np.zeros(size, np.bool_)
        self.generosity = np.ones(size)
        self.gave = np.zeros(size, np.int64)  # since the member joined
        self.gave_today = np.zeros(size, np.int64)
        # recent favours, which fade from day to day
        self.gave_lately = np.zeros(size)
        self.got_lately = np.zeros(size)
        self.asked_lately = np.zeros(size)
        # the queue, oldest request first: post, seat of the asker, tick, and which seats are done with it
        self.asked_post = np.zeros(0, np.int64)
        self.asked_by = np.zeros(0, np.int64)
        self.asked_tick = np.zeros(0, np.int64)
        self.done = np.zeros((0, size), np.bool_)
        self.counts = DayCounts()
        self.alive = True
        self.not_again: list[int] = []

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
        """Give a creator a seat. Its habits are drawn once for life; it ignores requests made before it joined."""
        opts, rng = self.state.scenario.mutual_aid, self.state.rng
        seat = int(np.flatnonzero(self.creator < 0)[0])
        self.creator[seat] = row
        self.owes[seat, :] = 0
        self.owes[:, seat] = 0
        for column in (self.gave, self.gave_today, self.gave_lately, self.got_lately, self.asked_lately):
            column[seat] = 0
        self.done[:, seat] = True
        assisted, free_rider, activity = rng.uniforms("member", 0, self.state.world.creators.entity_of(row), 3)
        self.assisted[seat] = assisted < opts.assisted_share
        self.generosity[seat] = opts.free_rider_generosity if free_rider < opts.free_rider_share else 1.0
        self.activity[seat] = opts.activity_start_min + opts.activity_start_range * activity
        self.reciprocity[seat] = 1.0
        self.state.world.creators.group[row] = self.number

    def dismiss(self, row: int) -> None:
        """Free a creator's seat and forget its requests."""
        for seat in np.flatnonzero(self.creator == row):
            self.creator[seat] = -1
            self._keep(self.asked_by != seat)
        self.state.world.creators.group[row] = -1

    def request_likes(self, row: int, post: int) -> None:
        """Put a member's post into the queue; asking twice is asking once."""
        seats = np.flatnonzero(self.creator == row)
        if len(seats) == 0 or post in self.asked_post:
            return
        done = np.zeros((1, len(self.creator)), np.bool_)
        done[0, seats[0]] = True
        self.asked_post = np.concatenate([self.asked_post, [post]])
        self.asked_by = np.concatenate([self.asked_by, seats[:1]])
        self.asked_tick = np.concatenate([self.asked_tick, [self.state.clock.tick]])
        self.done = np.concatenate([self.done, done])
        self.asked_lately[seats[0]] += 1
        self.counts.requests += 1

    def _keep(self, which: np.ndarray) -> None:
        """Drop the requests that are not in the mask."""
        self.asked_post, self.asked_by = self.asked_post[which], self.asked_by[which]
        self.asked_tick, self.done = self.asked_tick[which], self.done[which]

    # -- liking -------------------------------------------------------------------------------------------

    def act(self) -> None:
        """Active members answer requests, starting with those of members they owe."""
        self._forget_old()
        if len(self.asked_post) == 0:
            return
        seats, requests, turn = choose(self._budgets(), self.owes, self.asked_by, self.done)
        if len(seats):
            self._like(seats, requests, turn)

    def _forget_old(self) -> None:
        state = self.state
        patience = state.scenario.mutual_aid.patience_h * HOUR_S // state.clock.tick_s
        oldest, alive = state.clock.tick - patience, state.world.alive.start
        hidden = state.world.posts.hidden[self.asked_post]
        if len(self.asked_tick) and (self.asked_tick[0] < oldest or self.asked_post.min() < alive or hidden.any()):
            self._keep((self.asked_tick >= oldest) & (self.asked_post >= alive) & ~hidden)

    def _entities(self) -> np.ndarray:
        """What keys each seat's random numbers: the creator who sits there, whatever seat it is."""
        return self.state.world.creators.entities(np.maximum(self.creator, 0))

    def _budgets(self) -> np.ndarray:
        """How many requests each seat would answer this tick (whole numbers, drawn around the expectation)."""
        opts, clock, world = self.state.scenario.mutual_aid, self.state.clock, self.state.world
        share = tick_share(self.state.scenario.rhythm.hours, clock)
        per_tick = opts.likes_per_member_day * share / clock.ticks_per_day
        factor = np.where(self.assisted, opts.assisted_factor, 1.0)
        expected = per_tick * factor * self.activity * self.generosity * self.reciprocity
        able = world.accounts.status[world.creators.account[np.maximum(self.creator, 0)]] == int(Status.ACTIVE)
        whole = np.floor(expected + self.state.rng.uniform_array("favours", clock.tick, self._entities()))
        return np.where(able & (self.creator >= 0), whole, 0).astype(np.int64)

    def _like(self, seats: np.ndarray, requests: np.ndarray, turn: np.ndarray) -> None:
        """Write the favours due after the post is out and before the tick ends; others must wait."""
        state, opts = self.state, self.state.scenario.mutual_aid
        world, clock, rng = state.world, state.clock, state.rng
        account = world.creators.account[self.creator[seats]]
        entity = world.accounts.entity[account]
        u = rng.uniform_array("favour", clock.tick, entity, turn)
        v = rng.uniform_array("favour at", clock.tick, entity)
        # by hand a link takes about half a minute, with a tool two seconds
        tool = self.assisted[seats]
        pause = np.where(tool, opts.tool_pause_s, opts.pause_s) * turn
        pause = pause + np.where(tool, opts.tool_pause_range_s, opts.pause_range_s) * u
        at = clock.start_s + (v * clock.tick_s * opts.start_within + pause).astype(np.int64)
        published = world.posts.published_s[self.asked_post[requests]]
        timely = (at > published + opts.notice_s) & (at < clock.start_s + clock.tick_s)
        if not timely.all():
            self.done[requests[~timely], seats[~timely]] = False
            account, u, at, turn = account[timely], u[timely], at[timely], turn[timely]
            seats, requests = seats[timely], requests[timely]
        if len(seats) == 0:
            return
        by_hand = np.maximum(1.0, np.minimum(opts.dwell_max_s, 2.0 * opts.dwell_s * u))
        dwell = np.where(self.assisted[seats], 0.0, by_hand)
        world.record_likes_after_reading(
            account=account,
            post=self.asked_post[requests],
            time_s=at,
            channel=draw_channels(
                rng.uniform_array("favour by", clock.tick, world.accounts.entity[account], turn),
                {Surface.HOT: opts.hot_share, Surface.SUBSCRIPTION: opts.subscription_share},
                Surface.CHAT,
            ),
            dwell_s=dwell.astype(np.int64),
            completion=np.minimum(PERCENT, PERCENT * dwell / state.scenario.readers.length_s).astype(np.int64),
            origin=Origin.MUTUAL_AID,
        )
        world.creators.ever_manipulated[self.creator[seats]] = True
        self._note(seats, self.asked_by[requests])

    def _note(self, givers: np.ndarray, getters: np.ndarray) -> None:
        """Book favours."""
        size = len(self.creator)
        note(self.owes, givers, getters)
        self.gave_today += np.bincount(givers, minlength=size)
        self.got_lately += np.bincount(getters, minlength=size)
        self.counts.answered += len(givers)

    # -- the day's end ------------------------------------------------------------------------------------

    def close_day(self) -> list[int]:
        """Activity swings, free riders are expelled, the disappointed go, and a failing group dissolves.

        Returns the creators who lost their group today.
        """
        opts, clock = self.state.scenario.mutual_aid, self.state.clock
        seats = self.members
        asked = max(1, self.counts.requests) * max(1, len(seats) - 1)
        self.counts.history.append(self.counts.answered / asked if self.counts.requests else np.nan)
        own = self.state.rng.normal_array("activity", clock.day, self._entities())
        common = self.state.rng.normal("group activity", clock.day, self.number)
        shared = opts.activity_shared
        swing = opts.activity_swing * ((1.0 - shared) ** (1 / 2) * own + shared ** (1 / 2) * common)
        # bounds of equal distance: wilder swings must not make members busier on average
        self.activity = np.clip(1.0 + opts.activity_memory * (self.activity - 1.0) + swing, 0.0, opts.activity_max)
        self._cool_down(len(seats))
        self.gave += self.gave_today
        self.gave_lately += self.gave_today
        gone = self.creator[seats[self._is_unwanted(seats) | self._is_disappointed(seats)]].tolist()
        for row in gone:
            self.dismiss(row)
            self.not_again.append(row)
        recent = [x for x in self.counts.history[-opts.dissolve_after_days :] if not np.isnan(x)]
        enough = len(recent) >= max(1, int(opts.dissolve_after_days * opts.dissolve_known_share))
        if (enough and float(np.mean(recent)) < opts.dissolve_answer_rate) or len(self.members) < 2:
            gone += self.dissolve()
        self._write_row(seats)
        self.counts = DayCounts(history=self.counts.history[-HISTORY_DAYS:])
        self.gave_today[:] = 0
        for column in (self.gave_lately, self.got_lately, self.asked_lately):
            column *= opts.favour_memory
        return gone

    def _cool_down(self, members: int) -> None:
        """Those who asked give as others gave: what comes back too thinly is answered more thinly (S1)."""
        opts = self.state.scenario.mutual_aid
        asked = self.asked_lately > opts.asked_min
        rate = self.got_lately[asked] / (self.asked_lately[asked] * max(1, members - 1))
        target = np.minimum(1.0, rate / opts.content_rate)
        self.reciprocity[asked] += opts.reciprocity_pace * (target - self.reciprocity[asked])

    def _is_unwanted(self, seats: np.ndarray) -> np.ndarray:
        """Who owes much and hardly gives: one mask entry a seat of `seats`."""
        opts = self.state.scenario.mutual_aid
        mean = self.gave_lately < opts.expel_share * self.got_lately
        unwanted: np.ndarray = (self.owes.sum(axis=1) > opts.expel_debt) & mean
        return unwanted[seats]

    def _is_disappointed(self, seats: np.ndarray) -> np.ndarray:
        """Who gives and asks but gets hardly anything back: one mask entry a seat of `seats`."""
        opts = self.state.scenario.mutual_aid
        tried = (self.gave_lately > opts.leave_after_given) & (self.asked_lately > opts.asked_min)
        disappointed: np.ndarray = tried & (self.got_lately < opts.leave_return * self.gave_lately)
        return disappointed[seats]

    def _write_row(self, seats: np.ndarray) -> None:
        owed = self.owes[seats].sum(axis=1)
        self.state.tables.add(
            "groups",
            day=self.state.clock.day,
            group=self.number,
            members=len(seats),
            active_members=int((self.gave_today[seats] > 0).sum()),
            requests=self.counts.requests,
            answered=self.counts.answered,
            likes=self.counts.answered,
            free_rider_share=float((owed > self.gave[seats]).mean()) if len(seats) else 0.0,
            alive=self.alive,
        )

    def dissolve(self) -> list[int]:
        """Let everybody go; returns who they are."""
        rows: list[int] = self.creator[self.members].tolist()
        for row in rows:
            self.dismiss(row)
        self.alive = False
        super().remove()
        return rows

    def remove(self) -> None:
        """Dissolve; the members may look for another group."""
        if self.alive:
            self.dissolve()
