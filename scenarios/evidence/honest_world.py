"""How untidy are honest people? What a world in which nobody manipulates shows of reading, liking and addresses.

    python scenarios/evidence/honest_world.py                                  50,000 readers, 28 days, seeds 1-5
    python scenarios/evidence/honest_world.py --set readers.voice_sigma=1.2    the same with a parameter changed

Each figure stands beside what was published of honest likes and visits. Runs are kept in results/honest_world/ and are
not made again; the table goes to results/honest_world/figures.csv.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from like_rows import load_rows
from processes import run_script
from rich.console import Console
from rich.table import Table

from sim import Scenario
from sim.core.clock import HOUR_S
from sim.core.enums import AddressClass, Kind, Surface
from sim.core.errors import GreshamError
from sim.scenario.yaml_io import parse_value

KEEP = Path(__file__).resolve().parent.parent.parent / "results" / "honest_world"
NEEDS_PATH = "--set {text}: expected PATH=VALUE"
SHORT_S = 15

# figure: (row of the list of sources, what it is, published, least and most that are near enough)
PUBLISHED: dict[str, tuple[str, str, str, float, float]] = {
    "within_5s": ("D17", "likes within 5 s of the view", "0.055", 0.04, 0.07),
    "within_10s": ("D17", "likes within 10 s of the view", "0.12", 0.09, 0.15),
    "without_view": ("D17", "likes without a view", "0.059", 0.05, 0.07),
    "median_s": ("D17", "seconds from view to like, median", "81", 60, 100),
    "short_visits": ("D15", "visits under 15 s", "one in three", 0.28, 0.38),
    "top_1": ("D23-D25", "likes given by the top 1 % of people", "0.26-0.35", 0.26, 0.35),
    "top_10": ("D24, D25", "likes given by the top tenth", "0.64-0.77", 0.64, 0.77),
    "none": ("D24", "people who give none", "over half", 0.5, 1.0),
}


def figures_of(rows: pd.DataFrame, people: int) -> dict[str, float]:
    """All figures of one run; `people` is how many live in its world."""
    likes, reads = rows[rows.kind == Kind.LIKE], rows[rows.kind == Kind.READ]
    viewed = likes.since_s[likes.since_s >= 0]
    found = {
        "within_5s": float((likes.since_s.between(0, 5, inclusive="left")).mean()),
        "within_10s": float((likes.since_s.between(0, 10, inclusive="left")).mean()),
        "without_view": float((likes.since_s < 0).mean()),
        "median_s": float(viewed.median()),
        "short_visits": float((reads.dwell_s < SHORT_S).mean()),
    }
    given = np.sort(likes.groupby("account_row").size().to_numpy())[::-1]
    found |= {f"top_{part}": float(given[: people * part // 100].sum() / given.sum()) for part in (1, 10)}
    found |= {"none": 1 - len(given) / people, "likes_per_person": len(likes) / people}
    for name, kind, column in (("by", Surface, likes.channel), ("from", AddressClass, likes.address_class)):
        found |= {f"{name}_{each.name.lower()}": float((column == each).mean()) for each in kind}
    behind = likes.groupby([likes.time_s // HOUR_S, likes.address]).account.nunique()
    found |= {"per_address_median": float(behind.median()), "per_address_90": float(behind.quantile(0.9))}
    found["per_address_most"] = float(behind.max())
    return found


def verdict(name: str, mean: float) -> str:
    """Whether a figure is near what was published."""
    if name not in PUBLISHED:
        return ""
    return "near" if PUBLISHED[name][3] <= mean <= PUBLISHED[name][4] else "OFF"


def summarise(runs: list[dict[str, float]]) -> pd.DataFrame:
    """Mean and range over the seeds, beside what was published."""
    found = []
    for name in runs[0]:
        values = [run[name] for run in runs]
        row, what, published = PUBLISHED.get(name, ("", name.replace("_", " "), ""))[:3]
        mean = float(np.mean(values))
        found.append(
            {
                "row": row,
                "figure": what,
                "published": published,
                "here": mean,
                "lowest": min(values),
                "highest": max(values),
                "verdict": verdict(name, mean),
            }
        )
    return pd.DataFrame(found)


def main() -> None:
    """Run what is missing, print the table and write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--readers", type=int, default=50_000)
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="change a parameter")
    options = parser.parse_args()
    for text in options.set:
        if "=" not in text:
            parser.error(NEEDS_PATH.format(text=text))
    given = (text.split("=", 1) for text in options.set)
    changes = {"readers.n": options.readers, **{path: parse_value(value) for path, value in given}}
    try:
        scenario = Scenario.load("no_manipulation", days=options.days, set=changes)
    except GreshamError as error:
        parser.error(str(error))
    seeds = range(1, options.seeds + 1)
    runs = [figures_of(load_rows(scenario, seed, KEEP), scenario.people) for seed in seeds]
    found = summarise(runs)
    found.to_csv(KEEP / "figures.csv", index=False, lineterminator="\n")
    table = Table(*found.columns, title=f"{scenario.name}, {options.readers} readers, {options.seeds} seeds")
    for row in found.itertuples(index=False):
        table.add_row(*(f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row))
    Console(width=140).print(table)


if __name__ == "__main__":
    run_script(main)
