"""Does a good post that started slowly win later? Reads from day 3 to day 21 of good posts and of their worse equals.

    python scenarios/evidence/slow_success.py                     20,000 seats, 45 days, seeds 1-5

Posts of honest creators, nobody manipulates. Slow starters are the half of posts with fewest reads in their first three
days, or with fewest likes (ties included: most have none); of these the tenth of highest quality is compared with the
worse half. What they gain is reads from day 3 to day 21 for each read before. Worlds: likes alone, the composite score,
the composite score without search, and with nothing but search and the hot list.

Expected before the first run (S17): under the composite score good posts gain at least 1.5 times what their worse
equals gain; under likes alone hardly more; without search far less.
Expected before slow starters were chosen by likes too: under the composite score at least 1.5 times again.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import pandas as pd
from detection_policies import intervals_table
from kept import as_table, load_kept
from processes import run_all, run_script
from rich.console import Console

from sim import Scenario, run
from sim.core.errors import GreshamError

KEEP = Path(__file__).resolve().parent.parent.parent / "results" / "slow_success"
FIRST_DAY, AGE = 6, 21
COMPOSITE = {"platform.ranking": "composite"}
STARTS = {"reads": "reads_3d", "likes": "likes_3d"}
WORLDS: dict[str, dict[str, Any]] = {
    "likes alone": {},
    "composite": COMPOSITE,
    "composite, no search": {**COMPOSITE, "surfaces.search_share": 0.0},
    "composite, all from search and the hot list": {**COMPOSITE, "readers.follow_window": 0},
}


def gains(posts: pd.DataFrame) -> pd.DataFrame:
    """Reads from day 3 to day 21 for each read before, of the best tenth and the worse half of slow starters.

    A row for each way to say who started slowly.
    """
    old = posts[(posts.published_day >= FIRST_DAY) & (posts.reads_21d >= 0)]
    rows = []
    for start, column in STARTS.items():
        slow = old[old[column] <= old[column].median()]
        good = slow[slow.quality >= old.quality.quantile(0.9)]
        worse = slow[slow.quality <= old.quality.median()]
        found = {
            name: share(of.reads_21d.sum() - of.reads_3d.sum(), of.reads_3d.sum())
            for name, of in (("good", good), ("worse", worse))
        }
        rows.append({"start": start, **found, "ratio": share(found["good"], found["worse"]), "posts": len(good)})
    return pd.DataFrame(rows)


def share(part: float, whole: float) -> float:
    """Part for each of the whole; NaN where there is none."""
    return float(part) / float(whole) if whole else math.nan


def load(world: str, seed: int, options: argparse.Namespace) -> pd.DataFrame:
    """Gains in one run, kept or made."""
    changes = {"readers.n": options.seats, **WORLDS[world]}
    scenario = Scenario.load("no_manipulation", days=options.days, set=changes)

    def make() -> dict[str, pd.DataFrame]:
        return {"gains": gains(run(scenario, seed=seed, twin=False, progress=False).posts)}

    return load_kept(options.keep, scenario, seed, ("gains",), make)["gains"]


def main() -> None:
    """Run what is missing, print the table and write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seats", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=45)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=KEEP)
    options = parser.parse_args()
    seeds = range(1, options.seeds + 1)
    try:
        done = run_all(load, [(world, seed, options) for world in WORLDS for seed in seeds], options.processes)
    except GreshamError as error:
        parser.error(str(error))
    runs = {each: done[i * len(seeds) : (i + 1) * len(seeds)] for i, each in enumerate(WORLDS)}
    by_start = []
    for start in STARTS:
        of_start = {world: [frame[frame["start"] == start] for frame in frames] for world, frames in runs.items()}
        by_start.append(intervals_table("world", of_start, ("good", "worse", "ratio")).assign(start=start))
    found = pd.concat(by_start, ignore_index=True)
    found.to_csv(options.keep / "gains.csv", index=False)
    Console(width=140).print(as_table(found, "reads from day 3 to 21 for each read before"))


if __name__ == "__main__":
    run_script(main)
