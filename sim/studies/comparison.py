"""Runs several scenarios under the same seeds, and adds seeds until differences are known well enough."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sim.analysis.comparison import FACTOR, Comparison
from sim.analysis.outcomes import Outcome, check_measured, scorecard
from sim.analysis.smallest import read_smallest
from sim.core.enums import words
from sim.core.errors import RunError, did_you_mean, nearest_name
from sim.core.formatting import join_words
from sim.runs.folder import plain_name
from sim.runs.progress import Wanted
from sim.runs.storage import Place
from sim.scenario import Scenario
from sim.scenario.paths import join_path, leaves
from sim.scenario.policy_changes import policy_changes
from sim.scenario.ranking import ranking_of
from sim.scenario.size import describe_size
from sim.scenario.without_effect import without_effect
from sim.studies.executors.base import RunExecutor
from sim.studies.executors.local import executor_of
from sim.studies.measure_functions import load_functions
from sim.studies.plan import RESERVED, Plan, Point
from sim.studies.results import StudyResults
from sim.studies.sweep import run_plan

FEWEST_SEEDS, MOST_SEEDS, BATCH = 2, 200, 10
LONGEST_NAME = 60  # characters of the scenarios' names in a folder's name
COMPARISON = "compare"
DESCRIPTION = "policies under common random numbers"
OF_POLICY = ("name", "description", "platform", "calendar", "run")  # sections in which policies may differ
MOST_NAMED = 6
MORE_PATHS = "{n} more parameters"
OTHER_CHANGES = (
    "differs from {reference} in more than its policy: {paths}. The figures show what all of these do; to compare "
    "policies alone give all the same with --set."
)
OTHER_VALUE = "{path} ({here} instead of {there})"
# what worlds must have in common so that a seed means the same random numbers in each
SAME: tuple[tuple[str, Callable[[Scenario], int], str], ...] = (
    ("length (days)", lambda s: s.run.days, "--days {n}"),
    ("tick (minutes)", lambda s: s.run.tick_minutes, "--set run.tick_minutes={n}"),
    ("readers", lambda s: s.readers.n, "--set readers.n={n}"),
    ("creators", lambda s: s.creators.n, "--set creators.n={n}"),
)
SAME_NAME = "scenarios {first} and {second} are both called '{name}': give one of them another `name:`"
TOO_FEW_SCENARIOS = "a comparison needs at least two scenarios"
TOO_FEW_SEEDS = "a comparison needs at least {fewest} seeds, not {n}: one shows nothing"
OUTCOME_TWICE = "the outcome '{name}' stands twice"
OUTCOME_IS_COLUMN = "no outcome may be called '{name}': a column of every table is"
DIFFERENT_SIZES = (
    "the scenarios differ in {sizes}; a seed means the same random numbers only in worlds that have these in common: "
    "give all those of {reference} with {options}, or vary them in a study"
)
SIZES = "{what}: {sizes}"
UNKNOWN_OUTCOME = "--until-width: '{name}' is not among the outcomes compared{near}"
NO_SUCH_OUTCOME = "--smallest: '{name}' is not among the outcomes compared{near}"
NO_WIDTH = "--until-width: the width must be more than 0, not {width:g}"
Spec = str | Mapping[str, Any] | Callable[..., Any] | Outcome


@dataclass(frozen=True)
class Until:
    """Seeds are added until the interval of every difference of this outcome is at most so wide."""

    outcome: str
    width: float


def plan_comparison(
    scenarios: Sequence[Scenario],
    seeds: int | Sequence[int] = 20,
    outcomes: Sequence[Spec] | None = None,
    until: Until | None = None,
    smallest: Mapping[str, float | str] | None = None,
) -> Plan:
    """Every scenario under every seed; the first is the reference.

    `seeds` is how many (1, 2, ...) or which. Without `outcomes` those of the policy scorecard are compared.
    `smallest` overrides, by outcome, the smallest difference that matters: a number, or a percentage such as "5%".
    Raises ScenarioError and RunError when the scenarios cannot be compared.
    """
    policies = _by_name(scenarios)
    wanted = tuple(Outcome.of(spec) for spec in outcomes) if outcomes is not None else scorecard()
    wanted = with_smallest(wanted, smallest or {})
    _check(policies, wanted, until)
    return make_plan(policies, read_seeds(seeds), wanted, until)


def run_comparison(
    plan: Plan,
    place: Place,
    most_seeds: int = MOST_SEEDS,
    executor: Executor | RunExecutor | None = None,
    workers: int | None = None,
    retries: int = 2,
    progress: Wanted = "auto",
) -> StudyResults:
    """Run a planned comparison; when it has an `until`, add seeds until it is reached or there are `most_seeds`."""
    run_executor = executor_of(executor, workers)
    try:
        while True:
            results = run_plan(plan, place, executor=run_executor, retries=retries, progress=progress)
            if len(plan.seeds) >= most_seeds or Comparison(results.record, results).settled:
                return results
            plan = plan.with_seeds(_more_seeds(plan.seeds, most_seeds))
    finally:
        if run_executor is not executor:
            run_executor.close(at_once=True)


def with_smallest(outcomes: tuple[Outcome, ...], smallest: Mapping[str, float | str]) -> tuple[Outcome, ...]:
    """The outcomes with the smallest differences that matter that are given by name.

    Raises RunError for a name that is not among the outcomes, ScenarioError for what is no number.
    """
    names = [outcome.name for outcome in outcomes]
    for name in smallest:
        if name not in names:
            near = did_you_mean(nearest_name(name, names))
            raise RunError(NO_SUCH_OUTCOME.format(name=name, near=near))
    read = {name: read_smallest(value, f"smallest {name}") for name, value in smallest.items()}
    return tuple(replace(each, smallest=read.get(each.name, each.smallest)) for each in outcomes)


def make_plan(
    policies: Mapping[str, Scenario], seeds: tuple[int, ...], outcomes: tuple[Outcome, ...], until: Until | None
) -> Plan:
    """The runs of a comparison: every policy under every seed."""
    points = tuple(Point(n, {FACTOR: name}, scenario) for n, (name, scenario) in enumerate(policies.items()))
    trial = any(scenario.probes.share_posts > 0 for scenario in policies.values())
    about = describe_worlds(COMPARISON, policies, outcomes) | {"until": asdict(until) if until is not None else None}
    keep = ("daily", "posts") if trial else ("daily",)
    functions = load_functions(outcomes, Path.cwd())
    return Plan(folder_name(policies), points, seeds, keep, DESCRIPTION, about, functions)


def read_seeds(seeds: int | Sequence[int]) -> tuple[int, ...]:
    """The seeds meant: how many (1, 2, ...) or which; RunError for fewer than two."""
    chosen = tuple(range(1, seeds + 1)) if isinstance(seeds, int) else tuple(seeds)
    if len(chosen) < FEWEST_SEEDS:
        raise RunError(TOO_FEW_SEEDS.format(fewest=FEWEST_SEEDS, n=len(chosen)))
    return chosen


def describe_worlds(kind: str, worlds: Mapping[str, Scenario], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What study.json says of a comparison: its outcomes, and what the report says of the worlds."""
    first = next(iter(worlds.values()))
    return {
        "kind": kind,
        "outcomes": [o.plain() for o in outcomes],
        "descriptions": {name: scenario.description for name, scenario in worlds.items()},
        **describe_size(first, first.run.days),
        "notices": {
            name: (_changes_outside_policy(first, scenario) if kind == COMPARISON else []) + without_effect(scenario)
            for name, scenario in worlds.items()
        },
        "rankings": {name: ranking_of(scenario.resolved()) for name, scenario in worlds.items()},
        "calendars": {name: calendar(scenario) for name, scenario in worlds.items()},
    }


def _changes_outside_policy(reference: Scenario, scenario: Scenario) -> list[str]:
    """One line on the parameters in which a scenario differs from the reference, its policy apart; none, no line."""
    here, there = (dict(leaves(each.resolved())) for each in (scenario, reference))
    paths = [join_path(at) for at in here | there if at[0] not in OF_POLICY and here.get(at) != there.get(at)]
    if not paths:
        return []
    more = [MORE_PATHS.format(n=len(paths) - MOST_NAMED)] if len(paths) > MOST_NAMED else []
    values = {join_path(at): (here.get(at), there.get(at)) for at in here | there}
    named = [OTHER_VALUE.format(path=path, here=values[path][0], there=values[path][1]) for path in paths[:MOST_NAMED]]
    return [OTHER_CHANGES.format(reference=reference.name, paths=join_words([*named, *more]))]


def calendar(scenario: Scenario) -> list[dict[str, Any]]:
    """Days on which the policy changes, and what each change is called."""
    return [asdict(change) for change in policy_changes(scenario.resolved())]


def folder_name(policies: Mapping[str, Scenario]) -> str:
    """`compare-<names>-<digest of the scenarios' content>`."""
    digest = hashlib.sha256("".join(f"{n}\0{s.digest()}" for n, s in policies.items()).encode()).hexdigest()[:8]
    names = "-".join(plain_name(name) for name in policies)
    if len(names) > LONGEST_NAME:
        names = names[: LONGEST_NAME - 1].rstrip("-_") + "_"
    return f"compare-{names}-{digest}"


def _by_name(scenarios: Sequence[Scenario]) -> dict[str, Scenario]:
    found: dict[str, Scenario] = {}
    for n, scenario in enumerate(scenarios, 1):
        name = scenario.name
        same = next((other for other in found if words(other) == words(name)), None)
        if same is not None:
            raise RunError(SAME_NAME.format(first=list(found).index(same) + 1, second=n, name=words(name)))
        found[name] = scenario
    if len(found) < 2:
        raise RunError(TOO_FEW_SCENARIOS)
    return found


def _check_sizes(policies: Mapping[str, Scenario]) -> None:
    """RunError that names all in which the worlds differ that they must have in common, and what makes them alike."""
    reference, found, options = next(iter(policies)), [], []
    for what, of, option in SAME:
        sizes = {name: of(scenario) for name, scenario in policies.items()}
        if len({*sizes.values()}) > 1:
            found.append(SIZES.format(what=what, sizes=", ".join(f"{name} {n:,}" for name, n in sizes.items())))
            options.append(option.format(n=sizes[reference]))
    if found:
        raise RunError(DIFFERENT_SIZES.format(sizes="; ".join(found), reference=reference, options=" ".join(options)))


def _check(policies: Mapping[str, Scenario], outcomes: tuple[Outcome, ...], until: Until | None) -> None:
    names = [o.name for o in outcomes]
    for name in names:
        if names.count(name) > 1:
            raise RunError(OUTCOME_TWICE.format(name=name))
        if name in (*RESERVED, FACTOR):
            raise RunError(OUTCOME_IS_COLUMN.format(name=name))
    _check_sizes(policies)
    if until is not None and until.outcome not in names:
        near = did_you_mean(nearest_name(until.outcome, names))
        raise RunError(UNKNOWN_OUTCOME.format(name=until.outcome, near=near))
    if until is not None and not until.width > 0:
        raise RunError(NO_WIDTH.format(width=until.width))
    for scenario in policies.values():
        check_measured(outcomes, scenario)


def _more_seeds(seeds: tuple[int, ...], most: int) -> tuple[int, ...]:
    new, at = list(seeds), max(seeds)
    while len(new) < min(most, len(seeds) + BATCH):
        at += 1
        new.append(at)
    return tuple(new)
