"""Policies under the same luck: every scenario under every seed, and what differs, paired by seed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.outcomes import Outcome, check_measured, evaluate_runs, scorecard
from sim.analysis.paired import FEWEST_BCA, Difference, difference, holm, interval, seeds_to_be_sure
from sim.core.enums import words
from sim.core.errors import RunError
from sim.runs.folder import plain_name
from sim.runs.progress import Wanted
from sim.runs.storage import Place
from sim.scenario import Scenario
from sim.scenario.load import scenario_of
from sim.studies.dispatcher import sweep
from sim.studies.executors.local import Crew, crew_of
from sim.studies.plan import RESERVED, Plan, Point
from sim.studies.results import REPORT, Swept

if TYPE_CHECKING:
    import pandas as pd

FACTOR = "policy"
FEWEST_SEEDS, MOST_SEEDS, BATCH = 2, 200, 10
SIGNIFICANT = 0.05
NO_LUCK = "such worlds have no luck in common; a study can vary it"
# what worlds must have in common for a seed to mean the same luck to them
SAME: tuple[tuple[str, Callable[[Scenario], int], str], ...] = (
    ("length (days)", lambda s: s.run.days, "give all the same with --days"),
    ("tick (minutes)", lambda s: s.run.tick_minutes, NO_LUCK),
    ("readers", lambda s: s.readers.n, NO_LUCK),
    ("creators", lambda s: s.creators.n, NO_LUCK),
)
Spec = str | Mapping[str, Any] | Outcome


@dataclass(frozen=True)
class Until:
    """Seeds are added until the interval of every difference of this outcome is at most so wide."""

    outcome: str
    width: float


def compare(
    scenarios: Sequence[Scenario | str | Path],
    *,
    seeds: int | Sequence[int] = 20,
    out: str | Path | Place | None = None,
    outcomes: Sequence[Spec] | None = None,
    set: dict[str, Any] | None = None,
    days: int | None = None,
    until: Until | None = None,
    most_seeds: int = MOST_SEEDS,
    executor: Executor | Crew | None = None,
    workers: int | None = None,
    retries: int = 2,
    progress: Wanted = "auto",
) -> Comparison:
    """Run scenarios under the same seeds and compare each with the first.

    `seeds` is how many (1, 2, ...) or which; `set` and `days` change all scenarios alike, as for `sim.run`. `until`
    adds seeds, a batch at a time, until the interval is narrow enough, judged from ten seeds on, or there are
    `most_seeds`. Without `outcomes` those of the policy scorecard
    are compared. Runs are kept in `out` (`results/compare-...` by default): a comparison that is repeated with more
    seeds makes only the new ones.
    Raises ScenarioError and RunError before the first run when what is asked for cannot be compared.
    """
    policies = _policies([scenario_of(each, days=days, set=set) for each in scenarios])
    wanted = tuple(Outcome.of(spec) for spec in outcomes) if outcomes is not None else scorecard()
    _check(policies, wanted, until)
    plan = _plan(policies, seeds_of(seeds), wanted, until)
    place = out if isinstance(out, Place) else Place(out or Path("results") / plan.name)
    crew = crew_of(executor, workers)
    try:
        while True:
            swept = sweep(plan, place, executor=crew, retries=retries, progress=progress)
            found = Comparison(swept)
            if until is None or len(plan.seeds) >= most_seeds or found.settled:
                return found
            plan = plan.with_seeds(_more(plan.seeds, most_seeds))
    finally:
        if crew is not executor:
            crew.close(at_once=True)


class Comparison:
    """Runs of several policies under the same seeds, and the differences between them. The first is the reference."""

    def __init__(self, swept: Swept) -> None:
        about = swept.record["about"]
        if about.get("kind") not in ("compare", "twin"):
            raise RunError(f"{swept.place.address}: not the folder of a comparison")
        self.swept = swept
        self.outcomes = tuple(Outcome.of(spec) for spec in about["outcomes"])
        self.about: dict[str, Any] = about

    @classmethod
    def load(cls, out: str | Path | Place) -> Comparison:
        """A comparison from its folder."""
        return cls(Swept.load(out))

    @property
    def policies(self) -> tuple[str, ...]:
        """Names of the scenarios, the reference first."""
        return tuple(point["factors"][FACTOR] for point in self.swept.record["points"])

    @property
    def reference(self) -> str:
        """The scenario that the others are compared with."""
        return self.policies[0]

    @cached_property
    def daily(self) -> pd.DataFrame:
        """Measures by day of every finished run: point, repetition, seed, policy, day, measures."""
        return self.swept.table("daily")

    @cached_property
    def values(self) -> pd.DataFrame:
        """Outcomes of every finished run: point, repetition, seed, policy, one column per outcome."""
        return evaluate_runs(self.daily, self.outcomes, (FACTOR,))

    def row(self, policy: str, outcome: str) -> np.ndarray:
        """An outcome of a policy, one number a seed; NaN where the run is missing or has none."""
        own = self.values[self.values[FACTOR] == policy].set_index("seed")[outcome]
        return own.reindex(list(self.swept.seeds)).to_numpy(float)

    @cached_property
    def differences(self) -> pd.DataFrame:
        """One row for every outcome and every policy but the reference; the fields of `Difference`, and p after Holm.

        Holm's correction is over all rows of the table.
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
            frame["p_holm"] = holm(frame["p"])
        return frame

    def difference(self, policy: str, outcome: str) -> Difference:
        """A policy less the reference."""
        return difference(self.row(self.reference, outcome), self.row(policy, outcome))

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
        return {(str(row["outcome"]), str(row[FACTOR])): dict(row) for row in _records(self.differences)}

    def means(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Rows of `scorecard` by (outcome, policy)."""
        return {(str(row["outcome"]), str(row[FACTOR])): dict(row) for row in _records(self.scorecard)}

    def widest(self, outcome: str) -> float:
        """Width of the widest interval of an outcome's differences; infinite when one has none."""
        own = self.differences[self.differences["outcome"] == outcome]
        widths = (own["high"] - own["low"]).to_numpy(float)
        return float(np.where(np.isnan(widths), np.inf, widths).max())

    @property
    def settled(self) -> bool:
        """Whether no seeds need to be added: intervals are as narrow as asked for, or can never be had."""
        until = self.about.get("until")
        if until is None:
            return True
        widest = self.widest(until["outcome"])
        return len(self.swept.seeds) >= FEWEST_BCA and (widest <= until["width"] or np.isinf(widest))

    @property
    def stopped(self) -> str:
        """Why there are as many seeds as there are, in a sentence; empty when they were given."""
        until = self.about.get("until")
        if until is None:
            return ""
        widest, n = self.widest(until["outcome"]), len(self.swept.seeds)
        asked = f"Seeds were added until intervals of {until['outcome']} were at most {until['width']:g} wide"
        if np.isinf(widest):
            return f"{asked}; with {n} seeds there is still no such interval: too few runs have a value."
        if widest > until["width"]:
            return f"{asked}: not reached, {widest:.2g} with {n} seeds, the most allowed."
        return f"{asked}: {widest:.2g} with {n} seeds. Stopping at a narrow one makes intervals a little too narrow."

    @property
    def narrowed(self) -> float:
        """By what factor shared luck narrowed the intervals: median over outcomes and policies; NaN if unknown."""
        found = self.differences["narrowed"].dropna()
        return float(found.median()) if len(found) else float("nan")

    @property
    def cautions(self) -> list[str]:
        """What so few seeds cannot show, a sentence each; none where there are enough."""
        seeds, tests = len(self.swept.seeds), len(self.differences)
        told, enough = [], seeds_to_be_sure(tests)
        if seeds < enough:
            told.append(
                f"With {seeds} seeds none of {tests} differences can be sure at 5 %: it takes at least {enough}."
            )
        if seeds < FEWEST_BCA:
            told.append(
                f"Intervals from fewer than {FEWEST_BCA} seeds are too narrow: of three they hold the truth in about "
                "77 of 100 cases rather than 95, of five in 83, of nine in 89."
            )
        return told

    def fan(self, measure: str) -> pd.DataFrame:
        """A measure by policy and day over seeds: policy, day, low90, low50, median, high50, high90."""
        grouped = self.daily.groupby([FACTOR, "day"], sort=False)[measure]
        shares = {"low90": 0.05, "low50": 0.25, "median": 0.5, "high50": 0.75, "high90": 0.95}
        return grouped.quantile(np.array(list(shares.values()))).unstack().set_axis(list(shares), axis=1).reset_index()

    def report(self, path: str | Path) -> Path:
        """Write the report: one HTML file that needs no network."""
        from sim.reports.comparison_report import page

        target = Path(path)
        target.write_text(page(self), encoding="utf-8")
        return target

    def write(self) -> bool:
        """Write report.html and the CSV files beside the runs; False when no run is finished."""
        from sim.reports.comparison_report import page, tables

        if not self.swept.done():
            self.swept.place.remove(REPORT)  # of what stood here before
            return False
        for name, frame in tables(self).items():
            self.swept.place.write(f"{name}.csv", frame.to_csv(index=False).encode())
        self.swept.place.write(REPORT, page(self).encode())
        return True

    def __repr__(self) -> str:
        runs = f"{len(self.swept.seeds)} seeds"
        return f"Comparison({' / '.join(self.policies)}, {runs}, {self.swept.place.address})"


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _policies(scenarios: Sequence[Scenario]) -> dict[str, Scenario]:
    found: dict[str, Scenario] = {}
    for n, scenario in enumerate(scenarios, 1):
        name = scenario.name
        same = next((other for other in found if words(other) == words(name)), None)
        if same is not None:
            at = list(found).index(same) + 1
            raise RunError(f"scenarios {at} and {n} are both called '{words(name)}': give one of them another `name:`")
        found[name] = scenario
    if len(found) < 2:
        raise RunError("a comparison needs at least two scenarios")
    return found


def _check(policies: Mapping[str, Scenario], outcomes: tuple[Outcome, ...], until: Until | None) -> None:
    names = [o.name for o in outcomes]
    for name in names:
        if names.count(name) > 1:
            raise RunError(f"the outcome '{name}' stands twice")
        if name in (*RESERVED, FACTOR):
            raise RunError(f"no outcome may be called '{name}': a column of every table is")
    for what, of, hint in SAME:
        sizes = {name: of(scenario) for name, scenario in policies.items()}
        if len({*sizes.values()}) > 1:
            told = ", ".join(f"{name} {n:,}" for name, n in sizes.items())
            raise RunError(f"the scenarios differ in {what}: {told}; {hint}")
    if until is not None and until.outcome not in names:
        from sim.core.errors import did_you_mean, nearest_name

        near = did_you_mean(nearest_name(until.outcome, names))
        raise RunError(f"--until-width: '{until.outcome}' is not among the outcomes compared{near}")
    if until is not None and not until.width > 0:
        raise RunError(f"--until-width: the width must be more than 0, not {until.width:g}")
    for scenario in policies.values():
        check_measured(outcomes, scenario)


def _plan(
    policies: Mapping[str, Scenario], seeds: tuple[int, ...], outcomes: tuple[Outcome, ...], until: Until | None
) -> Plan:
    points = tuple(Point(n, {FACTOR: name}, scenario) for n, (name, scenario) in enumerate(policies.items()))
    trial = any(scenario.probes.share_posts > 0 for scenario in policies.values())
    about = about_of("compare", policies, outcomes) | {"until": asdict(until) if until is not None else None}
    keep = ("daily", "posts") if trial else ("daily",)
    return Plan(folder_name(policies), points, seeds, keep, "policies under the same luck", about)


def seeds_of(seeds: int | Sequence[int]) -> tuple[int, ...]:
    """How many seeds (1, 2, ...) or which; RunError for fewer than two."""
    chosen = tuple(range(1, seeds + 1)) if isinstance(seeds, int) else tuple(seeds)
    if len(chosen) < FEWEST_SEEDS:
        raise RunError(f"a comparison needs at least {FEWEST_SEEDS} seeds, not {len(chosen)}: one shows nothing")
    return chosen


def about_of(kind: str, worlds: Mapping[str, Scenario], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What study.json says of a comparison: its outcomes, and what its report tells of the worlds."""
    first = next(iter(worlds.values()))
    return {
        "kind": kind,
        "outcomes": [o.plain() for o in outcomes],
        "descriptions": {name: scenario.description for name, scenario in worlds.items()},
        "days": first.run.days,
        "readers": first.readers.n,
        "creators": first.creators.n,
        "calendars": {name: calendar(scenario) for name, scenario in worlds.items()},
    }


def calendar(scenario: Scenario) -> list[dict[str, Any]]:
    """Days on which the policy changes, and what each change is called."""
    from sim.charts.run import marks_of

    return [{"day": mark.day, "text": mark.text} for mark in marks_of(scenario.resolved())]


def folder_name(policies: Mapping[str, Scenario]) -> str:
    """`compare-<names>-<digest of the scenarios' content>`."""
    seal = hashlib.sha256("".join(f"{n}\0{s.digest()}" for n, s in policies.items()).encode()).hexdigest()[:8]
    names = "-".join(plain_name(name) for name in policies)
    return f"compare-{names if len(names) <= 60 else names[:59].rstrip('-_') + '_'}-{seal}"


def _more(seeds: tuple[int, ...], most: int) -> tuple[int, ...]:
    new, at = list(seeds), max(seeds)
    while len(new) < min(most, len(seeds) + BATCH):
        at += 1
        new.append(at)
    return tuple(new)
