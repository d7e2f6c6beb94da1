"""Plans the runs of a scenario and of the same world without manipulation under the same seeds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sim.analysis.attribution import outcomes_of_stakeholders
from sim.analysis.comparison import FACTOR
from sim.analysis.outcomes import check_measured
from sim.core.errors import RunError
from sim.runs.counterfactual import make_twin
from sim.runs.folder import plain_name
from sim.scenario import Scenario
from sim.scenario.without_effect import without_effect
from sim.studies.comparison import calendar, describe_worlds, read_seeds
from sim.studies.plan import Plan, Point

HONEST = "nobody manipulates"
NO_MANIPULATION = "nobody manipulates in '{name}': it is its own twin"
NAME_OF_THE_TWIN = "'{name}' is the name of the twin; give the scenario another `name:`"


def plan_twins(scenario: Scenario, seeds: int | Sequence[int] = 10) -> Plan:
    """The runs of a scenario and of its twin without manipulation, which is the reference.

    `seeds` is how many (1, 2, ...) or which.
    Raises RunError for a scenario in which nobody can manipulate, and for fewer than two seeds.
    """
    if not scenario.manipulation.enabled:
        raise RunError(NO_MANIPULATION.format(name=scenario.name))
    if scenario.name == HONEST:
        raise RunError(NAME_OF_THE_TWIN.format(name=HONEST))
    outcomes = outcomes_of_stakeholders()
    check_measured(outcomes, scenario)
    # a name of its own, so that the catalogue does not take it for the scenario
    own = {"name": f"{scenario.name}_twin", "description": "the same world, in which nobody manipulates"}
    worlds = {HONEST: make_twin(scenario).with_changes(own), scenario.name: scenario}
    points = tuple(Point(n, {FACTOR: name}, world) for n, (name, world) in enumerate(worlds.items()))
    about = describe_worlds("twin", worlds, outcomes)
    about |= {"notices": {scenario.name: without_effect(scenario)}}  # the twin is changed by the program
    about |= {"calendars": {scenario.name: calendar(scenario)}}  # it is the same for both
    digest = hashlib.sha256(scenario.digest().encode()).hexdigest()[:8]
    name = f"twin-{plain_name(scenario.name)}-{digest}"
    return Plan(name, points, read_seeds(seeds), ("daily", "creators"), "what manipulation costs, and whom", about)
