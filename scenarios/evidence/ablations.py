"""What is each mechanism of the readers' world for? The baseline with one of them taken away, against facts.

    python scenarios/evidence/ablations.py                       all controls, 20,000 seats, 42 days, seeds 1-10
    python scenarios/evidence/ablations.py --seeds 5 --names equal_zeal no_search

Each mechanism has a scenario in `scenarios/ablations/` that takes it away and leaves the rest. Rows of the facts that
ship (`gresham validate`) are measured in the baseline and in the control under the same seeds; what counts is the ratio
of the two, seed by seed, with its 95 % interval. Runs are kept in results/ablations/ and none is made twice.

Expected before the first run: `EXPECTED` below, from the stand-alone model that the mechanisms were found in. A line
says which row moves, which way, and by what part at least; `SAME` says that a row stays within that part.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from kept import as_table
from processes import run_script
from rich.console import Console

from sim import Scenario, validate
from sim.analysis.claims import verdict_on
from sim.analysis.facts.read import load_facts
from sim.analysis.facts.sample import Sample
from sim.analysis.facts.verdicts import measure_run
from sim.core.errors import GreshamError
from sim.studies.validation_runs import samples_of

KEEP = Path(__file__).resolve().parent.parent.parent / "results" / "ablations"
BASE = "baseline"
UP, DOWN, SAME = "+", "-", "same"
NO_LIKE, MOST_LIKES = "posts without an organic like", "most organic likes of a post"
OWN: dict[str, Callable[[Sample], float]] = {
    NO_LIKE: lambda sample: float((sample.posts["likes_organic"] == 0).mean()),
    MOST_LIKES: lambda sample: float(sample.posts["likes_organic"].max()),
}
READ_ONE = "of those, share who read one"
TOP = "mean reads of a post, top 1 % of creators against all"
EVER = "creators with a post above the mean, in nine days"
PUSH, MOMENTS = "reads by push", "reads by Moments"
GINI = "Gini coefficient of followers"
PASSED_ON = "forwards not of the root, median cascade"
DAY_1, DAYS_3 = "forwards within 24 h, mean of cascades", "forwards within 72 h, mean of cascades"
TOP_LIKERS = "likes of the top 1 % of people"
LIKED, OPENED = "likes per read, 1 like against 0", "opens per hot impression, 1 like against 0"
MEDIAN = "median post against the mean"


class Expected(NamedTuple):
    """Without what `control` takes away, `row` is higher, lower or the same, by the part `by` of what it was."""

    control: str
    row: str
    way: str
    by: float


EXPECTED = (
    Expected("equal_zeal", READ_ONE, DOWN, 0.5),
    Expected("unlinked_posting_rate", TOP, UP, 0.2),
    Expected("unlinked_posting_rate", EVER, UP, 0.3),
    Expected("unlinked_posting_rate", PUSH, DOWN, 0.1),
    Expected("narrow_popularity", GINI, DOWN, 0.2),
    Expected("narrow_popularity", TOP, DOWN, 0.3),
    Expected("narrow_popularity", EVER, UP, 0.3),
    Expected("equal_voices", TOP_LIKERS, DOWN, 0.5),
    Expected("equal_voices", PASSED_ON, DOWN, 0.05),
    Expected("equal_voices", MOMENTS, DOWN, 0.1),
    Expected("equal_friends", PASSED_ON, DOWN, 0.05),
    Expected("equal_friends", MOMENTS, DOWN, 0.1),
    Expected("equal_shareability", PASSED_ON, DOWN, 0.05),
    Expected("equal_shareability", MOST_LIKES, DOWN, 0.25),
    Expected("equal_shareability", DAY_1, UP, 0.01),
    Expected("no_bursts", DAY_1, SAME, 0.02),
    Expected("no_social_proof", LIKED, DOWN, 0.15),
    Expected("no_social_proof", OPENED, DOWN, 0.05),
    Expected("no_social_proof", MOST_LIKES, DOWN, 0.25),
    Expected("no_search", DAYS_3, UP, 0.015),
    Expected("lasting_news", DAYS_3, DOWN, 0.005),
    Expected("lasting_news", DAY_1, DOWN, 0.01),
    Expected("no_ties", PASSED_ON, DOWN, 0.05),
    Expected("no_hot_prior", NO_LIKE, UP, 0.1),
    Expected("linear_hot_list", NO_LIKE, UP, 0.05),
    Expected("linear_hot_list", MEDIAN, DOWN, 0.2),
    Expected("one_person_a_seat", NO_LIKE, UP, 0.5),
)
CONTROLS = tuple(dict.fromkeys(each.control for each in EXPECTED))


def measure(world: str, options: argparse.Namespace) -> pd.DataFrame:
    """Every row of every fact in each run of a world: one column a row, one line a seed."""
    facts = load_facts(None)
    scenario = Scenario.load(world, set={"readers.n": options.seats})
    made = validate(
        scenario, facts=facts, seeds=options.seeds, out=options.keep / f"{world}-{options.seats}",
        workers=options.processes, progress=False,
    )  # fmt: skip
    rows = {}
    for seed, sample in samples_of(made.results, made.scenario, facts):
        figures = {row: figure.value for (_, row), figure in measure_run(facts, sample).items()}
        rows[seed] = figures | {name: own(sample) for name, own in OWN.items()}
    return pd.DataFrame.from_dict(rows, orient="index").sort_index()


def judge(each: Expected, base: pd.DataFrame, without: pd.DataFrame) -> dict[str, object]:
    """Means in both worlds, their ratio with its interval, and whether it is as expected."""
    ratio = (without[each.row] / base[each.row]).to_numpy(float)
    between = (1 - each.by, 1 + each.by) if each.way == SAME else None
    found = verdict_on(ratio, None, None if between else each.way, each.by, 1.0, between)
    bound = f"within {each.by:g}" if between else f"{each.way}{each.by:g}"
    return {
        "without": each.control, "row": each.row, "baseline": base[each.row].mean(), "here": without[each.row].mean(),
        "ratio": found.mean, "low": found.low, "high": found.high, "expected": bound, "verdict": found.verdict,
    }  # fmt: skip


def main() -> None:
    """Run what is missing, print the tables and write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--seats", type=int, default=20_000)
    parser.add_argument("--names", nargs="+", choices=CONTROLS, default=CONTROLS, help="of these controls alone")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=KEEP)
    options = parser.parse_args()
    try:
        base = measure(BASE, options)
        found = {name: measure(name, options) for name in options.names}
    except GreshamError as error:
        parser.error(str(error))
    claims = pd.DataFrame([judge(each, base, found[each.control]) for each in EXPECTED if each.control in found])
    claims.to_csv(options.keep / "claims.csv", index=False)
    means = pd.DataFrame({BASE: base.mean(), **{name: rows.mean() for name, rows in found.items()}})
    means.to_csv(options.keep / "means.csv", index_label="row")
    Console(width=170).print(as_table(claims, "one mechanism taken away: ratios to the baseline"))
    unknown = [row for row in {each.row: 0 for each in EXPECTED} if np.isnan(base[row]).all()]
    if unknown:
        print("not measurable:", *unknown, sep="\n  ")


if __name__ == "__main__":
    run_script(main)
