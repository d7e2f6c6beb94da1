"""What does a bought like bring under each way to fill the hot table? A randomised trial of likes.

    python scenarios/evidence/like_trial.py                       20,000 seats, 24 days, seeds 1-5
    python scenarios/evidence/like_trial.py --seeds 10 --seats 50000

Posts of honest creators get 0, 1, 5, 20 or 60 likes of hired people, whom no rule takes out, in a world where nobody
else manipulates. Per dose, against dose 0: reads and hot impressions (geometric means), and, while no organic like is
there, opens per hot impression and likes per read. Worlds: the curve log or linear, likes alone or the composite
score, each yardstick, and each of these with 2 % of all creators who buy 500 to 1,000 likes for every post beside the
trial, from the first day or (late) from day 14 on, when `slow` has long been slow. In the worlds with purges a rule
finds posts with far more likes than their reads explain, and once a week all their likes are taken out. Further worlds
have other priors, with either curve, and the curves hill and cliff; in one all posts of the trial are kept out of the
hot list.

Expected before the first run:
1. Under the log curve reads rise smoothly with the dose: about twice at 20 likes and four times at 60.
2. Under the linear curve they rise far more: at least five times at 20 likes.
3. The first like raises opens by about a seventh and further likes hardly; it raises likes per read by about .32, and
   60 likes by more (C9, C10).
4. Under the composite score more than 20 likes without reads lower reads: the slope turns negative (S12).
5. Heavy buyers raise the yardstick `visible` several times, so that honest likes sort less: the correlation of hot
   impressions with quality falls by at least a third. `slow` and `surviving` lose less.

Expected before the late attack was run:
6. Under `slow` the yardstick at the end is at most 1.2 times that of the same world without the attack, under `visible`
   at least 1.5 times; so that 60 likes bring at least 1.2 times what they bring under `visible`.
Expected before the worlds with purges, and before the linear curve and the composite score under attack, were run:
7. With purges the yardstick at the end is under `surviving` at most 1.2 times that of the same world without the
   attack, under `visible` at least 1.5 times; so that 60 likes bring at least 1.2 times what they bring under
   `visible`. Where nothing takes past likes out `surviving` is `visible`.
8. Under the linear curve the attack takes at least as much of what 60 likes bring as under the logarithm: a higher
   yardstick lowers all weights alike there, while the prior stays.
9. Under the composite score heavy buyers have likes without reads, which are throttled: the yardstick rises by less
   than a tenth, whichever it is, and the slope stays negative from 20 likes on.
Expected before creators bought, instead of 2 % of posts drawn by lot at 800 likes, and before the linear curve was run
with the other yardsticks:
10. It makes little difference whose posts they are: in each world under attack reads at 20 and 60 likes are within a
    tenth of what they were; intervals are wider, since creators differ in how often they publish.
11. Under the linear curve each yardstick does what it does under the logarithm: late attacks raise `slow` at most 1.2
    times and `visible` at least 1.5 times.
Expected before other priors, and the curves hill and cliff, were run:
12. The prior decides what a bought like is worth, the curve does not: 20 likes multiply reads by at most 1.7 with a
    prior of 1, by 1.9 to 2.9 with one of 0.15, and by at least 6 with none. With the same prior reads at 20 likes
    differ by less than a fifth between any two curves, since the yardstick is above the dose.
Expected before posts of the trial were kept out of the hot list:
13. There 60 likes multiply reads by at most 1.5: what more they bring elsewhere comes by the list (S7).
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from detection_policies import interval
from kept import as_table, load_kept
from processes import run_all, run_script
from rich.console import Console

from sim import Scenario
from sim.core.clock import DAY_S, WEEK_DAYS
from sim.core.enums import Origin, Surface
from sim.core.errors import GreshamError
from sim.engine.model import EngagementModel
from sim.scenario.yaml_io import parse_value

KEEP = Path(__file__).resolve().parent.parent.parent / "results" / "like_trial"
DOSES = (0, 1, 5, 20, 60)
HEAVY = 0.02  # of creators
PURGED_FROM = 15.0  # standard deviations of likes above what reads explain: 60 likes seldom have as many
SHARE_OF_DOSE = 0.02  # of posts, each
FEW_READS = 5  # added before logarithms are taken
FIRST_DAY, LEFT_DAYS = 6, 7
LATE_DAY, LATE_JUDGED = 14, 7  # the late attack begins, and days of it before posts are judged
COMPOSITE = {"platform.ranking": "composite"}
WORLDS: dict[str, dict[str, Any]] = {
    ", ".join(filter(None, (score, curve, yardstick))): {
        **of_score,
        **({"platform.hot_curve": curve} if curve != "log" else {}),
        **({"platform.hot_yardstick": yardstick} if yardstick else {}),
    }
    for yardstick in ("", "slow", "surviving")
    for score, of_score in (("likes", {}), ("composite", COMPOSITE))
    for curve in ("log", "linear")
}
# posts with far more likes than reads explain lose all of them, once a week, and nobody is told
PURGES = {
    "platform.detectors": {"like_read_mismatch": {"threshold": PURGED_FROM}},
    "platform.creator_ladder": [
        {"strikes": 0, "sanction": {"name": "purge_likes"}, "batch_days": WEEK_DAYS, "notice": "nobody"}
    ],
}
PURGED = {
    "likes, log, purges": PURGES,
    "likes, log, surviving, purges": {**PURGES, "platform.hot_yardstick": "surviving"},
}
ATTACKED = tuple(WORLDS)
OTHER_WEIGHTS: dict[str, dict[str, Any]] = {
    f"likes, {curve}, prior {prior:g}": {"platform.hot_curve": curve, "platform.hot_prior": prior}
    for prior in (0.0, 0.15, 1.0)
    for curve in ("log", "linear")
} | {f"likes, {curve}": {"platform.hot_curve": curve} for curve in ("hill", "cliff")}
KEPT_OUT = {"likes, log, kept out of the list": {"probes.unlisted_share": 1.0}}  # posts of the trial, dose 0 too
UNATTACKED = (*WORLDS, *OTHER_WEIGHTS, *KEPT_OUT)
WORLDS |= PURGED | OTHER_WEIGHTS | KEPT_OUT
LATE = ("likes, log", "likes, log, slow", "likes, linear", "likes, linear, slow", *PURGED)
NEVER, EARLY, LATER, WAITED = "", "attacked", "attacked late", "late trial, no attack"


def scenario_of(world: str, attack: str, options: argparse.Namespace) -> Scenario:
    """The world without manipulators, with the trial, and with heavy buyers where it is attacked."""
    probes: dict[str, Any] = {"share_posts": SHARE_OF_DOSE * len(DOSES), "doses": DOSES, "grade": "real_person"}
    probes["heavy_buyers"] = HEAVY if attack in (EARLY, LATER) else 0.0
    later = LATE_DAY if attack in (LATER, WAITED) else 0
    probes["from_day"] = later
    changes = {f"probes.{name}": value for name, value in probes.items()} | {"readers.n": options.seats}
    changes |= WORLDS[world] | dict(options.changes)
    return Scenario.load("no_manipulation", days=options.days + later, set=changes)


def live(scenario: Scenario, seed: int) -> dict[str, pd.DataFrame]:
    """Figures by dose of one run, and of the world as a whole."""
    model = EngagementModel(scenario.with_changes({"run.seed": seed}))
    for _ in range(scenario.run.days * model.state.clock.ticks_per_day):
        model.step()
    posts, hot = model.state.world.posts, int(Surface.HOT)
    every = slice(0, posts.n)
    day = posts.published_s[every] // DAY_S
    begins = scenario.probes.from_day
    first = begins + LATE_JUDGED if begins else FIRST_DAY
    judged = (day >= first) & (day < scenario.run.days - LEFT_DAYS)
    reads, shown = posts.reads[every].sum(axis=1), posts.impressions[every, hot]
    rows = []
    for dose in DOSES:
        of = judged & (posts.dose[every] == dose)
        sums = {name: float(getattr(posts, name)[every][of].sum()) for name in COUNTED}
        rows.append(
            {
                "dose": dose,
                "posts": int(of.sum()),
                "reads": geometric(reads[of]),
                "hot": geometric(shown[of]),
                "opens": sums["unliked_hot_reads"] / max(1.0, sums["unliked_hot_impressions"]),
                "likes": sums["unliked_likes"] / max(1.0, sums["unliked_reads"]),
            }
        )
    plain = judged & (posts.likes_by_origin[every, int(Origin.TRIAL)] == 0)
    yardstick = model.state.platform.yardstick
    world = {
        "yardstick": math.nan if yardstick is None else yardstick.value,
        "quality": float(np.corrcoef(np.log(shown[plain] + FEW_READS), posts.quality[every][plain])[0, 1]),
    }
    return {"doses": pd.DataFrame(rows), "world": pd.DataFrame([world])}


COUNTED = ("unliked_hot_reads", "unliked_hot_impressions", "unliked_likes", "unliked_reads")


def geometric(counts: np.ndarray) -> float:
    """Geometric mean of counts, some of which are 0; NaN of none."""
    return math.nan if len(counts) == 0 else float(np.exp(np.log(counts + FEW_READS).mean()))


def load(world: str, attack: str, seed: int, options: argparse.Namespace) -> dict[str, pd.DataFrame]:
    """Frames of one run, kept or made."""
    scenario = scenario_of(world, attack, options)
    return load_kept(options.keep, scenario, seed, ("doses", "world"), lambda: live(scenario, seed))


def by_dose(runs: dict[str, list[dict[str, pd.DataFrame]]]) -> pd.DataFrame:
    """One row a world and dose: ratios to dose 0, mean and 95 % interval over the seeds."""
    rows = []
    for world, frames in runs.items():
        for dose in DOSES[1:]:
            row: dict[str, object] = {"world": world, "dose": dose}
            for name in ("reads", "hot", "opens", "likes"):
                ratios = [ratio_of(each["doses"], name, dose) for each in frames]
                row[name], row[f"{name}_low"], row[f"{name}_high"] = interval(ratios)
            rows.append(row)
    return pd.DataFrame(rows)


def ratio_of(doses: pd.DataFrame, name: str, dose: int) -> float:
    """A figure at a dose against that at none; NaN where that is 0."""
    at = doses.set_index("dose")[name]
    return float(at[dose] / at[0]) if at[0] else math.nan


def by_world(runs: dict[str, list[dict[str, pd.DataFrame]]]) -> pd.DataFrame:
    """One row a world: yardstick at the end, and how far hot impressions go with quality."""
    rows = []
    for world, frames in runs.items():
        row: dict[str, object] = {"world": world}
        for name in ("yardstick", "quality"):
            row[name], row[f"{name}_low"], row[f"{name}_high"] = interval(
                [float(f["world"][name].iloc[0]) for f in frames]
            )
        rows.append(row)
    return pd.DataFrame(rows)


def main() -> None:
    """Run what is missing, print both tables and write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seats", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=24)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="WORLD",
        help="worlds as the tables name them, which are printed and not written (default: all)",
    )
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="change a parameter")
    parser.add_argument("--keep", type=Path, default=KEEP)
    options = parser.parse_args()
    if min(options.seeds, options.seats, options.processes) < 1 or options.days <= FIRST_DAY + LEFT_DAYS:
        parser.error(f"--seeds, --seats and --processes are at least 1, --days at least {FIRST_DAY + LEFT_DAYS + 1}")
    options.changes = [(path, parse_value(value)) for path, _, value in (text.partition("=") for text in options.set)]
    seeds = range(1, options.seeds + 1)
    asked = [(world, NEVER) for world in UNATTACKED] + [(world, EARLY) for world in ATTACKED]
    asked += [(world, attack) for attack in (LATER, WAITED) for world in LATE]
    names = {each: ", ".join(part for part in each if part) for each in asked}
    unknown = sorted(set(options.only or ()) - set(names.values()))
    if unknown:
        parser.error(f"no world is called {unknown[0]!r}; there are: {'; '.join(names.values())}")
    asked = [each for each in asked if not options.only or names[each] in options.only]
    try:
        done = run_all(load, [(*each, seed, options) for each in asked for seed in seeds], options.processes)
    except GreshamError as error:
        parser.error(str(error))
    runs = {names[each]: done[i * len(seeds) : (i + 1) * len(seeds)] for i, each in enumerate(asked)}
    console = Console(width=220)
    for title, frame in (("doses", by_dose(runs)), ("worlds", by_world(runs))):
        if not options.only:
            frame.to_csv(options.keep / f"{title}-{options.seats}.csv", index=False)
        console.print(as_table(frame, title))


if __name__ == "__main__":
    run_script(main)
