"""What the policies that ship punish: how much of what was arranged, and how many of the innocent."""

from __future__ import annotations

import gc
import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from kept import load_kept
from processes import run_all

from sim import EngagementModel, Scenario
from sim.analysis.claims import interval as t_interval
from sim.core.clock import DAY_S, WEEK_DAYS
from sim.core.enums import Origin, Removal
from sim.plugins.detectors import TABLE
from sim.scenario.schema.platform import PlatformSection

FOLDER = Path(__file__).resolve().parents[1]
LEAST_RECALL, LEAST_INNOCENT, CONFIDENCE = 0.3, 0.01, 0.95
BOUNDED = ("recall", "innocent", "won")
RUN_TABLES = ("policy", "survival", "appeals", "punished_creators")
BY_PLATFORM = tuple(each for each in Removal if each not in (Removal.NONE, Removal.UNLIKED))


def shipped_policies() -> list[str]:
    """Scenarios in `scenarios/` with manipulation, of which some policy has a detector and a ladder."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        scenario = Scenario.load(path)
        if scenario.manipulation.enabled and any(punishes(policy) for _, policy in scenario.policies()):
            found.append(path.stem)
    return found


def punishes(policy: PlatformSection) -> bool:
    """Whether a policy detects anything and does something about it."""
    detects = any(detector is not None for detector in policy.detectors.values())
    return detects and bool(policy.like_ladder or policy.creator_ladder)


def lower_thresholds(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with every detector's threshold times `factor`, in its calendar too, within the allowed range."""
    if factor == 1:
        return scenario
    raw = scenario.resolved()
    detectors = raw["platform"]["detectors"]
    raw["platform"]["detectors"] = {label: _lowered(label, given, factor) for label, given in detectors.items()}
    for change in raw["calendar"]:
        for path, given in change["set"].items():
            section, _, label = path.partition(".")
            if section == "detectors":
                label, _, parameter = label.partition(".")
                whole = given if not parameter else {parameter: given}
                lowered = _lowered(label, whole, factor)
                change["set"][path] = lowered if not parameter else lowered[parameter]
    return Scenario.model_validate(raw)


def _lowered(label: str, given: Any, factor: float) -> Any:
    """A detector as a scenario writes it, with a lower threshold."""
    if not given:
        return given
    options = dict(given) if isinstance(given, dict) else {}
    declared = TABLE[options.get("name", label)].__dataclass_fields__["threshold"]
    threshold = float(options.get("threshold", declared.default))
    return {**options, "threshold": max(float(declared.metadata["ge"]), threshold * factor)}


def run_policy(scenario: Scenario, seed: int) -> dict[str, pd.DataFrame]:
    """Tables of one run (`RUN_TABLES`).

    `policy`: one row a day: likes of a week before that were arranged, those since removed, and who was punished that
    day. Only days on which the policy punishes count; likes are looked at on the day that is a week old.
    The others are the run's own.
    """
    model = EngagementModel(scenario, seed=seed, threads=1)
    rows = []
    while model.running:
        clock = model.clock
        model.step()
        if clock.ends_day:
            rows.append({"day": clock.day, **_removed(model, clock.day - WEEK_DAYS)})
    model.finish()
    columns = ["day", "n_punished_creators", "innocent_punished_share", "n_punished_accounts", "innocent_account_share"]
    daily = model.tables.frame("daily")[columns]
    found = pd.DataFrame(rows).merge(daily, on="day")
    found["in_force"] = [punishes(scenario.policy_on(day)) for day in found.day]
    own = {name: model.tables.frame(name) for name in RUN_TABLES[1:]}
    gc.collect()
    return {name: frame.assign(seed=seed) for name, frame in {"policy": found, **own}.items()}


def _removed(model: EngagementModel, day: int) -> dict[str, int]:
    likes = model.state.world.likes
    names = ("arranged", "removed", "genuine", "genuine_removed")
    if day < 0 or not punishes(model.scenario.policy_on(day)):
        return dict.fromkeys(names, 0)
    rows = slice(*np.searchsorted(likes.time_s, [day * DAY_S, (day + 1) * DAY_S]))
    fake, gone = likes.origin[rows] != Origin.ORGANIC, np.isin(likes.cause[rows], BY_PLATFORM)
    return dict(zip(names, (int(x.sum()) for x in (fake, fake & gone, ~fake, ~fake & gone)), strict=True))


def load_run(name: str, readers: int, factor: float, seed: int, keep: Path) -> dict[str, pd.DataFrame]:
    """Tables of one run (`RUN_TABLES`), from its files in `keep`, or by running it."""
    scenario = lower_thresholds(Scenario.load(name, set={"readers.n": readers}), factor)
    return load_kept(keep, scenario, seed, tuple(RUN_TABLES), lambda: run_policy(scenario, seed))


def figures_of(days: pd.DataFrame) -> dict[str, float]:
    """Recall of likes, and innocent shares of those punished, of one run."""
    people, creators = days.n_punished_accounts.fillna(0), days.n_punished_creators.fillna(0)
    innocent_people = (people * days.innocent_account_share.fillna(0)).sum()
    innocent_creators = (creators * days.innocent_punished_share.fillna(0)).sum()
    return {
        "recall": _part(days.removed.sum(), days.arranged.sum()),
        "genuine_removed": _part(days.genuine_removed.sum(), days.genuine.sum()),
        "punished": float(people.sum() + creators.sum()),
        "innocent": _part(innocent_people + innocent_creators, people.sum() + creators.sum()),
        "innocent_people": _part(innocent_people, people.sum()),
        "innocent_creators": _part(innocent_creators, creators.sum()),
    }


def appeals_of(appeals: pd.DataFrame) -> dict[str, float]:
    """Appeals of one run, the share won, and the share for which a record was found."""
    return {
        "appeals": float(len(appeals)),
        "won": _part(appeals.overturned.sum(), len(appeals)),
        "with_record": _part(appeals.evidence.sum(), len(appeals)),
    }


def _part(part: float, whole: float) -> float:
    return float(part / whole) if whole else math.nan


def interval(values: list[float]) -> tuple[float, float, float]:
    """Mean over the seeds and its t-interval, without those that are undefined."""
    _, mean, low, high = t_interval(np.array(values, float), CONFIDENCE)
    return mean, low, high


def intervals_table(label: str, runs: dict[Any, list[pd.DataFrame]], names: tuple[str, ...]) -> pd.DataFrame:
    """Means and t-intervals of some figures: a line for each world of `runs`, whose frames hold one line a seed."""
    rows = []
    for world, frames in runs.items():
        row = {label: world}
        for name in names:
            row[name], row[f"{name}_low"], row[f"{name}_high"] = interval([float(f[name].iloc[0]) for f in frames])
        rows.append(row)
    return pd.DataFrame(rows)


def judge_policy(recall: float, lower: float) -> str:
    """Whether a policy that finds much also hits innocent people."""
    if math.isnan(recall) or recall <= LEAST_RECALL:
        return "recall at most .3"
    return "kept" if lower > LEAST_INNOCENT else "TOO CLEAN"


def policies_table(
    names: list[str], readers: int, factors: list[float], seeds: list[int], keep: Path, processes: int = 1
) -> pd.DataFrame:
    """One row a scenario and factor of its thresholds."""
    worlds = list(itertools.product(names, factors))
    jobs = [(name, readers, factor, seed, keep) for name, factor in worlds for seed in seeds]
    runs = run_all(load_run, jobs, processes)
    n = len(seeds)
    return pd.DataFrame([_row_of(*world, runs[k * n : (k + 1) * n]) for k, world in enumerate(worlds)])


def _row_of(name: str, factor: float, runs: list[dict[str, pd.DataFrame]]) -> dict[str, object]:
    figures = [figures_of(run["policy"]) | appeals_of(run["appeals"]) for run in runs]
    row: dict[str, object] = {"policy": name, "thresholds": factor}
    row |= {count: float(np.mean([run[count] for run in figures])) for count in ("punished", "appeals")}
    for figure in ("recall", "genuine_removed", "innocent", "innocent_people", "innocent_creators", "won"):
        row[figure], low, high = interval([run[figure] for run in figures])
        if figure in BOUNDED:
            row |= {f"{figure}_lower": low, f"{figure}_upper": high}
    row["with_record"] = interval([run["with_record"] for run in figures])[0]
    row["verdict"] = judge_policy(float(row["recall"]), float(row["innocent_lower"]))  # type: ignore[arg-type]
    return row
