"""How long do bought likes last, what do they win, and how soon do buyers learn that they are taken out?

    python scenarios/evidence/bought_likes.py                              50,000 readers, seeds 1-5, both cores
    python scenarios/evidence/bought_likes.py --seeds 20 --processes 1

survival: of the likes that farms sold, the share that still counts after 1, 7 and 28 days, in the whole of each policy
that ships (runs of `detection.py --policies`, which are not made again).
yield: what a like brings its author, in the baseline. Follows are those won by the post. Retention is reads, by people
who came to read, of each unpushed post that the same author published in the next 14 days. For likes of farms a
randomised trial (1 in 100 posts of honest creators gets likes): treated less untreated posts of the same author, for
each like that counted at the end. Likes of groups and agencies nobody draws: pushed less other posts of the same
author, for each like given. That is not causal: authors push what they expect much of. Beside it what goes with an
honest like (follows of untreated posts for each honest like), and how often an untreated post is read.
beliefs: no rule for 28 days, then the three published rules with one of five ladders. What is said of how long likes
last (the best farm, as buyers see it, and the mean of the open farms), day by day, and the days until it has gone half
of the way from its level in the week before to its level in the last week.

Expected before the first run of yields and beliefs (of survival, one run of one policy had been seen):
1. Hardly a machine like survives a policy with three rules; more than half of hired people's do.
2. A like that was bought brings fewer follows and reads than go with an honest like.
3. Belief falls after the rules begin, most under announced bans that take past likes too, less under silent removal,
   not without removal.
4. A silent removal is learnt no more slowly than an announced one of the same likes: buyers look at the count of the
   post alone, and nobody in the market reads announcements. Silence matters through farms, which go on selling likes of
   accounts that were closed in silence: under the same ban belief falls further where nobody is told.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from bought_beliefs import beliefs_table, load_beliefs, worlds_of_beliefs
from bought_yield import CHANNELS, load_yields, world_of_channel
from detection_policies import interval, load_run, shipped_policies
from kept import as_table
from processes import run_all, run_script
from rich.console import Console

from sim.core.errors import GreshamError

RESULTS = Path(__file__).resolve().parent.parent.parent / "results"
KEEP, RUNS_OF_POLICIES = RESULTS / "bought_likes", RESULTS / "detection"
PARTS = ("survival", "yield", "beliefs")


def survival_table(runs: dict[str, list[pd.DataFrame]]) -> pd.DataFrame:
    """One row a policy, grade and age: share of likes that still counts, mean and 95 % interval over the runs."""
    rows = []
    for policy, frames in runs.items():
        shares = [survival_shares(frame) for frame in frames]
        for grade, age in sorted({key for each in shares for key in each}):
            known = [each[grade, age] for each in shares if (grade, age) in each]
            mean, low, high = interval(known)
            rows.append({"policy": policy, "grade": grade, "days": age, "alive": mean, "lower": low, "upper": high})
    return pd.DataFrame(rows)


def survival_shares(survival: pd.DataFrame) -> dict[tuple[str, int], float]:
    """Share of likes that still counts, by grade and age, of one run."""
    sums = survival.groupby(["grade", "days"])[["delivered", "alive"]].sum()
    return {(str(key[0]), int(key[1])): row.alive / row.delivered for key, row in sums.iterrows() if row.delivered}


def yields_table(runs: dict[str, list[dict[str, float]]]) -> pd.DataFrame:
    """One row a channel: what a like brings, mean and 95 % interval over the runs."""
    rows = []
    for channel, figures in runs.items():
        row: dict[str, object] = {"channel": channel, "trial": CHANNELS[channel].grade is not None}
        row["posts"] = float(np.mean([each["posts"] for each in figures]))
        for name in ("likes", "follows", "reads", "reads_of_a_post", "follows_by_honest_like"):
            row[name], low, high = interval([each[name] for each in figures])
            if name in ("follows", "reads"):
                row |= {f"{name}_lower": low, f"{name}_upper": high}
        rows.append(row)
    return pd.DataFrame(rows)


def main() -> None:
    """Run what is missing, print the tables and write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="1 to this (%(default)s)")
    parser.add_argument("--days", type=int, default=70, help="days of a run of yields and beliefs (%(default)s)")
    parser.add_argument("--readers", type=int, default=50_000, help="readers of a world (%(default)s)")
    parser.add_argument("--processes", type=int, default=2, help="runs side by side (%(default)s)")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="tables to make (all)")
    options = parser.parse_args()
    if options.seeds < 1:
        parser.error("--seeds: at least one is needed")
    if options.days < 63:
        parser.error("--days: at least 63, four weeks without rules and five with them")
    makers = {"survival": _survival, "yield": _yields, "beliefs": _beliefs}
    console = Console(width=190)
    KEEP.mkdir(parents=True, exist_ok=True)
    for part in options.only:
        try:
            tables = makers[part](options)
        except GreshamError as error:
            parser.error(str(error))
        for name, table in tables.items():
            table.to_csv(KEEP / f"{name}-{options.readers}.csv", index=False, lineterminator="\n")
            if name != "days":
                console.print(as_table(table, f"{name}, {options.readers} readers, {options.seeds} seeds"))


def _each_seed(load: Any, worlds: list[tuple[Any, ...]], options: argparse.Namespace) -> list[list[Any]]:
    """What `load` returns for each world (its first arguments) and seed."""
    n = options.seeds
    jobs = [(*world, seed, KEEP) for world in worlds for seed in range(1, n + 1)]
    found = run_all(load, jobs, options.processes)
    return [found[k : k + n] for k in range(0, len(found), n)]


def _survival(options: argparse.Namespace) -> dict[str, pd.DataFrame]:
    names, seeds = shipped_policies(), range(1, options.seeds + 1)
    jobs = [(name, options.readers, 1.0, seed, RUNS_OF_POLICIES) for name in names for seed in seeds]
    frames = [run["survival"] for run in run_all(load_run, jobs, options.processes)]
    n = options.seeds
    return {"survival": survival_table({name: frames[k * n : (k + 1) * n] for k, name in enumerate(names)})}


def _yields(options: argparse.Namespace) -> dict[str, pd.DataFrame]:
    worlds = [(name, world_of_channel(name, options.days, options.readers)) for name in CHANNELS]
    return {"yield": yields_table(dict(zip(CHANNELS, _each_seed(load_yields, worlds, options), strict=True)))}


def _beliefs(options: argparse.Namespace) -> dict[str, pd.DataFrame]:
    worlds = worlds_of_beliefs(options.days, options.readers)
    runs = _each_seed(load_beliefs, [(scenario,) for scenario in worlds.values()], options)
    days = pd.concat([run.assign(ladder=name) for name, each in zip(worlds, runs, strict=True) for run in each])
    return {"beliefs": beliefs_table(days), "days": days}


if __name__ == "__main__":
    run_script(main)
