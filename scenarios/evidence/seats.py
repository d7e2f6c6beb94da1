"""Does a result depend on how many seats one could afford? The same people and creators in few and in many seats.

    python scenarios/evidence/seats.py                              10, 20 and 50 thousand seats, seeds 1-10
    python scenarios/evidence/seats.py --seats 20000 200000         another pair
    python scenarios/evidence/seats.py --scenario composite_plus_rules    with what rules do to the innocent

People and creators stay those of the scenario; only the number of seats changes, and so how many people one of them
stands for. Every daily column, and every column of posts, creators and orders that counts something or gives seconds or
yuan, is averaged over the second half of the run (posts: those published in its second quarter), and the sizes are
compared with the largest one: equal within 10 % if both one-sided tests of the log ratio are below 5 % over the seeds,
different if the 95 % interval leaves the margin out, and else undecided. The relative loss of quality shown (1 - shown
/ attainable) is one of the figures, and so are, for each rule of the scenario, the honest people whom it flagged and of
whom it got some punished, per 1,000 people.

Expected before the first run: everything agrees but what counts rare things (cases of enforcement, posts with 1,000
likes), which too few seeds leave undecided.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from kept import as_table, load_kept
from processes import run_all, run_script
from rich.console import Console

from sim import Scenario, run
from sim.analysis.claims import interval
from sim.analysis.equivalence import equivalence_p, summarise
from sim.core.errors import GreshamError
from sim.core.table_schema import ANY, TABLES
from sim.kernels.scales import PER_THOUSAND

KEEP = Path(__file__).resolve().parent.parent.parent / "results" / "seats"
MARGIN = float(np.log(1.1))
LEVEL, CONFIDENCE = 0.05, 0.95
COUNTED = (
    "people", "accounts", "impressions", "reads", "likes", "votes", "comments", "forwards", "follows", "actions", "CNY",
    "CNY/week", "s",
)  # fmt: skip
SPREADS = (0.5, 0.9, 0.99)  # quantiles of posts and creators
LEFT_OUT = ("day", "branch", "n_creators")
# moments of the run, and -1 for none among what is counted: their means say nothing
NOT_COUNTED = ("s_to_100", "s_to_1000", "dose", "dose_counted", "first_s", "last_s", "surviving_28d")


def counted(table: str, frame: pd.DataFrame) -> list[str]:
    """The columns of a table that count something, or give seconds or yuan."""
    names = [each.name for each in TABLES[table].columns if each.unit in COUNTED]
    return [name for name in names if name in frame and name not in NOT_COUNTED]


def figures_of(scenario: Scenario, seed: int) -> dict[str, float]:
    """Figures of one run: means of daily columns, posts, creators and orders, and quantiles of posts."""
    result = run(scenario, seed=seed, twin=False, progress=False)
    half = scenario.run.days // 2
    late = result.daily[result.daily.day >= half]
    found = {f"daily {name}": float(late[name].mean()) for name in late.columns if name not in LEFT_OUT}
    shown, best = found["daily exposure_quality"], found["daily attainable_quality"]
    found["loss of quality shown"] = 1.0 - shown / best
    posts = result.posts[(result.posts.published_day >= half // 2) & (result.posts.published_day < half)]
    found |= {f"posts {name}, mean": float(posts[name].mean()) for name in counted("posts", posts)}
    for share in SPREADS:
        found[f"posts reads, {share:.0%}"] = float(posts.reads.quantile(share))
        found[f"posts likes, {share:.0%}"] = float(posts.likes.quantile(share))
    creators = result.creators[result.creators.day == result.creators.day.max()]
    found |= {f"creators {name}, mean": float(creators[name].mean()) for name in counted("creators", creators)}
    found |= {f"creators {name}, mean": float(creators[name].mean()) for name in ("effort", "skill")}
    orders = result.orders
    found["orders, number"] = float(len(orders))
    found |= {f"orders {name}, mean": float(orders[name].mean()) for name in counted("orders", orders)}
    if "mistakes" in result.manifest["tables"]:  # of scenarios with rules
        found |= wrongly_hit(result.table("mistakes"), scenario.people)
    return found


def wrongly_hit(mistakes: pd.DataFrame, people: int) -> dict[str, float]:
    """Honest people whom each rule flagged, and of whom it got some punished, per 1,000 people."""
    found = {}
    for row in mistakes[mistakes.cause == ANY].itertuples():
        found[f"{row.rule}, honest people flagged per 1,000"] = PER_THOUSAND * float(row.flagged_people) / people
        found[f"{row.rule}, honest people punished per 1,000"] = PER_THOUSAND * float(row.punished_people) / people
    return found


def load_figures(seats: int, options: argparse.Namespace, seed: int) -> pd.Series:
    """Figures of one run, kept or made."""
    scenario = Scenario.load(options.scenario, days=options.days, set={"readers.n": seats})

    def make() -> dict[str, pd.DataFrame]:
        found = figures_of(scenario, seed)
        return {"figures": pd.DataFrame({"figure": list(found), "value": list(found.values())})}

    kept = load_kept(options.keep, scenario, seed, ("figures",), make)["figures"]
    series: pd.Series = kept.set_index("figure").value
    return series


def compare(runs: dict[int, list[pd.Series]]) -> pd.DataFrame:
    """One row a figure and size: mean, log ratio to the largest size with its interval, and the verdict."""
    sizes = sorted(runs)
    rows = []
    for figure in runs[sizes[-1]][0].index:
        largest = np.array([each.get(figure, np.nan) for each in runs[sizes[-1]]])
        for size in sizes[:-1]:
            values = np.array([each.get(figure, np.nan) for each in runs[size]])
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = np.log(values / largest[: len(values)])
            ratio[~np.isfinite(ratio)] = np.nan
            row = {"figure": figure, "seats": size, "mean": mean_of(values), "largest": mean_of(largest)}
            rows.append({**row, **judge(ratio)})
    return pd.DataFrame(rows)


def mean_of(values: np.ndarray) -> float:
    """Mean over the seeds, without those that are undefined; NaN where all are."""
    return float(summarise(values)[1])


def judge(ratio: np.ndarray) -> dict[str, float | str]:
    """Geometric mean ratio with its 95 % interval, and whether it is equal to one, different, or undecided."""
    n, mean, low, high = interval(ratio, CONFIDENCE)
    if n < 2:
        return {"ratio": float("nan"), "low": float("nan"), "high": float("nan"), "verdict": "not known"}
    p = float(equivalence_p(ratio, MARGIN))
    apart = low > MARGIN or high < -MARGIN
    verdict = "equal" if p < LEVEL else "different" if apart else "undecided"
    return {"ratio": np.exp(mean), "low": np.exp(low), "high": np.exp(high), "verdict": verdict}


def main() -> None:
    """Run what is missing, print what is not equal, and write the whole table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--seats", type=int, nargs="+", default=[10_000, 20_000, 50_000])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--days", type=int, default=40)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=KEEP)
    options = parser.parse_args()
    seeds = range(1, options.seeds + 1)
    try:
        jobs = [(size, options, seed) for size in sorted(options.seats) for seed in seeds]
        done = run_all(load_figures, jobs, options.processes)
    except GreshamError as error:
        parser.error(str(error))
    per_size = len(seeds)
    found = compare({size: done[i * per_size : (i + 1) * per_size] for i, size in enumerate(sorted(options.seats))})
    found.to_csv(options.keep / f"figures-{Path(options.scenario).stem}.csv", index=False)
    console = Console()
    console.print(found.groupby(["seats", "verdict"]).size().unstack(fill_value=0).to_string())
    console.print(as_table(found[found.verdict == "different"], "different"))
    console.print(as_table(found[found.verdict == "undecided"], "undecided"))


if __name__ == "__main__":
    run_script(main)
