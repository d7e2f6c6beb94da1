"""Compare policies, or a world with the same world without manipulation, and write the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, Self

from sim.analysis.attribution import Attribution
from sim.analysis.comparison import Comparison
from sim.reports.comparison_report import render_page, tables
from sim.runs.progress import Wanted
from sim.runs.storage import Place
from sim.scenario import Scenario
from sim.scenario.load import scenario_of
from sim.studies.attribution import plan_twins
from sim.studies.comparison import MOST_SEEDS, Spec, Until, plan_comparison, run_comparison
from sim.studies.executors.base import RunExecutor
from sim.studies.layout import REPORT
from sim.studies.results import StudyResults, place_of
from sim.studies.sweep import run_plan


class StudyComparison(Comparison):
    """A comparison, the runs it is made from (`results`), and its report."""

    def __init__(self, results: StudyResults) -> None:
        results.expect(("compare", "twin"), "a comparison")
        super().__init__(results.record, results)
        self.results = results

    @classmethod
    def load(cls, out: str | Path | Place) -> Self:
        """Load a comparison from its folder; RunError when the folder holds none."""
        return cls(StudyResults.load(out))

    def report(self, path: str | Path) -> Path:
        """Write the report to `path`: one HTML file that needs no network. Returns the path."""
        target = Path(path)
        target.write_text(render_page(self, self.results), encoding="utf-8")
        return target

    def write(self) -> bool:
        """Write report.html, verdict.parquet and the CSV files beside the runs; False when no run is finished."""
        place = self.results.place
        if not self.results.done():
            place.remove(REPORT)  # of what stood here before
            return False
        for name, frame in tables(self).items():
            place.write(f"{name}.csv", frame.to_csv(index=False, lineterminator="\n").encode())
        place.write("verdict.parquet", self.verdict.to_parquet(index=False))
        place.write(REPORT, render_page(self, self.results).encode())
        return True


class StudyAttribution(StudyComparison, Attribution):
    """What manipulation costs whom, the runs it is computed from (`results`), and its report."""


def compare(
    scenarios: Sequence[Scenario | str | Path],
    *,
    seeds: int | Sequence[int] = 20,
    out: str | Path | Place | None = None,
    outcomes: Sequence[Spec] | None = None,
    set: dict[str, Any] | None = None,
    days: int | None = None,
    until: Until | None = None,
    smallest: Mapping[str, float | str] | None = None,
    most_seeds: int = MOST_SEEDS,
    executor: Executor | RunExecutor | None = None,
    workers: int | None = None,
    retries: int = 2,
    progress: Wanted = "auto",
) -> StudyComparison:
    """Run scenarios under the same seeds and compare each with the first; `write()` writes the report.

    `seeds` is how many (1, 2, ...) or which; `set` and `days` change all scenarios alike, as for `sim.run`. `until`
    adds seeds, a batch at a time, until the interval is narrow enough (judged from ten seeds on), or there are
    `most_seeds`.
    Without `outcomes` those of the policy scorecard are compared. `smallest` overrides, by outcome, the smallest
    difference that matters: a number in its unit, or a percentage of the reference such as "5%". Runs are kept in
    `out` (`results/compare-...` by default): a comparison that is repeated with more seeds runs only the new ones.
    `executor` is where they run, by default `workers` processes of this machine.
    Runs that fail at every try are left out, with a RunsFailedWarning that says how many, why, and how to see it again.
    Raises ScenarioError and RunError before the first run when what is asked for cannot be compared.
    """
    worlds = [scenario_of(each, days=days, set=set) for each in scenarios]
    plan = plan_comparison(worlds, seeds, outcomes, until, smallest)
    place = place_of(out, plan.name)
    made = run_comparison(plan, place, most_seeds, executor, workers, retries, progress)
    made.warn_of_failures()
    return StudyComparison(made)


def twin(
    scenario: Scenario | str | Path,
    *,
    seeds: int | Sequence[int] = 10,
    set: dict[str, Any] | None = None,
    days: int | None = None,
    out: str | Path | Place | None = None,
    executor: Executor | RunExecutor | None = None,
    workers: int | None = None,
    retries: int = 2,
    progress: Wanted = "auto",
) -> StudyAttribution:
    """Run a scenario and the same world without manipulation, and say what manipulation costs whom.

    `seeds` is how many (1, 2, ...) or which; `set` and `days` change the scenario, as for `sim.run`. Runs are kept in
    `out` (`results/twin-...` by default); `write()` writes the report.
    Raises RunError for a scenario in which nobody can manipulate, and for fewer than two seeds.
    """
    plan = plan_twins(scenario_of(scenario, days=days, set=set), seeds)
    place = place_of(out, plan.name)
    made = run_plan(plan, place, executor=executor, workers=workers, retries=retries, progress=progress)
    made.warn_of_failures()
    return StudyAttribution(made)
