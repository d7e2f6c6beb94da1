"""Hold a world against published facts, and write the report."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.facts.findings import FactFindings
from sim.analysis.facts.read import Facts, load_facts
from sim.reports.notices import validation_notices
from sim.reports.validation_report import render_page, terminal_facts
from sim.runs.progress import Wanted
from sim.runs.storage import Place
from sim.scenario import Scenario
from sim.scenario.load import scenario_of
from sim.studies.executors.base import RunExecutor
from sim.studies.layout import REPORT
from sim.studies.results import StudyResults, place_of
from sim.studies.sweep import run_plan
from sim.studies.validation_runs import ENOUGH_SEEDS, MOST_DAYS, find_facts, plan_validation, trial_settings

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Group

CSV = "facts.csv"


class Validation:
    """A world held against published facts: the runs (`results`), the scenario that was run, and what was found."""

    def __init__(self, results: StudyResults, scenario: Scenario, facts: Facts) -> None:
        self.results, self.scenario, self.facts = results, scenario, facts

    @cached_property
    def findings(self) -> FactFindings:
        """Verdicts and distributions; RunError when no run is finished."""
        return find_facts(self.results, self.scenario, self.facts)

    @property
    def table(self) -> pd.DataFrame:
        """One row for each measured row of each fact: fact, row, published, measured, low, high, verdict, kind, why."""
        return self.findings.table

    @property
    def summary(self) -> str:
        """How many facts are inside, and of which kind."""
        return self.findings.summary

    @property
    def notices(self) -> list[str]:
        """What the world is too small or too short to show, and what was set for the facts."""
        return validation_notices(self.results.record["about"])

    def __rich__(self) -> Group:
        """The measured rows as rich prints them."""
        return terminal_facts(self.findings)

    def write(self) -> bool:
        """Write facts.csv and report.html beside the runs; False when no run is finished."""
        place = self.results.place
        place.remove(REPORT)  # of what stood here before, perhaps of other facts
        place.remove(CSV)
        if not self.results.done():
            return False
        place.write(CSV, self.table.to_csv(index=False, lineterminator="\n").encode())
        place.write(REPORT, render_page(self.findings, self.results, self.scenario.name).encode())
        return True


def validate(
    scenario: Scenario | str | Path = "baseline",
    *,
    facts: Facts | str | Path | None = None,
    seeds: int | Sequence[int] = ENOUGH_SEEDS,
    set: dict[str, Any] | None = None,
    days: int | None = None,
    out: str | Path | Place | None = None,
    executor: Executor | RunExecutor | None = None,
    workers: int | None = None,
    retries: int = 2,
    progress: Wanted = "auto",
) -> Validation:
    """Run a scenario under some seeds and hold it against published facts; `write()` writes facts.csv and the report.

    `facts` is a facts file (docs/validation.md), by default the one that ships. `seeds` is how many (1, 2, ...; ten
    without it) or which; `set` and `days` change the scenario, as for `sim.run`; a run of more than 42 days is cut to
    42 where `days` does not ask for more. Where facts need the randomised trial it is switched on (`probes`). Runs are
    kept in `out` (`results/validate-...` by default): only missing ones are made.
    Raises ScenarioError for a scenario or a facts file that cannot be used, and where `set` has what the trial sets;
    RunError when nothing can be written.
    """
    known = facts if isinstance(facts, Facts) else load_facts(facts)
    world = scenario_of(scenario, days=days, set={**(set or {}), **trial_settings(known, set or ())})
    whole_days = world.run.days
    if days is None and whole_days > MOST_DAYS:
        world = scenario_of(world, days=MOST_DAYS)
    plan = plan_validation(world, known, seeds, whole_days)
    place = place_of(out, plan.name)
    made = run_plan(plan, place, executor=executor, workers=workers, retries=retries, progress=progress)
    made.warn_of_failures()
    return Validation(made, world, known)
