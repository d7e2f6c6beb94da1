"""Counts honest likes by rule and cause: those judged, flagged and wrongly flagged, and who gave them."""

from __future__ import annotations

from collections import deque
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import WEEK_DAYS
from sim.core.enums import Kind, Target
from sim.core.sorted_lookup import find_sorted, is_among
from sim.core.table_schema import ANY
from sim.measures.causes import CAUSES, COLUMNS, DayFacts, HonestLikes, causes_of, find_day_facts
from sim.measures.confusion import JudgedAccounts, is_pushed
from sim.plugins.detectors.detector import TICK, WEEK, cadence_of
from sim.scenario import Scenario
from sim.state import State
from sim.world import is_arranged

if TYPE_CHECKING:
    from sim.plugins.detectors.flags import Flags

CAUSE_NAMES = (ANY, *CAUSES)


class Counted(IntEnum):
    """What is counted of each rule."""

    JUDGED = 0
    FLAGGED = 1
    WRONG = 2


class LikeCauses(NamedTuple):
    """Honest likes, one entry each; `causes` have a bit for each cause."""

    account: NDArray[Any]
    post: NDArray[Any]
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
        sets = np.bincount(causes)  # likes with each set of causes: there are few different ones
        some = np.flatnonzero(sets)
        for bit in range(len(CAUSE_NAMES)):
            self.likes[what, bit] += sets[some[some >> bit & 1 > 0]].sum()

    def people_of(self, what: int, chosen: NDArray[Any] | slice = slice(None)) -> list[int]:
        """Different accounts with each cause, of all or of `chosen` accounts (rows)."""
        column = self.people[what]
        causes = column[chosen] if isinstance(chosen, slice) else column[chosen[chosen < len(column)]]
        return [int(np.count_nonzero(causes >> bit & 1)) for bit in range(len(CAUSE_NAMES))]


class MistakeCounts:
    """Accumulates the table `mistakes`; `observe` every tick, `close_day` after the last of a day, `write` at the end.

    The likes of a day are kept until it ends, and those of a week where some rule of the scenario looks back on one;
    nothing is kept on days on which no rule is in force.
    """

    def __init__(self, scenario: Scenario) -> None:
        in_any = [d for _, policy in scenario.policies() for d in policy.detectors.values() if d is not None]
        self.looks_back = any(cadence_of(detector) == WEEK for detector in in_any)
        self.rules: dict[str, RuleCounts] = {}
        self.week: deque[LikeCauses] = deque(maxlen=WEEK_DAYS if self.looks_back else 1)
        self.facts: DayFacts | None = None
        self._clear()

    def _clear(self) -> None:
        self.n = 0  # honest likes of the day so far
        self.columns: dict[str, list[NDArray[Any]]] = {name: [] for name in COLUMNS}
        self.judging: dict[str, None] = {}  # rules that looked at single ticks of the day
        # likes of the day that their flags are about
        self.touched: dict[tuple[str, Counted], list[NDArray[np.intp]]] = {}

    def observe(self, state: State, accounts: JudgedAccounts | None = None) -> None:
        """Keep the tick's honest likes, and note which of them are flagged by rules that look every tick.

        `accounts` are those judged in the tick, if they are known.
        """
        in_force = any(detector is not None for detector in state.policy.detectors.values())
        if not in_force and not self.looks_back:
            return
        if self.facts is None or self.facts.day != state.clock.day:
            self.facts = find_day_facts(state, self.facts)  # before the day's end, when people change their phones
        log = state.world.log
        row = log.rows_of(Kind.LIKE)
        row = row[~is_arranged(log.origin[row])]
        for name, kept in self.columns.items():
            kept.append(getattr(log, name).take(row))
        accounts = accounts or JudgedAccounts(state)
        for flags in state.platform.flags:
            if flags.cadence == TICK:
                self.judging[flags.detector] = None
                self._touch(state, accounts, flags, row)
            elif flags.target is Target.LIKE:  # of the day it sees the last tick's likes only
                self._note(flags.detector, Counted.JUDGED, np.arange(len(row)))
                self._touch(state, accounts, flags, row)
        self.n += len(row)

    def _touch(self, state: State, accounts: JudgedAccounts, flags: Flags, row: NDArray[np.intp]) -> None:
        if len(flags.ids) == 0 or len(row) == 0:
            return
        log = state.world.log
        flagged, wrong = _find_touched(state, accounts, flags, row, log.account[row], log.post[row])
        self._note(flags.detector, Counted.FLAGGED, np.flatnonzero(flagged))
        self._note(flags.detector, Counted.WRONG, np.flatnonzero(wrong))

    def _note(self, rule: str, what: Counted, likes: NDArray[np.intp]) -> None:
        """Keep which of the tick's honest likes a rule has judged or flagged."""
        self.touched.setdefault((rule, what), []).append(self.n + likes)

    def close_day(self, state: State) -> None:
        """Find the causes of the day's honest likes, and count them for every rule that looked."""
        if self.facts is not None and self.columns["account"]:
            columns = {name: np.concatenate(kept) for name, kept in self.columns.items()}
            causes = causes_of(HonestLikes(state, self.facts, columns))
            self.week.append(LikeCauses(columns["account"], columns["post"], causes))
        else:
            none = np.zeros(0, np.int32)
            self.week.append(LikeCauses(none, none, none.astype(np.uint32)))
        today = self.week[-1]
        for rule in self.judging:
            self._add(rule, Counted.JUDGED, today, slice(None))
        for (rule, what), parts in self.touched.items():
            self._add(rule, what, today, np.concatenate(parts))
        accounts = JudgedAccounts(state)
        for flags in state.platform.flags:
            if flags.target is not Target.LIKE and flags.cadence != TICK:
                self._look_back(state, accounts, flags)
        self._clear()

    def _look_back(self, state: State, accounts: JudgedAccounts, flags: Flags) -> None:
        """Count for a rule that looks at the day or the week that ends now."""
        past = list(self.week) if flags.cadence == WEEK else [self.week[-1]]
        given = LikeCauses(*(np.concatenate(column) for column in zip(*past, strict=True)))
        flagged, wrong = _find_touched(state, accounts, flags, np.zeros(0, np.intp), given.account, given.post)
        self._add(flags.detector, Counted.JUDGED, given, slice(None))
        self._add(flags.detector, Counted.FLAGGED, given, flagged)
        self._add(flags.detector, Counted.WRONG, given, wrong)

    def _add(self, rule: str, what: Counted, given: LikeCauses, which: Any) -> None:
        if rule not in self.rules:
            self.rules[rule] = RuleCounts()
        self.rules[rule].add(what, given.account[which], given.causes[which])

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


def _find_touched(
    state: State,
    accounts: JudgedAccounts,
    flags: Flags,
    row: NDArray[Any],
    account: NDArray[Any],
    post: NDArray[Any],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which honest likes (by row of the log, account, post) a rule's flags are about, and where those are wrong."""
    column = {Target.LIKE: row, Target.ACCOUNT: account, Target.POST: post}[flags.target]
    flagged = is_among(column, flags.ids)
    if flags.target is Target.LIKE or not flagged.any():
        return flagged, flagged
    if flags.target is Target.POST:
        return flagged, flagged & ~is_pushed(state, post)
    known, guilty = accounts.of(flags.cadence)
    at, found = find_sorted(known, account)
    return flagged, flagged & ~(found & guilty[at])


def _punished_for(state: State, rule: str) -> NDArray[np.int64]:
    """Accounts that were limited or closed because of a rule, for likes that they gave and not for those they got."""
    done = state.tables["actions"].arrays()
    own = (done["detector"] == rule) & (done["target"] == "account") & (done["account"] >= 0)
    account, post = done["account"][own], done["post"][own]
    author = state.world.creators.account[state.world.posts.creator[post]]
    return np.unique(account[(post < 0) | (author != account)])
