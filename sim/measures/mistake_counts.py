"""Counts honest likes by rule and cause: those judged, flagged and wrongly flagged, and who gave them."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import WEEK_DAYS
from sim.core.enums import Target
from sim.measures.confusion import find_guilty, is_pushed, likes_of
from sim.measures.mistakes import ANY, CAUSES, Surroundings, causes_of, find_honest, see_surroundings
from sim.plugins.detectors.detector import DAY, TICK, WEEK, cadence_of
from sim.scenario import Scenario
from sim.state import State

if TYPE_CHECKING:
    from sim.plugins.detectors.flags import Flags

CAUSE_NAMES = (ANY, *CAUSES)


class Counted(IntEnum):
    """What is counted of each rule."""

    JUDGED = 0
    FLAGGED = 1
    WRONG = 2


class Given(NamedTuple):
    """Honest likes of a tick, one entry each; `row` is that of the log, `causes` have a bit for each cause."""

    day: int
    row: NDArray[np.int64]
    account: NDArray[np.int64]
    post: NDArray[np.int64]
    causes: NDArray[np.uint32]


class RuleCounts:
    """Of one rule: likes by cause, and the causes that each account's likes had; judged, flagged, wrong."""

    def __init__(self) -> None:
        self.likes = np.zeros((len(Counted), len(CAUSE_NAMES)), np.int64)
        self.people = np.zeros((len(Counted), 0), np.min_scalar_type((1 << len(CAUSE_NAMES)) - 1))

    def add(self, what: int, account: NDArray[Any], causes: NDArray[np.uint32]) -> None:
        """Count likes: who gave each, and its causes."""
        if len(account) == 0:
            return
        most = int(account.max())
        if most >= self.people.shape[1]:
            more = max(most + 1, 2 * self.people.shape[1]) - self.people.shape[1]
            self.people = np.pad(self.people, ((0, 0), (0, more)))
        np.bitwise_or.at(self.people[what], account, causes.astype(self.people.dtype))
        for bit in range(len(CAUSE_NAMES)):
            self.likes[what, bit] += np.count_nonzero(causes >> np.uint32(bit) & np.uint32(1))

    def people_of(self, what: int, chosen: NDArray[Any] | slice = slice(None)) -> list[int]:
        """Different accounts with each cause, of all or of `chosen` accounts (rows)."""
        column = self.people[what]
        causes = column[chosen] if isinstance(chosen, slice) else column[chosen[chosen < len(column)]]
        return [int(np.count_nonzero(causes >> bit & 1)) for bit in range(len(CAUSE_NAMES))]


class MistakeCounts:
    """Accumulates the table `mistakes`; `observe` every tick, `write` at the end of the run.

    Nothing is computed on ticks in which no rule is in force, and nothing is kept of past ticks unless some rule of the
    scenario looks back on a day or a week.
    """

    def __init__(self, scenario: Scenario) -> None:
        in_any = [d for _, policy in scenario.policies() for d in policy.detectors.values() if d is not None]
        cadences = {cadence_of(detector) for detector in in_any}
        self.days_kept = WEEK_DAYS if WEEK in cadences else 1 if DAY in cadences else 0
        self.rules: dict[str, RuleCounts] = {}
        self.past: list[Given] = []  # ticks before this one that a rule of a day or a week looks back on
        self.around: Surroundings | None = None

    def observe(self, state: State) -> None:
        """Count the tick's honest likes for every rule that looked."""
        if self.days_kept == 0 and not state.platform.flags:
            return
        now = self._given(state)
        if self.days_kept:
            self.past = [each for each in self.past if each.day > now.day - self.days_kept]
            self.past.append(now)
        for flags in state.platform.flags:
            self._count(state, flags, now)

    def _given(self, state: State) -> Given:
        if self.around is None or self.around.day != state.clock.day:
            self.around = see_surroundings(state)
        likes = find_honest(state, self.around)
        account, post = likes.account.astype(np.int64), likes.post.astype(np.int64)
        return Given(state.clock.day, likes.rows, account, post, causes_of(likes))

    def _count(self, state: State, flags: Flags, now: Given) -> None:
        counts = self.rules.setdefault(flags.detector, RuleCounts())
        given = now if flags.target is Target.LIKE or flags.cadence == TICK else self._look_back(now, flags.cadence)
        counts.add(Counted.JUDGED, given.account, given.causes)
        if len(flags.ids) == 0:
            return
        flagged = _are_flagged(flags, given)
        wrong = flagged & _would_be_wrong(state, flags, given)
        for what, chosen in ((Counted.FLAGGED, flagged), (Counted.WRONG, wrong)):
            counts.add(what, given.account[chosen], given.causes[chosen])

    def _look_back(self, now: Given, cadence: str) -> Given:
        """All honest likes of the day or week that ends with this tick; rows of the log have no meaning any more."""
        since = now.day + 1 - (WEEK_DAYS if cadence == WEEK else 1)
        kept = [each for each in self.past if each.day >= since]
        joined = [np.concatenate([each[k] for each in kept]) for k in range(1, len(Given._fields))]
        return Given(now.day, *joined)

    def write(self, state: State) -> None:
        """The rows of the table, one for each rule that looked at anything and each cause."""
        for rule, counts in self.rules.items():
            hit = _punished_for(state, rule)
            state.tables.extend(
                "mistakes",
                rule=rule,
                cause=list(CAUSE_NAMES),
                honest_likes=counts.likes[Counted.JUDGED],
                honest_people=np.array(counts.people_of(Counted.JUDGED)),
                flagged_likes=counts.likes[Counted.FLAGGED],
                flagged_people=np.array(counts.people_of(Counted.FLAGGED)),
                wrong_likes=counts.likes[Counted.WRONG],
                wrong_people=np.array(counts.people_of(Counted.WRONG)),
                punished_people=np.array(counts.people_of(Counted.FLAGGED, hit)),
            )


def _column_of(flags: Flags, given: Given) -> NDArray[np.int64]:
    """What the rule judges of each like: its row, its account or its post."""
    return {Target.LIKE: given.row, Target.ACCOUNT: given.account, Target.POST: given.post}[flags.target]


def _are_flagged(flags: Flags, given: Given) -> NDArray[np.bool_]:
    return np.isin(_column_of(flags, given), flags.ids)


def _would_be_wrong(state: State, flags: Flags, given: Given) -> NDArray[np.bool_]:
    """Whether a flag on what the rule judges of each honest like is a false positive."""
    if flags.target is Target.LIKE:
        return np.ones(len(given.row), bool)
    if flags.target is Target.POST:
        return ~is_pushed(state, given.post)
    known, guilty = find_guilty(likes_of(state, flags.cadence))
    return ~np.isin(given.account, known[guilty])


def _punished_for(state: State, rule: str) -> NDArray[np.int64]:
    """Accounts that were limited or closed because of a rule, for likes that they gave and not for those they got."""
    done = state.tables["actions"].arrays()
    own = (done["detector"] == rule) & (done["target"] == "account") & (done["account"] >= 0)
    account, post = done["account"][own], done["post"][own]
    author = state.world.creators.account[state.world.posts.creator[post]]
    return np.unique(account[(post < 0) | (author != account)])
