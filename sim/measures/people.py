"""What people do, counted in people: reads of a day and how long they take, likes, follows, and hours of reading."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_HOURS, DAY_S
from sim.core.enums import Kind, Origin, Status
from sim.state import State
from sim.world import is_arranged, is_by_creator


class Audience:
    """Follows won and lost in the day under way, and reads by hour of the day over the run."""

    def __init__(self) -> None:
        self.won = 0
        self.lost = 0  # until the last day's end
        self.reads = np.zeros(DAY_HOURS, np.int64)
        self.likes = np.zeros((2, DAY_HOURS), np.int64)  # people's own, arranged
        self.before = 0  # reads until the last tick

    def observe(self, state: State) -> None:
        """Count the tick: follows in people, and reads."""
        log = state.world.log
        self.won += len(log.rows_of(Kind.FOLLOW))  # a row each for the people of a seat
        origin = log.origin[log.rows_of(Kind.LIKE)]
        self.likes[:, state.clock.hour] += (
            np.count_nonzero(~is_arranged(origin)),
            np.count_nonzero(is_by_creator(origin)),
        )
        self.reads[state.clock.hour] += state.world.reads - self.before
        self.before = state.world.reads

    def close_day(self, state: State) -> dict[str, float]:
        """The day's columns of `daily`; the next day begins at 0."""
        creators = state.world.creators
        links = int(creators.followers[creators.present].sum(dtype=np.int64))
        lost = int(creators.followers_lost.sum())
        found = {"follows_new": float(self.won), "unfollows": float(lost - self.lost), "follow_links": float(links)}
        self.won, self.lost = 0, lost
        return found

    def write(self, state: State) -> None:
        """Write the table `rhythm`."""
        own, arranged = self.likes
        state.tables.extend("rhythm", hour=np.arange(DAY_HOURS), reads=self.reads, likes=own, arranged_likes=arranged)


def reading_of_day(state: State) -> None:
    """How many people read so many posts today; before the seats' counts of the day are cleared."""
    readers = state.world.readers
    reads = readers.record["reads_today"]
    counted = readers.here(state.world.accounts.status) | (reads > 0)
    found = np.bincount(reads[counted], readers.people[counted])
    _write(state, "reading", "reads", "people", found, day=state.clock.day)


def reading_times_at_end(state: State) -> None:
    """How long people's readings took, over the run."""
    _write(state, "reading_times", "seconds", "reads", state.world.reading_times)


def view_gaps_at_end(state: State) -> None:
    """How soon people go on to the next post of a visit, over the run."""
    _write(state, "view_gaps", "seconds", "gaps", state.world.view_gaps)


def visits_at_end(state: State) -> None:
    """How many posts people read in a visit, over the run."""
    _write(state, "visits", "reads", "visits", state.world.visits_by_reads)


def liking_at_end(state: State) -> None:
    """How many accounts of people gave so many likes of their own lately, and how soon after they began to read."""
    accounts, likes = state.world.accounts, state.world.likes
    end_s = state.clock.tick * state.clock.tick_s
    recent = slice(int(np.searchsorted(likes.time_s, end_s - state.scenario.counts.likes_kept_days * DAY_S)), likes.n)
    own = likes.origin[recent] == Origin.ORGANIC
    given = np.bincount(likes.account[recent][own], minlength=accounts.n)
    people = (accounts.seat >= 0) & (accounts.status != Status.CLOSED)
    _write(state, "liking", "likes", "accounts", np.bincount(given[people]))
    delays, n = np.unique(likes.since_s[recent][own], return_counts=True)
    state.tables.extend("like_delays", seconds=delays.astype(np.int64), likes=n.astype(np.int64))


def _write(state: State, table: str, of: str, counts: str, found: NDArray[Any], **also: int) -> None:
    """Rows of a distribution: each number that anybody has, and how many have it."""
    some = np.flatnonzero(found)
    state.tables.extend(table, **also, **{of: some, counts: found[some].astype(np.int64)})
