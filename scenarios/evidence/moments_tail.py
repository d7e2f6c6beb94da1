"""Why do reads by Moments go with the number of creators? What falls to the most passed-on posts, and to all others.

    python scenarios/evidence/moments_tail.py                     10,000 seats, 24 days, seeds 4-8

`city` with 1,000 to 8,000 creators, and people in proportion. Of the posts that were published on days 7 to 16 the
thousandth with most reads by Moments is set apart; its share and that of all others is of all reads of these posts.

Seen under seeds 1 to 3, before this script was written: 0.019, 0.024, 0.033 and 0.045 of all reads fall to the
thousandth with 1,000, 2,000, 4,000 and 8,000 creators, and 0.057, 0.054, 0.054 and 0.052 to the others. Expected for
other seeds: the thousandth has at least half as much again with 8,000 creators as with 2,000, and the others' share
differs by 0.01 at most.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from detection_policies import intervals_table
from kept import as_table, load_kept
from processes import run_all, run_script
from rich.console import Console

from sim import Scenario, run
from sim.core.errors import GreshamError

KEEP = Path(__file__).resolve().parent.parent.parent / "results" / "moments_tail"
FIRST_DAY, LAST_DAY = 7, 16
MOST_PASSED_ON = 0.001
SHARES = ("top", "others", "largest")
CREATORS = (1_000, 2_000, 4_000, 8_000)


def shares(posts: pd.DataFrame, people: int) -> pd.DataFrame:
    """Reads by Moments of the most passed-on posts (`top`) and of all others, as shares of all reads.

    `largest` is the most reads by Moments that a post has for each of the `people`.
    """
    of = posts[posts.published_day.between(FIRST_DAY, LAST_DAY)]
    passed_on = of.read_moments.sort_values(ascending=False)
    first = max(1, round(MOST_PASSED_ON * len(of)))
    reads = float(of.reads.sum())
    top, others = float(passed_on.iloc[:first].sum()), float(passed_on.iloc[first:].sum())
    return pd.DataFrame([{"top": top / reads, "others": others / reads, "largest": float(passed_on.iloc[0]) / people}])


def load(creators: int, seed: int, options: argparse.Namespace) -> pd.DataFrame:
    """Shares in one run, kept or made."""
    scenario = Scenario.load("city", days=options.days, set={"creators.n": creators, "readers.n": options.seats})

    def make() -> dict[str, pd.DataFrame]:
        done = run(scenario, seed=seed, twin=False, progress=False)
        return {"shares": shares(done.posts, scenario.people)}

    return load_kept(options.keep, scenario, seed, ("shares",), make)["shares"]


def main() -> None:
    """Run what is missing, print the table and write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--creators", type=int, nargs="+", default=list(CREATORS))
    parser.add_argument("--first-seed", type=int, default=4)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seats", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=24)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=KEEP)
    options = parser.parse_args()
    if options.days <= LAST_DAY:
        parser.error(f"--days {options.days}: must be at least {LAST_DAY + 1}, since posts of day {LAST_DAY} count")
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    try:
        done = run_all(load, [(n, seed, options) for n in options.creators for seed in seeds], options.processes)
    except GreshamError as error:
        parser.error(str(error))
    runs = {each: done[i * len(seeds) : (i + 1) * len(seeds)] for i, each in enumerate(options.creators)}
    found = intervals_table("creators", runs, SHARES)
    found.to_csv(options.keep / "shares.csv", index=False)
    Console(width=140).print(as_table(found, "reads by Moments, of all reads"))


if __name__ == "__main__":
    run_script(main)
