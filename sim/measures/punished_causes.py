"""Why creators were punished: who had arranged the likes that were held against them. Truth; no ladder sees it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.table_schema import ANY
from sim.state import Punished, State
from sim.world.arrangers import Other

OWN, RIVAL, FANS, EXPERIMENT, SEVERAL, ORGANIC, GIVEN = (
    "own", "rival", "fans", "experiment", "several", "organic", "given",
)  # fmt: skip
CAUSES = (OWN, RIVAL, FANS, EXPERIMENT, SEVERAL, ORGANIC, GIVEN)  # a creator is hit for one of them
CAUSE_NAMES = (ANY, *CAUSES)
CAUSE_OF_OTHER = {Other.RIVAL: RIVAL, Other.FANS: FANS, Other.EXPERIMENTER: EXPERIMENT}


def causes_of(hit: Punished) -> NDArray[np.int64]:
    """The cause of each entry, as its place in `CAUSES`.

    Without half of the likes arranged by anybody it is `organic`, with half by the creator itself `own`; else whoever
    else bought at least half of the arranged ones, in the order of `Other`, or `several`.
    """
    arranged = hit.own + hit.by_others.sum(axis=1)
    cause = np.full(len(hit.creators), CAUSES.index(SEVERAL))
    for other in reversed(Other):
        cause[2 * hit.by_others[:, other] >= arranged] = CAUSES.index(CAUSE_OF_OTHER[other])
    cause[2 * arranged < hit.acts] = CAUSES.index(ORGANIC)
    cause[2 * hit.own >= hit.acts] = CAUSES.index(OWN)  # nobody is innocent of nothing
    cause[hit.given] = CAUSES.index(GIVEN)
    return cause


class Hits(NamedTuple):
    """Creators hit on a day, one entry for each time, in order of time."""

    creator: NDArray[Any]
    innocent: NDArray[np.bool_]
    cause: NDArray[np.int64]

    def only(self, rows: NDArray[Any]) -> Hits:
        """Some of them (a mask, or rows)."""
        return Hits(self.creator[rows], self.innocent[rows], self.cause[rows])

    def last_of_each(self) -> Hits:
        """The last time of each creator."""
        return self.only(len(self.creator) - 1 - np.unique(self.creator[::-1], return_index=True)[1])


class HitCounts:
    """Of one rule, by cause: days on which creators were hit, and which creators; all of them, and the innocent."""

    def __init__(self) -> None:
        self.days = np.zeros((2, len(CAUSES)), np.int64)
        self.creators: list[tuple[set[int], ...]] = [tuple(set() for _ in CAUSES) for _ in range(2)]

    def add(self, hits: Hits) -> None:
        """Count a day's hits, at most one of each creator."""
        for row, chosen in enumerate((hits, hits.only(hits.innocent))):
            self.days[row] += np.bincount(chosen.cause, minlength=len(CAUSES))
            for at, known in enumerate(self.creators[row]):
                known.update(chosen.creator[chosen.cause == at].tolist())

    def columns(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """Days of all and of the innocent, different creators of both; one entry for each of `CAUSE_NAMES`."""
        days, innocent = ([int(row.sum()), *row.tolist()] for row in self.days)
        creators, clear = ([len(set().union(*row)), *map(len, row)] for row in self.creators)
        return days, innocent, creators, clear


class PunishedCreators:
    """Accumulates the table `punished_creators`; `close_day` after the last tick of a day, `write` at the end."""

    def __init__(self) -> None:
        self.every_rule = HitCounts()
        self.rules: dict[str, HitCounts] = {}

    def close_day(self, state: State) -> None:
        """Count the creators hit today, each by the last time on the day; for every rule those hit because of it."""
        hits = state.today.punished
        if not hits:
            return
        rule = np.concatenate([hit.rule for hit in hits])
        creator, innocent = (np.concatenate(column) for column in zip(*(hit[:2] for hit in hits), strict=True))
        found = Hits(creator, innocent, np.concatenate([causes_of(hit) for hit in hits]))
        self.every_rule.add(found.last_of_each())
        for each in np.unique(rule).tolist():
            self.rules.setdefault(each, HitCounts()).add(found.only(rule == each).last_of_each())

    def write(self, state: State) -> None:
        """The rows of the table, one for each rule that led to a punishment and each cause."""
        together = [(ANY, self.every_rule)] if self.rules else []
        for rule, counts in [*together, *self.rules.items()]:
            hit, innocent_hit, creators, innocent = (np.array(column) for column in counts.columns())
            state.tables.extend(
                "punished_creators",
                rule=rule,
                cause=list(CAUSE_NAMES),
                hit=hit,
                innocent_hit=innocent_hit,
                creators=creators,
                innocent_creators=innocent,
            )
