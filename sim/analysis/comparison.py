"""Policies compared under common random numbers: outcomes by seed, and differences from the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from sim.analysis.frontier import Against, frontier_table
from sim.analysis.outcomes import Outcome, evaluate_runs
from sim.analysis.paired import FEWEST, FEWEST_BCA, Difference, difference, interval, seeds_to_be_sure
from sim.analysis.verdict import IDENTICAL, identical_policies, tests_in, verdict_table

if TYPE_CHECKING:
    import pandas as pd

FACTOR = "policy"
SIGNIFICANT = 0.05
FAN = {"low90": 0.05, "low50": 0.25, "median": 0.5, "high50": 0.75, "high90": 0.95}  # quantiles over seeds
RANGE = {"lowest": 0.0, "median": 0.5, "highest": 1.0}
FEWEST_OF_FAN = 10  # seeds


class RunTables(Protocol):
    """The tables of many runs, each with the columns point, repetition, seed and the factors in front of its own."""

    @property
    def keep(self) -> tuple[str, ...]:
        """Names of the tables there are."""
        ...

    def table(self, name: str) -> pd.DataFrame:
        """The table `name` of all runs together."""
        ...


@dataclass(frozen=True)
class Stopping:
    """Why no more seeds were added.

    `reason`: given (the number of seeds was fixed), no_interval (too few runs have a value), not_reached (the most
    seeds allowed), reached. `width` is the width asked for, `widest` that of the widest interval; NaN when given.
    """

    reason: Literal["given", "no_interval", "not_reached", "reached"]
    seeds: int
    outcome: str = ""
    width: float = float("nan")
    widest: float = float("nan")


class Comparison:
    """Outcomes of several policies under the same seeds, and the differences between them.

    `record` describes the runs in plain values: `points` (each with `factors`, which hold the policy; the first is the
    reference), `seeds`, and `about` (outcomes, days, readers, creators, calendars, until). `tables` gives the frames.
    """

    def __init__(self, record: Mapping[str, Any], tables: RunTables) -> None:
        self.policies: tuple[str, ...] = tuple(point["factors"][FACTOR] for point in record["points"])
        self.seeds: tuple[int, ...] = tuple(record["seeds"])
        self.about: Mapping[str, Any] = record["about"]
        self.outcomes = tuple(Outcome.of(spec) for spec in self.about["outcomes"])
        self._tables = tables
        self._differences: dict[tuple[str, str], Difference] = {}
        self._frontiers: dict[Against, pd.DataFrame] = {}

    @property
    def reference(self) -> str:
        """The policy that the others are compared with."""
        return self.policies[0]

    @cached_property
    def daily(self) -> pd.DataFrame:
        """Measures by day of every finished run: point, repetition, seed, policy, day, measures."""
        return self._tables.table("daily")

    @cached_property
    def posts(self) -> pd.DataFrame | None:
        """Posts of every finished run; None when they were not kept (no policy has a randomised trial)."""
        return self._tables.table("posts") if "posts" in self._tables.keep else None

    @cached_property
    def values(self) -> pd.DataFrame:
        """Outcomes of every finished run: point, repetition, seed, policy, one column per outcome."""
        own = any(outcome.kind == "function" for outcome in self.outcomes)
        measured = self._tables.table("measured") if own else None
        return evaluate_runs(self.daily, self.outcomes, (FACTOR,), measured)

    def row(self, policy: str, outcome: str) -> np.ndarray:
        """An outcome of a policy, shape (seeds,); NaN where the run is missing or has no value."""
        own = self.values[self.values[FACTOR] == policy].set_index("seed")[outcome]
        return own.reindex(list(self.seeds)).to_numpy(float)

    @cached_property
    def differences(self) -> pd.DataFrame:
        """One row for every outcome and policy but the reference: the fields of `Difference`, p after Holm, verdict.

        Holm's correction is over all contrasts of `verdict`, of which these are some.
        """
        import pandas as pd

        rows = [
            {"outcome": o.name, "label": o.label, "unit": o.unit, FACTOR: policy, "better": o.better or ""}
            | asdict(self.difference(policy, o.name))
            for o in self.outcomes
            for policy in self.policies[1:]
        ]
        frame = pd.DataFrame(rows)
        if len(frame):
            found = self.verdict
            against_reference = found[found["policy_b"] == self.reference].set_index(["outcome", "policy_a"])
            own = against_reference.loc[pd.MultiIndex.from_frame(frame[["outcome", FACTOR]])]
            for name in ("p", "p_holm", "smallest", "verdict"):
                frame[name] = own[name].to_numpy()
        return frame

    @cached_property
    def verdict(self) -> pd.DataFrame:
        """One row for every outcome and pair of policies: what policy_a is beside policy_b (sim.analysis.verdict)."""
        rows = {(o.name, policy): self.row(policy, o.name) for o in self.outcomes for policy in self.policies}
        return verdict_table(self.outcomes, self.policies, rows, self.smallest, self.identical)

    def frontier(self, against: Against) -> pd.DataFrame:
        """Quality won against innocent people hit or cost to the platform, a row for every policy."""
        if against not in self._frontiers:
            self._frontiers[against] = frontier_table(self.daily, FACTOR, self.policies, against)
        return self._frontiers[against].copy()

    @cached_property
    def identical(self) -> frozenset[tuple[str, str]]:
        """Pairs of policies whose daily tables are the same to the bit under every seed that both have run with."""
        return identical_policies(self.daily, self.policies)

    @cached_property
    def identical_groups(self) -> list[list[str]]:
        """Groups of two policies or more of which every pair is identical, each policy in one group at most."""
        groups: list[list[str]] = []
        for policy in self.policies:
            same = (group for group in groups if all((other, policy) in self.identical for other in group))
            group = next(same, None)
            if group is None:
                groups.append([policy])
            else:
                group.append(policy)
        return [group for group in groups if len(group) > 1]

    @cached_property
    def smallest(self) -> dict[str, float]:
        """The smallest difference that matters of each outcome, in its unit; NaN where it has none."""
        readers, creators = int(self.about["readers"]), int(self.about["creators"])
        means = {name: self.row(self.reference, name) for name in (o.name for o in self.outcomes)}
        known = {name: row[~np.isnan(row)] for name, row in means.items()}
        level = {name: float(row.mean()) if len(row) else float("nan") for name, row in known.items()}
        return {o.name: o.margin(level[o.name], readers, creators) for o in self.outcomes}

    def difference(self, policy: str, outcome: str) -> Difference:
        """A policy minus the reference."""
        key = policy, outcome
        if key not in self._differences:
            self._differences[key] = difference(self.row(self.reference, outcome), self.row(policy, outcome))
        return self._differences[key]

    @cached_property
    def scorecard(self) -> pd.DataFrame:
        """One row for every outcome and policy: mean over seeds and its interval."""
        import pandas as pd

        rows = []
        for o in self.outcomes:
            for policy in self.policies:
                row = self.row(policy, o.name)
                good = row[~np.isnan(row)]
                low, high = interval(good)
                mean = float(good.mean()) if len(good) else float("nan")
                rows.append({"outcome": o.name, "label": o.label, "unit": o.unit, FACTOR: policy, "n": len(good),
                             "mean": mean, "low": low, "high": high})  # fmt: skip
        return pd.DataFrame(rows)

    def by_key(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Rows of `differences` by (outcome, policy)."""
        return _by_key(self.differences)

    def means(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Rows of `scorecard` by (outcome, policy)."""
        return _by_key(self.scorecard)

    def widest(self, outcome: str) -> float:
        """Width of the widest interval of an outcome's differences; infinite when one has none."""
        found = [self.difference(policy, outcome) for policy in self.policies[1:]]
        widths = np.array([each.high - each.low for each in found], float)
        return float(np.where(np.isnan(widths), np.inf, widths).max())

    @property
    def settled(self) -> bool:
        """Whether no seeds need to be added: intervals are as narrow as asked for, or can never be had."""
        stopping = self.stopping
        return stopping.reason == "given" or (len(self.seeds) >= FEWEST_BCA and stopping.reason != "not_reached")

    @property
    def stopping(self) -> Stopping:
        """Why there are as many seeds as there are."""
        until, n = self.about.get("until"), len(self.seeds)
        if until is None:
            return Stopping("given", n)
        outcome, width = str(until["outcome"]), float(until["width"])
        widest = self.widest(outcome)
        if np.isinf(widest):
            return Stopping("no_interval", n, outcome, width, widest)
        return Stopping("not_reached" if widest > width else "reached", n, outcome, width, widest)

    @property
    def has_intervals(self) -> bool:
        """Whether there are seeds enough for intervals and tests."""
        return len(self.seeds) >= FEWEST

    @property
    def narrowed(self) -> float:
        """By what factor common random numbers narrowed the intervals: median over differences; NaN if unknown."""
        found = self.differences["narrowed"].dropna()
        return float(found.median()) if len(found) else float("nan")

    @property
    def seeds_needed(self) -> int:
        """How many seeds it takes until a difference can be significant after Holm's correction."""
        return seeds_to_be_sure(self.contrasts)

    @property
    def contrasts(self) -> int:
        """How many contrasts are tested; with too few seeds for any test, all of policies that are not identical."""
        return self.tests or int((self.verdict["verdict"] != IDENTICAL).sum())

    @property
    def tests(self) -> int:
        """How many contrasts are tested, which is what Holm's correction is over."""
        return tests_in(self.verdict)

    def fan(self, measure: str) -> pd.DataFrame:
        """A measure by policy and day over seeds: policy, day, low90, low50, median, high50, high90.

        Of fewer than ten seeds, of which a tenth is less than one: policy, day, lowest, median, highest.
        """
        grouped = self.daily.groupby([FACTOR, "day"], sort=False)[measure]
        shown = FAN if len(self.seeds) >= FEWEST_OF_FAN else RANGE
        return grouped.quantile(np.array(list(shown.values()))).unstack().set_axis(list(shown), axis=1).reset_index()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({' / '.join(self.policies)}, {len(self.seeds)} seeds)"


def _by_key(frame: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    rows = [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
    return {(str(row["outcome"]), str(row[FACTOR])): row for row in rows}
