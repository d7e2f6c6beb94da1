"""The runs that a validation needs: one scenario under several seeds, with the trial where facts ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sim.analysis.facts.distributions import distributions_of
from sim.analysis.facts.findings import FactFindings
from sim.analysis.facts.kinds import all_sources
from sim.analysis.facts.read import Facts
from sim.analysis.facts.sample import Sample
from sim.analysis.facts.verdicts import judge_facts, measure_run
from sim.core.errors import RunError, ScenarioError
from sim.runs.folder import plain_name
from sim.scenario import Scenario
from sim.scenario.paths import overlap
from sim.scenario.size import describe_size
from sim.scenario.without_effect import without_effect
from sim.studies.plan import Plan, Point
from sim.studies.results import StudyResults
from sim.studies.run_tables import TablesOfRun

KIND = "validate"
TABLES_KEPT = (
    "daily", "creators", "posts", "orders", "groups", "farms", "reading", "reading_times", "view_gaps", "visits",
    "liking", "like_delays", "rhythm",
)  # fmt: skip
TRIAL = "trial_ratio"  # the measure that needs the trial
TRIAL_SHARE = 0.18  # few enough that the rest of the world is as without them
MOST_DAYS = 42  # of a run for which no number of days is asked: two weeks of posts, and likes four weeks later
TRIAL_DOSES = (0, 0, 0, 0, 1, 1, 1, 1, 5, 20, 60)  # most where one like makes the difference, few with many
TRIAL_GRADE = "real_person"  # whose likes stay under rules that catch machines
TRIAL_NOTE = (
    "the randomised trial is on: {share:.0%} of honest creators' posts get {doses} likes (grade: {grade}); these "
    "posts are in no other fact"
)
ENOUGH_SEEDS = 10
FEW_SEEDS_NOTE = (
    "a verdict is on the mean over seeds, and from {seeds} that mean is uncertain: compare its interval with the "
    "published one; {enough} seeds, the default, are better"
)
CUT_NOTE = "each run is cut to {days} of {whole} days, since posts of two weeks count (--days asks for more)"
DESCRIPTION = "a world held against published facts"
TRIAL_SETS = "the facts need the randomised trial, which sets this itself: leave it out"
NO_SEED = "a validation needs at least one seed"


def trial_settings(facts: Facts, given: Iterable[str] = ()) -> dict[str, Any]:
    """What must be set in a scenario for the facts that need the randomised trial; nothing when none does.

    ScenarioError for a dotted path among those `given` that it would replace.
    """
    rows = [row for fact in facts.facts.values() for row in fact.rows if row.measure == TRIAL]
    if not rows:
        return {}
    asked = {int(row.parameters[name]) for row in rows for name in ("dose", "against") if name in row.parameters}
    doses = sorted([*TRIAL_DOSES, *(asked - {*TRIAL_DOSES})])
    settings = {"probes.share_posts": TRIAL_SHARE, "probes.doses": doses, "probes.grade": TRIAL_GRADE}
    for path in given:
        if any(overlap(path, each) for each in settings):
            raise ScenarioError(TRIAL_SETS, file=f"--set {path}")
    return settings


def trial_note(scenario: Scenario, facts: Facts) -> str:
    """What a validation sets, in words; empty when it sets nothing."""
    if not trial_settings(facts):
        return ""
    probes = scenario.probes
    doses = ", ".join(map(str, dict.fromkeys(probes.doses)))
    return TRIAL_NOTE.format(share=probes.share_posts, doses=doses, grade=probes.grade.replace("_", " "))


def plan_validation(scenario: Scenario, facts: Facts, seeds: int | Sequence[int], whole_days: int = 0) -> Plan:
    """The scenario, as it is, under each seed (how many, or which); RunError without any.

    `whole_days` is how long it was before it was cut.
    """
    chosen = tuple(range(1, seeds + 1)) if isinstance(seeds, int) else tuple(seeds)
    if not chosen:
        raise RunError(NO_SEED)
    notes = [note] if (note := trial_note(scenario, facts)) else []
    if whole_days > scenario.run.days:
        notes.append(CUT_NOTE.format(days=scenario.run.days, whole=whole_days))
    if len(chosen) < ENOUGH_SEEDS:
        notes.append(
            FEW_SEEDS_NOTE.format(seeds="1 seed" if len(chosen) == 1 else f"{len(chosen)} seeds", enough=ENOUGH_SEEDS)
        )
    about = {
        "kind": KIND,
        "scenario": scenario.resolved(),
        "facts": facts.name,
        **describe_size(scenario, scenario.run.days),
        "notices": [*notes, *without_effect(scenario)],
    }
    name = f"{KIND}-{plain_name(scenario.name)}-{scenario.digest()}"
    return Plan(name, (Point(0, {}, scenario),), chosen, TABLES_KEPT, DESCRIPTION, about)


def find_facts(results: StudyResults, scenario: Scenario, facts: Facts) -> FactFindings:
    """Measure every fact in every finished run, one after the other; RunError when no run is finished."""
    import pandas as pd

    figures, drawn = {}, []
    for seed, sample in samples_of(results, scenario, facts):
        figures[seed] = measure_run(facts, sample)
        drawn.append({name: frame.assign(seed=seed) for name, frame in distributions_of(sample).items()})
    names = list(dict.fromkeys(name for each in drawn for name in each))
    distributions = {name: pd.concat([each[name] for each in drawn if name in each]) for name in names}
    table = judge_facts(facts, list(figures.values()), scenario.creators.n, all_sources(scenario))
    return FactFindings(facts, table, distributions, tuple(figures))


def samples_of(results: StudyResults, scenario: Scenario, facts: Facts) -> Iterator[tuple[int, Sample]]:
    """Seed and tables of every finished run, one after the other; RunError when no run is finished."""
    done = results.done()
    if not done:
        results.table()  # says why there is none
    for run in done:
        yield run.seed, Sample(dict(_frames(results, run.key)), scenario, facts.file.window)


def _frames(results: StudyResults, key: str) -> list[tuple[str, Any]]:
    tables = TablesOfRun(results.place, key)
    return [(name, tables[name]) for name in TABLES_KEPT]
