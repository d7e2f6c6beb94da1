"""Runs a scenario and the same world without manipulation under the same seeds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from sim.analysis.attribution import outcomes_of_stakeholders
from sim.analysis.comparison import FACTOR
from sim.analysis.outcomes import check_measured
from sim.core.errors import RunError
from sim.runs.counterfactual import honest
from sim.runs.folder import plain_name
from sim.runs.progress import Wanted
from sim.runs.storage import Place
from sim.scenario import Scenario
from sim.scenario.load import scenario_of
from sim.studies.comparison import calendar, describe_worlds, read_seeds
from sim.studies.executors.base import RunExecutor
from sim.studies.plan import Plan, Point
from sim.studies.results import StudyResults
from sim.studies.sweep import run_plan

HONEST = "nobody manipulates"
NO_MANIPULATION = "nobody manipulates in '{name}': it is its own twin"
NAME_OF_THE_TWIN = "'{name}' is the name of the twin; give the scenario another `name:`"


def run_twins(
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
) -> StudyResults:
    """Run a scenario and its twin without manipulation; the parameters are those of `sim.twin`.

    Raises RunError for a scenario in which nobody can manipulate, and for fewer than two seeds.
    """
    plan = make_plan(scenario_of(scenario, days=days, set=set), read_seeds(seeds))
    place = out if isinstance(out, Place) else Place(out or Path("results") / plan.name)
    return run_plan(plan, place, executor=executor, workers=workers, retries=retries, progress=progress)


def make_plan(scenario: Scenario, seeds: tuple[int, ...]) -> Plan:
    """The runs of a scenario and of its twin, which is the reference."""
    if not scenario.manipulation.enabled:
        raise RunError(NO_MANIPULATION.format(name=scenario.name))
    if scenario.name == HONEST:
        raise RunError(NAME_OF_THE_TWIN.format(name=HONEST))
    outcomes = outcomes_of_stakeholders()
    check_measured(outcomes, scenario)
    # a name of its own, so that the catalogue does not take it for the scenario
    own = {"name": f"{scenario.name}_twin", "description": "the same world, in which nobody manipulates"}
    worlds = {HONEST: honest(scenario).with_changes(own), scenario.name: scenario}
    points = tuple(Point(n, {FACTOR: name}, world) for n, (name, world) in enumerate(worlds.items()))
    about = describe_worlds("twin", worlds, outcomes)
    about |= {"calendars": {scenario.name: calendar(scenario)}}  # it is the same for both
    digest = hashlib.sha256(scenario.digest().encode()).hexdigest()[:8]
    name = f"twin-{plain_name(scenario.name)}-{digest}"
    return Plan(name, points, seeds, ("daily", "creators"), "what manipulation costs, and whom", about)
