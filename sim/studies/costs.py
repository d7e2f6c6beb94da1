"""What manipulation costs, and whom: a scenario beside the same world in which nobody manipulates."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.outcomes import LAST, Outcome, check_measured
from sim.analysis.paired import difference, holm
from sim.core.errors import RunError
from sim.runs.folder import plain_name
from sim.runs.progress import Wanted
from sim.runs.storage import Place
from sim.scenario import Scenario
from sim.scenario.load import scenario_of
from sim.studies.comparison import FACTOR, Comparison, about_of, calendar, seeds_of
from sim.studies.dispatcher import sweep
from sim.studies.executors.local import Crew
from sim.studies.plan import Plan, Point

if TYPE_CHECKING:
    import pandas as pd

HONEST = "nobody manipulates"
DECILES = 10
# who bears it, and in what it is counted
BEARERS: dict[str, tuple[tuple[str, str], ...]] = {
    "readers": (
        ("read_quality", "mean"),
        ("exposure_quality", "mean"),
        ("platform_trust", "last"),
        ("count_trust", "last"),
        ("active_reader_share", "last"),
    ),
    "creators": (("honest_survival", "last"), ("creator_income_cny", "mean"), ("mean_effort", "mean")),
    "advertisers": (("advertising_cny_per_1000_good_reads", "mean"), ("n_advertisers", "last")),
    "platform": (
        ("platform_revenue_cny", "mean"),
        ("enforcement_cost_cny", "mean"),
        ("share_fake_likes", "mean"),
    ),
}
WORLDS = ("twin", "here")
COUNTED = {"reads": ("reads_week", "reads of a creator's posts, whole run"),
           "income_cny": ("income_week_cny", "income of a creator, whole run, CNY")}  # fmt: skip


class Costs(Comparison):
    """A scenario less the same world without manipulation, seed by seed, by who bears it."""

    @cached_property
    def bearers(self) -> pd.DataFrame:
        """The differences by who bears them."""
        of = {measure: bearer for bearer, rows in BEARERS.items() for measure, _ in rows}
        frame = self.differences.copy()
        frame.insert(0, "bearer", [of[measure] for measure in frame["outcome"]])
        return frame

    @cached_property
    def honest(self) -> pd.DataFrame:
        """Creators of the first day who stayed honest: seed, slot, decile, and reads and income in both worlds.

        Seeds of which a run is missing are left out; so are all when the run is too short for a row of the creators'
        table. Deciles are of talent, which is the same in both worlds, among all creators of the first day; 10 is the
        best.
        One who has quit is read by nobody and earns nothing.
        """
        import pandas as pd

        rows = self.swept.table("creators")
        both = rows.groupby("seed")[FACTOR].transform("nunique") == len(self.policies)
        first = rows[both & (rows["generation"] == 0)]
        if not len(first):
            return pd.DataFrame(columns=["seed", "slot", "decile", *(f"{n}_{w}" for n in COUNTED for w in WORLDS)])
        talent = first.groupby(["seed", "slot"])["talent"].first()
        decile = talent.groupby("seed", group_keys=False).apply(_deciles)
        here = first[first[FACTOR] != self.reference]
        honest = (here["strategy"] == "honest").groupby([here["seed"], here["slot"]]).all()
        columns = {"decile": decile, "honest": honest.reindex(talent.index, fill_value=False)}
        for name, (column, _) in COUNTED.items():
            for policy, rows in first.groupby(FACTOR, sort=False):
                total = rows.groupby(["seed", "slot"])[column].sum().reindex(talent.index, fill_value=0.0)
                columns[f"{name}_{'twin' if policy == self.reference else 'here'}"] = total
        frame = pd.DataFrame(columns).reset_index()
        return frame[frame["honest"]].drop(columns="honest").reset_index(drop=True)

    @cached_property
    def deciles(self) -> pd.DataFrame:
        """What honest creators lost or won by decile of talent: counted, decile, creators, and a `Difference` a row.

        Means over the creators of a decile, one number a seed; p after Holm's correction over the table.
        """
        import pandas as pd

        rows = []
        for name in COUNTED:
            for decile in range(1, DECILES + 1):
                own = self.honest[self.honest["decile"] == decile]
                means = own.groupby("seed")[[f"{name}_twin", f"{name}_here"]].mean().reindex(list(self.swept.seeds))
                found = difference(means[f"{name}_twin"], means[f"{name}_here"])
                rows.append({"counted": name, "decile": decile, "creators": len(own)} | asdict(found))
        frame = pd.DataFrame(rows)
        frame["p_holm"] = holm(frame["p"])
        return frame


def twin(
    scenario: Scenario | str | Path,
    *,
    seeds: int | Sequence[int] = 10,
    set: dict[str, Any] | None = None,
    days: int | None = None,
    out: str | Path | Place | None = None,
    executor: Executor | Crew | None = None,
    workers: int | None = None,
    retries: int = 2,
    progress: Wanted = "auto",
) -> Costs:
    """Run a scenario beside the same world without manipulation and say what manipulation cost whom.

    `seeds` is how many (1, 2, ...) or which; `set` and `days` change the scenario, as for `sim.run`. Runs are kept in
    `out` (`results/twin-...` by default).
    Raises RunError for a scenario in which nobody can manipulate, and for fewer than two seeds.
    """
    plan = _plan(scenario_of(scenario, days=days, set=set), seeds_of(seeds))
    place = out if isinstance(out, Place) else Place(out or Path("results") / plan.name)
    return Costs(sweep(plan, place, executor=executor, workers=workers, retries=retries, progress=progress))


def _plan(scenario: Scenario, seeds: tuple[int, ...]) -> Plan:
    from sim.runs.counterfactual import honest

    if not scenario.manipulation.enabled:
        raise RunError(f"nobody manipulates in '{scenario.name}': it is its own twin")
    if scenario.name == HONEST:
        raise RunError(f"'{HONEST}' is the name of the twin; give the scenario another `name:`")
    outcomes = tuple(
        Outcome.of({"measure": measure, "how": how, "last": LAST}) for rows in BEARERS.values() for measure, how in rows
    )
    check_measured(outcomes, scenario)
    # a name of its own, so that the catalogue does not take it for the scenario
    own = {"name": f"{scenario.name}_twin", "description": "the same world, in which nobody manipulates"}
    worlds = {HONEST: honest(scenario).with_changes(own), scenario.name: scenario}
    points = tuple(Point(n, {FACTOR: name}, world) for n, (name, world) in enumerate(worlds.items()))
    about = about_of("twin", worlds, outcomes) | {"calendars": {scenario.name: calendar(scenario)}}  # the same for both
    seal = hashlib.sha256(scenario.digest().encode()).hexdigest()[:8]
    name = f"twin-{plain_name(scenario.name)}-{seal}"
    return Plan(name, points, seeds, ("daily", "creators"), "what manipulation costs, and whom", about)


def _deciles(talent: pd.Series) -> pd.Series:
    rank = talent.rank(method="first").to_numpy() - 1
    return talent * 0 + np.floor(rank * DECILES / len(talent)).astype(int) + 1
