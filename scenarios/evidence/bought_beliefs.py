"""What is said of how long bought likes last, before and after the platform begins to take them out."""

from __future__ import annotations

import gc
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from detection_policies import interval
from kept import load_kept

from sim import EngagementModel, Scenario
from sim.actors.farms.farm import GRADES
from sim.core.clock import WEEK_DAYS

FIRST_DAY, LEAST_FALL = 28, 0.05
RULES = ("ip_burst", "no_read_like", "device")


def _ladder(notice: str, *, harsh: bool) -> list[dict[str, Any]]:
    if not harsh:
        return [{"strikes": 0, "sanction": "discount_likes", "notice": notice}]
    return [
        {"strikes": 0, "sanction": {"name": "purge_likes", "days": FIRST_DAY}, "notice": notice},
        {"strikes": 1, "sanction": "ban", "notice": notice},
    ]


LADDERS: dict[str, list[dict[str, Any]]] = {
    "no removal": [],
    "removal, nobody told": _ladder("nobody", harsh=False),
    "removal, all told": _ladder("everybody", harsh=False),
    "purge and ban, nobody told": _ladder("nobody", harsh=True),
    "purge and ban, all told": _ladder("everybody", harsh=True),
}


def worlds_of_beliefs(days: int, readers: int) -> dict[str, Scenario]:
    """The baseline without rules for four weeks, then with three of them and one of the ladders."""
    base = Scenario.load("baseline", days=days, set={"readers.n": readers, "platform.like_ladder": []})
    found = {}
    for name, ladder in LADDERS.items():
        raw = base.resolved()
        raw["platform"]["detectors"] = {}
        begin = {**{f"detectors.{rule}": True for rule in RULES}, "like_ladder": ladder}
        raw["calendar"] = [{"day": FIRST_DAY, "note": name, "set": begin}]
        found[name] = Scenario.model_validate(raw)
    return found


def load_beliefs(scenario: Scenario, seed: int, keep: Path) -> pd.DataFrame:
    """One row a day and grade: what buyers and farms say, and what is true; from its file in `keep`, or by running."""
    return load_kept(keep, scenario, seed, ("beliefs",), lambda: {"beliefs": run_beliefs(scenario, seed)})["beliefs"]


def run_beliefs(scenario: Scenario, seed: int) -> pd.DataFrame:
    """Run a world; one row a day and grade.

    `best`: share of likes that is said to last, of the best farm (`state.public.survival`); `mean`: of the farms in
    business, of which there are `open`; `alive`: share of the likes given on that day that counted a week later (NaN:
    none, or too late).
    """
    model = EngagementModel(scenario, seed=seed, threads=1)
    rows = []
    while model.running:
        clock = model.clock
        model.step()
        if clock.ends_day:
            farms, said = model.actors.market.open, model.state.public.survival
            for grade in GRADES:
                mean = float(np.mean([farm.reputation[grade] for farm in farms])) if farms else math.nan
                best = said.get(grade, math.nan)
                rows.append({"day": clock.day, "grade": grade, "best": best, "mean": mean, "open": len(farms)})
    model.finish()
    survival = model.tables.frame("survival")
    week = survival[survival.days == WEEK_DAYS].set_index(["day", "grade"])
    found = pd.DataFrame(rows).set_index(["day", "grade"])
    found["alive"] = week.alive / week.delivered
    gc.collect()
    return found.reset_index().assign(seed=seed)


def beliefs_table(days: pd.DataFrame) -> pd.DataFrame:
    """One row a ladder and grade: levels before and at the end, how far it falls, days to half of that fall."""
    rows = []
    for (ladder, grade), chosen in days.groupby(["ladder", "grade"], sort=False):
        runs = [_learnt(own) for _, own in chosen.groupby("seed")]
        row: dict[str, object] = {"ladder": ladder, "grade": grade}
        for name in ("alive", "open", "best_before", "best", "mean_before", "mean"):
            row[name] = interval([run[name] for run in runs])[0]
        for name in ("fall", "half_days"):
            row[name], row[f"{name}_lower"], row[f"{name}_upper"] = interval([run[name] for run in runs])
        rows.append(row)
    return pd.DataFrame(rows)


def _learnt(own: pd.DataFrame) -> dict[str, float]:
    """Figures of one run and grade; falls and half-way days are of the mean of the farms in business.

    Where none is left, what was last said stands.
    """
    own = own.sort_values("day").assign(best=lambda rows: rows.best.ffill(), mean=lambda rows: rows["mean"].ffill())
    before = own[own.day.between(FIRST_DAY - WEEK_DAYS, FIRST_DAY - 1)]
    after = own[own.day >= FIRST_DAY]
    last = own[own.day > own.day.max() - WEEK_DAYS]
    fall = before["mean"].mean() - last["mean"].mean()
    return {
        "alive": float(after.alive.mean()),
        "open": float(last.open.mean()),
        "best_before": float(before.best.mean()),
        "best": float(last.best.mean()),
        "mean_before": float(before["mean"].mean()),
        "mean": float(last["mean"].mean()),
        "fall": float(fall),
        "half_days": half_way(after["mean"].to_numpy(), float(before["mean"].mean()), float(last["mean"].mean())),
    }


def half_way(values: Any, start: float, end: float) -> float:
    """Days until values have fallen half of the way from `start` to `end`; NaN where that is hardly a fall."""
    if not start - end > LEAST_FALL:
        return math.nan
    below = np.flatnonzero(values <= (start + end) / 2)
    return float(below[0]) if len(below) else math.nan
