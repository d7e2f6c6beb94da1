"""What a validation found: the table of facts, how many are inside, and the distributions behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sim.analysis.facts.kinds import EMERGENT, SHAPED, TYPED
from sim.analysis.facts.schema import letters_of
from sim.analysis.facts.verdicts import INSIDE, NOT_CERTAIN, OUTSIDE, UNKNOWN

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.facts.read import Facts

SUMMARY = "{inside} of {all} facts inside ({kinds}), {outside} outside, {unknown} not measurable"
GROUP = "{group}: {summary}"
WEIGHTED = "by weight {share:.0%} of all facts and {measured:.0%} of the measurable ones are inside"


@dataclass(frozen=True)
class FactFindings:
    """`table` has a row for each measured row (sim.analysis.facts.verdicts); `distributions` x and y by seed."""

    facts: Facts
    table: pd.DataFrame
    distributions: Mapping[str, pd.DataFrame]
    seeds: tuple[int, ...]

    @cached_property
    def by_fact(self) -> pd.DataFrame:
        """One row a fact: fact, verdict, kind, use, weight."""
        first = self.table.drop_duplicates("fact")
        return first[["fact", "fact_verdict", "kind", "use", "weight"]].rename(columns={"fact_verdict": "verdict"})

    def count(self, verdict: str) -> int:
        """How many facts have this verdict."""
        return int((self.by_fact["verdict"] == verdict).sum())

    def unsure(self, verdict: str) -> int:
        """How many facts with this verdict (inside or outside) may yet turn: none of its rows holds it for certain.

        A fact is inside when all its rows are, so that a single row that is not certain may turn it.
        """
        own = self.table[self.table["fact_verdict"] == verdict]
        rows = own[own["verdict"] == verdict]
        may_turn = (rows["certain"] == NOT_CERTAIN).groupby(rows["fact"])
        return int((may_turn.all() if verdict == OUTSIDE else may_turn.any()).sum())

    @property
    def summary(self) -> str:
        """How many facts are inside and of which kind, in one line; apart for facts whose names begin otherwise."""
        if len(self.groups) == 1:
            return _count(self.by_fact)
        return "; ".join(GROUP.format(group=group, summary=counts) for group, counts in self.groups)

    @property
    def groups(self) -> list[tuple[str, str]]:
        """The letters that facts' names begin with, in their order, and how many of those facts are inside."""
        letters = self.by_fact["fact"].map(letters_of)
        return [(str(group), _count(self.by_fact[letters == group])) for group in letters.unique()]

    def of_group(self, group: str) -> pd.DataFrame:
        """The rows of the table whose facts' names begin with these letters."""
        return self.table[self.table["fact"].map(letters_of) == group]

    @property
    def weighted(self) -> str:
        """The share of facts inside by their weights; empty when no fact has a weight."""
        facts = self.by_fact
        inside, known = facts["verdict"] == INSIDE, facts["verdict"] != UNKNOWN
        all_, measured = facts["weight"].sum(), facts.loc[known, "weight"].sum()
        if not measured:
            return ""
        part = facts.loc[inside, "weight"].sum()
        return WEIGHTED.format(share=part / all_, measured=part / measured)


def _count(facts: pd.DataFrame) -> str:
    inside = facts[facts["verdict"] == INSIDE]
    kinds = ", ".join(f"{int((inside['kind'] == kind).sum())} {kind}" for kind in (EMERGENT, SHAPED, TYPED))
    outside, unknown = (int((facts["verdict"] == verdict).sum()) for verdict in (OUTSIDE, UNKNOWN))
    return SUMMARY.format(inside=len(inside), all=len(facts), kinds=kinds, outside=outside, unknown=unknown)
