"""Whom enforcement hits by mistake: hits on innocent people and creators, by group, and the gap between groups."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Status
from sim.kernels.count import count_present
from sim.scenario import Scenario
from sim.state import Hit, State

PERSON, CREATOR = "person", "creator"
Rows = NDArray[np.intp]
ALL = slice(None)
Sort = Callable[[State, Any], NDArray[Any]]  # the group of each of these rows, or of a slice of them


class Attribute(NamedTuple):
    """One way to sort people or creators into groups.

    `groups(scenario)` names them; `sort(state, rows)` says which group each of these accounts (or creators) is in;
    `add_members(state, hit, into)` adds to each group how many are here, or were hit today.
    """

    kind: str
    groups: Callable[[Scenario], list[str]]
    sort: Sort
    add_members: Callable[[State, Rows, NDArray[np.int64]], None]


def _tenures(scenario: Scenario) -> list[str]:
    new, old = scenario.measures.newcomer_days, scenario.measures.settled_days
    return [f"under {new} days", f"{new} to {old} days", f"over {old} days"]


def _by_tenure(state: State, rows: Rows | slice) -> NDArray[Any]:
    opts = state.scenario.measures
    days = state.clock.day - state.world.accounts.registered_day[rows]
    return (days >= opts.newcomer_days).astype(np.uint8) + (days > opts.settled_days)


def _regions(scenario: Scenario) -> list[str]:
    return [str(region) for region in range(scenario.accounts.regions)]


def _by_region(state: State, rows: Rows | slice) -> NDArray[Any]:
    return state.world.accounts.region[rows]


def _add_people(sort: Sort, state: State, hit: Rows, into: NDArray[np.int64]) -> None:
    """People who are here, or were hit today."""
    accounts, readers = state.world.accounts, state.world.readers
    group = sort(state, ALL).astype(np.uint8, copy=False)  # one type, so that the kernel is compiled once
    count_present(readers.record, readers.persons, readers.first_person, accounts.status, group, into)
    np.add.at(into, group[_away(state, hit)], 1)


def _sizes(scenario: Scenario) -> list[str]:
    return [str(1 + size) for size in range(scenario.measures.size_groups)]


def _creators(state: State, hit: Rows) -> Rows:
    """Creators who are here or were hit today."""
    chosen = state.world.creators.present.copy()
    chosen[hit] = True
    return np.flatnonzero(chosen)


def _by_followers(state: State, rows: Rows) -> NDArray[Any]:
    """Groups of equal size, by rank among those who are here or in `rows`; equals stand as the rows do."""
    members = _creators(state, rows)
    order = np.lexsort((members, state.world.creators.followers[members]))
    rank = np.empty(len(members), np.int64)
    rank[order] = np.arange(len(members))
    return rank[np.searchsorted(members, rows)] * state.scenario.measures.size_groups // max(1, len(members))


def _add_followers(state: State, hit: Rows, into: NDArray[np.int64]) -> None:
    members = _creators(state, hit)
    into += np.bincount(_by_followers(state, members), minlength=len(into))


def _add_merchants(state: State, hit: Rows, into: NDArray[np.int64]) -> None:
    into += np.bincount(_by_merchant(state, _creators(state, hit)), minlength=len(into))


def _sells_or_not(_: Scenario) -> list[str]:
    return ["no", "yes"]


def _by_merchant(state: State, rows: Rows) -> NDArray[Any]:
    return state.world.creators.merchant[rows].astype(np.int64)


ATTRIBUTES: dict[str, Attribute] = {
    "tenure": Attribute(PERSON, _tenures, _by_tenure, partial(_add_people, _by_tenure)),
    "region": Attribute(PERSON, _regions, _by_region, partial(_add_people, _by_region)),
    "followers": Attribute(CREATOR, _sizes, _by_followers, _add_followers),
    "merchant": Attribute(CREATOR, _sells_or_not, _by_merchant, _add_merchants),
}


class Counted(IntEnum):
    """Rows of the counts of an attribute."""

    PRESENT = 0
    INNOCENT_HIT = 1
    HIT = 2


class HitGroups:
    """Accumulates the table `hit_groups`; `close_day` on the last tick of a day, `write` at the end of the run.

    Counts of an attribute are (3, groups) of int64, with rows as `Counted` says.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.names = {name: each.groups(scenario) for name, each in ATTRIBUTES.items()}
        self.sums = {name: np.zeros((len(Counted), len(groups)), np.int64) for name, groups in self.names.items()}
        self.days: deque[dict[str, NDArray[np.int64]]] = deque(maxlen=scenario.measures.gap_days)

    def close_day(self, state: State) -> dict[str, float]:
        """Count the day; return the gaps of the last `measures.gap_days` days."""
        hits = {
            PERSON: _seated(state, *last_of_each(state.today.accounts)),
            CREATOR: last_of_each(state.today.creators),
        }
        today = {}
        for name, each in ATTRIBUTES.items():
            present = np.zeros(len(self.names[name]), np.int64)
            each.add_members(state, hits[each.kind][0], present)
            today[name] = np.stack([present, *_hits_by_group(each, state, *hits[each.kind], len(present))])
        self.days.append(today)
        for name, counts in today.items():
            self.sums[name] += counts
        return {gap_column(name): gap(sum(day[name] for day in self.days)) for name in ATTRIBUTES}

    def write(self, state: State) -> None:
        """The rows of the table."""
        for name, each in ATTRIBUTES.items():
            n, innocent, hit = self.sums[name]
            state.tables.extend(
                "hit_groups",
                kind=each.kind,
                attribute=name,
                group=self.names[name],
                n=n,
                innocent_hit=innocent,
                hit=hit,
            )


def gap_column(attribute: str) -> str:
    """The column of `daily` for the gap between the groups of an attribute."""
    return f"hit_gap_{attribute}"


def gap(counts: Any) -> float:
    """Largest less smallest share of members who were hit and innocent; NaN for fewer than two groups with members."""
    n = counts[Counted.PRESENT]
    shares = counts[Counted.INNOCENT_HIT][n > 0] / n[n > 0]
    return float(shares.max() - shares.min()) if len(shares) > 1 else float("nan")


def last_of_each(hits: Sequence[Hit]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Everybody hit in a day, each once and in order, and whether innocent by the last time."""
    if not hits:
        return np.zeros(0, np.int64), np.zeros(0, bool)
    every, clear = (np.concatenate(column)[::-1] for column in zip(*hits, strict=True))
    distinct, last = np.unique(every, return_index=True)
    return distinct, clear[last]


def _seated(state: State, hit: NDArray[Any], innocent: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Of the accounts hit those that somebody lives by."""
    own = state.world.accounts.seat[hit] >= 0
    return hit[own], innocent[own]


def _hits_by_group(
    each: Attribute, state: State, hit: NDArray[Any], innocent: NDArray[np.bool_], n: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many innocent ones, and how many at all, were hit in each of the `n` groups."""
    group = each.sort(state, hit)
    return np.bincount(group[innocent], minlength=n), np.bincount(group, minlength=n)


def _away(state: State, hit: NDArray[Any]) -> Rows:
    """Of those hit today those who are no longer here, and count as members for today."""
    return hit[(state.world.accounts.status[hit] >= Status.BANNED) | state.world.have_left(hit)]
