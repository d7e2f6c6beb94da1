"""Does the world do what it is said to do? Every claim over many seeds, with an interval.

    python scenarios/evidence/claims.py                 all claims, 20 seeds, two processes
    python scenarios/evidence/claims.py gresham dose    some of them
    python scenarios/evidence/claims.py --seeds 5 --workers 4

Each study runs its worlds under the same seeds and compares them seed by seed; intervals are 95 % Student intervals
of the mean over seeds. Finished runs are kept in results/evidence/ and are not made again.
"""

from __future__ import annotations

import argparse
import gc
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from rich.console import Console
from rich.table import Table
from scipy import stats

from sim import EngagementModel, Scenario
from sim.studies.plan import Plan, Point
from sim.studies.sweep import run_plan

HERE = Path(__file__).resolve().parent.parent
KEEP = HERE.parent / "results" / "evidence"
Figures = dict[str, float]
PROBES = {"probes.share_posts": 0.05, "run.days": 60}
STRICT = Scenario.load(HERE / "composite_plus_rules.yaml").platform
LIKES = Scenario.load(HERE / "likes_only_laissez_faire.yaml").platform

WORLDS: dict[str, tuple[str, dict[str, Any]]] = {
    "baseline": ("baseline", {}),
    "twin": ("no_manipulation", {}),
    "rules": ("rules_2022", {}),
    "composite": ("composite_ranking", {}),
    "strict": ("composite_plus_rules", {}),
    "honeymoon": ("honeymoon_and_crackdown", {}),
    # the randomised trial, in a world where nothing but the experimenter's likes is fake
    "dose_likes": ("no_manipulation", {**PROBES, "platform": LIKES}),
    "dose_strict": ("no_manipulation", {**PROBES, "platform": STRICT}),
    # dear likes: all prices five and twenty times the article's
    "price_5": ("baseline", {"run.days": 60, "farms.price_per_100_cny": 5.0, "farms.price_per_1000_cny": 25.0}),
    "price_20": ("baseline", {"run.days": 60, "farms.price_per_100_cny": 20.0, "farms.price_per_1000_cny": 100.0}),
    "price_1": ("baseline", {"run.days": 60}),
    "calm": ("baseline", {"run.days": 60, "mutual_aid.activity_swing": 0.0}),
    "wild": ("baseline", {"run.days": 60, "mutual_aid.activity_swing": 1.5}),
    # a million readers, so that a thousand organic likes can happen at all
    "million": (
        "no_manipulation",
        {
            "run.days": 10,
            "readers.n": 1_000_000,
            "creators.n": 2000,
            "probes.share_posts": 0.02,
            "probes.doses": [1000],
        },
    ),
}


def last(frame: pd.DataFrame, column: str, days: int = 14) -> float:
    """Mean of a daily column over the last days."""
    return float(frame[column].tail(days).mean())


def scenario_of(world: str) -> Scenario:
    """The scenario of a world."""
    name, changes = WORLDS[world]
    return Scenario.load(HERE / f"{name}.yaml").with_changes(changes)


def figures_table(scenario: Scenario, keep: tuple[str, ...]) -> dict[str, pa.Table]:
    """What a sweep keeps of a run: one row of figures."""
    found = figures_of(scenario)
    gc.collect()  # a world is full of cycles and large arrays: do not wait for the collector to notice
    return {name: pa.table({column: [float(value)] for column, value in found.items()}) for name in keep}


def figures_of(scenario: Scenario) -> Figures:
    """Run one world and take what the claims need."""
    model = EngagementModel(scenario, seed=scenario.run.seed, threads=1)
    while model.running:
        model.step()
    model.finish()
    daily, posts = model.tables.frame("daily"), model.tables.frame("posts")
    out: Figures = {}
    for column in (
        "exposure_quality",
        "read_quality",
        "share_manipulating_creators",
        "honest_survival",
        "platform_trust",
        "count_trust",
        "active_reader_share",
        "share_fake_likes",
        "mean_effort",
        "mean_skill",
        "likes_matrix",
        "innocent_punished_share",
        "readers_sanctioned",
        "n_groups",
        "reads",
        "enforcement_cost_cny",
        "quality_reach_correlation",
        "honest_quit",
    ):
        out[column] = last(daily, column)
        out[f"first_{column}"] = float(daily[column].head(7).mean())
    for column in daily.columns:
        if column.endswith(("_precision", "_recall", "_false_positive_rate")):
            out[column] = float(daily[column].tail(60).mean())
    out |= {f"trust_day_{d}": float(daily.platform_trust[d]) for d in (0, 59, 119, 179) if d < len(daily)}
    out |= {
        f"quality_day_{d}": float(daily.exposure_quality[max(0, d - 6) : d + 1].mean())
        for d in (6, 59, 119, 179)
        if d < len(daily)
    }
    out |= {f"skill_day_{d}": float(daily.mean_skill[d]) for d in (0, 59, 119, 179) if d < len(daily)}
    return out | _of_posts(posts) | _of_orders(model) | _of_creators(model)


def _of_posts(posts: pd.DataFrame) -> Figures:
    out: Figures = {}
    settled = posts[posts.published_day <= posts.published_day.max() - 7]
    for dose, group in settled[settled.dose >= 0].groupby("dose"):
        # geometric mean: one lucky post in a thousand would drown the arithmetic one
        out[f"reach_{dose}"] = float(np.exp(np.log(group.impressions + 1.0).mean()))
        out[f"reads_{dose}"] = float(group.reads.mean())
        out[f"hot_{dose}"] = float(np.exp(np.log(group.impr_hot + 1.0).mean()))
        out[f"moments_{dose}"] = float(group.impr_moments.mean())
        out[f"likes_per_read_{dose}"] = float(group.likes.sum() / max(1, group.reads.sum()))
        out[f"follows_per_like_{dose}"] = float(group.follows.sum() / max(1, group.likes.sum()))
    bought = posts[posts.likes_farm >= 1000]
    grown = posts[(posts.likes_organic >= 1000) & (posts.likes_farm == 0) & (posts.s_to_1000 >= 0)]
    out["farm_minutes_to_1000"] = float(bought[bought.s_to_1000 >= 0].s_to_1000.median() / 60)
    out["nature_hours_to_1000"] = float(grown.s_to_1000.median() / 3600)
    out["nature_reached_1000"] = float(len(grown))
    unbought = settled[(settled.likes_organic == settled.likes) & (settled.dose < 1)]
    natural = unbought.impr_moments + unbought.impr_chat
    edges = unbought.quality.quantile([0.25, 0.75])
    good, poor = natural[unbought.quality >= edges[0.75]].mean(), natural[unbought.quality <= edges[0.25]].mean()
    out["natural_reach_good"], out["natural_reach_poor"] = float(good), float(poor)
    return out


def _of_orders(model: EngagementModel) -> Figures:
    orders, groups = model.tables.frame("orders"), model.tables.frame("groups")
    out: Figures = {}
    mine = orders[orders.creator >= 0]
    if len(mine):
        done = mine[mine.first_s >= 0]
        out["delivered_within_day"] = float(((done.last_s - done.tick * 3600) <= 86_400).mean())
        out["cny_per_1000_paid"] = float(1000 * mine.price_cny.sum() / mine.n_likes.sum())
        out["likes_bought_per_day"] = float(mine.n_likes.sum() / model.scenario.run.days)
    out["in_groups"] = float((model.state.world.creators.group >= 0).sum())
    if len(groups):
        asked = groups.requests * (groups.members - 1)
        out["group_answer_rate"] = float(groups.answered.sum() / max(1, asked.sum()))
        fails = groups.answered[asked > 0] < model.scenario.mutual_aid.dissolve_answer_rate * asked[asked > 0]
        out["group_failing_days"] = float(fails.mean())
        out["group_favours_per_day"] = float(groups.answered.sum() / model.scenario.run.days)
        out["group_active_share"] = float(groups.active_members.sum() / max(1, groups.members.sum()))
        out["groups_dissolved"] = float(len(model.actors.groups.groups) - len(model.actors.groups.alive))
        out["free_rider_share"] = float(groups.free_rider_share.mean())
    farms = model.tables.frame("farms")
    out["farm_profit_per_day"] = float(farms.profit_cny.sum() / model.scenario.run.days)
    return out


def _of_creators(model: EngagementModel) -> Figures:
    creators, present = model.state.world.creators, model.state.world.creators.present
    honest = creators.strategy == 0
    farm = np.array([s.channel == "farm" for s in model.scenario.strategies])[creators.strategy]
    out: Figures = {}
    if (present & ~honest).any():
        out["skill_honest"] = float(creators.skill[present & honest].mean())
        out["skill_manipulating"] = float(creators.skill[present & ~honest].mean())
        out["effort_honest"] = float(creators.effort[present & honest].mean())
        out["effort_manipulating"] = float(creators.effort[present & ~honest].mean())
        out["payoff_honest"] = float(np.median(creators.payoff[present & honest]))
        out["payoff_manipulating"] = float(np.median(creators.payoff[present & ~honest]))
        out["merchants_on_farms"] = float(farm[present & creators.merchant].mean())
        out["individuals_on_farms"] = float(farm[present & ~creators.merchant].mean())
    advertisers = model.actors.advertisers.all
    out["return_visible"] = float(np.mean([a.expects[0] for a in advertisers]))
    out["return_audited"] = float(np.mean([a.expects[1] for a in advertisers]))
    out["advertisers_active"] = float(model.actors.advertisers.n_active)
    return out


def interval(values: list[float]) -> tuple[float, float, float]:
    """Mean and 95 % Student interval; NaN values are left out."""
    good = np.array([v for v in values if not math.isnan(v)])
    if len(good) < 2:
        return (float(good.mean()) if len(good) else math.nan), math.nan, math.nan
    mean, half = float(good.mean()), float(stats.sem(good) * stats.t.ppf(0.975, len(good) - 1))
    return mean, mean - half, mean + half


Runs = dict[str, list[Figures]]
Claim = tuple[str, str, str, Callable[[dict[str, Figures]], float]]


def difference(column: str, a: str, b: str) -> Callable[[dict[str, Figures]], float]:
    """a - b under one seed."""
    return lambda w: w[a][column] - w[b][column]


def value(column: str, world: str) -> Callable[[dict[str, Figures]], float]:
    """One figure of one world."""
    return lambda w: w[world].get(column, math.nan)


def growth(column: str, world: str) -> Callable[[dict[str, Figures]], float]:
    """Last two weeks less first week."""
    return lambda w: w[world][column] - w[world][f"first_{column}"]


def relative(column: str, more: str, less: str, world: str) -> Callable[[dict[str, Figures]], float]:
    """Ratio of two figures of one world."""
    return lambda w: w[world][f"{column}{more}"] / max(1e-9, w[world][f"{column}{less}"])


CLAIMS: dict[str, list[Claim]] = {
    "gresham": [
        ("S13", "exposure quality, baseline less twin", "< 0", difference("exposure_quality", "baseline", "twin")),
        ("S13", "quality read, baseline less twin", "< 0", difference("read_quality", "baseline", "twin")),
        (
            "S13",
            "share of manipulating creators, growth under likes-only",
            "> 0",
            growth("share_manipulating_creators", "baseline"),
        ),
        ("S13", "honest survival, baseline less twin", "< 0", difference("honest_survival", "baseline", "twin")),
        (
            "S13",
            "median payoff, manipulating less honest (CNY/week)",
            "> 0",
            lambda w: w["baseline"]["payoff_manipulating"] - w["baseline"]["payoff_honest"],
        ),
        (
            "S12",
            "share of manipulating creators, composite + rules less baseline",
            "< 0",
            difference("share_manipulating_creators", "strict", "baseline"),
        ),
        (
            "S12",
            "exposure quality, composite + rules less baseline",
            "> 0",
            difference("exposure_quality", "strict", "baseline"),
        ),
        (
            "S10",
            "effort, manipulating less honest creators",
            "< 0",
            lambda w: w["baseline"]["effort_manipulating"] - w["baseline"]["effort_honest"],
        ),
        (
            "S10",
            "skill, manipulating less honest creators",
            "< 0",
            lambda w: w["baseline"]["skill_manipulating"] - w["baseline"]["skill_honest"],
        ),
        ("S10", "mean effort, baseline less twin", "< 0", difference("mean_effort", "baseline", "twin")),
        ("S11", "trust in the platform, baseline less twin", "< 0", difference("platform_trust", "baseline", "twin")),
        ("S11", "trust in counts, baseline less twin", "< 0", difference("count_trust", "baseline", "twin")),
        ("S11", "active readers, baseline less twin", "< 0", difference("active_reader_share", "baseline", "twin")),
        ("S3", "likes a day from agency matrices, last two weeks", "> 0", value("likes_matrix", "baseline")),
        ("S2", "orders delivered within a day (C12: 0.89)", "0.89", value("delivered_within_day", "baseline")),
        ("S2", "price paid, CNY per 1000 likes", "5-50", value("cny_per_1000_paid", "baseline")),
        ("S2", "farms' profit, CNY a day", "> 0", value("farm_profit_per_day", "baseline")),
        (
            "S8",
            "share on farms, merchants less individuals",
            "> 0",
            lambda w: w["baseline"]["merchants_on_farms"] - w["baseline"]["individuals_on_farms"],
        ),
        (
            "S17",
            "Moments and chat reach of unbought posts, best against worst quality quarter (twin)",
            "> 1",
            relative("natural_reach_", "good", "poor", "twin"),
        ),
        (
            "S17",
            "correlation of quality and reach, baseline less twin",
            "< 0",
            difference("quality_reach_correlation", "baseline", "twin"),
        ),
        (
            "S19",
            "return per yuan expected, audited less visible (baseline)",
            "> 0",
            lambda w: w["baseline"]["return_audited"] - w["baseline"]["return_visible"],
        ),
        (
            "S19",
            "return per yuan by visible figures, baseline less twin",
            "< 0",
            difference("return_visible", "baseline", "twin"),
        ),
    ],
    "rules": [
        ("S4", "ip_burst precision", "", value("ip_burst_precision", "rules")),
        ("S4", "ip_burst recall", "", value("ip_burst_recall", "rules")),
        ("S4", "no_read_like precision", "", value("no_read_like_precision", "rules")),
        ("S4", "no_read_like recall", "", value("no_read_like_recall", "rules")),
        ("S4", "no_read_like false positives", "> 0", value("no_read_like_false_positive_rate", "rules")),
        ("S4", "device recall", "", value("device_recall", "rules")),
        (
            "S5",
            "share of manipulating creators, rules from day 60 less baseline",
            "< 0",
            difference("share_manipulating_creators", "rules", "baseline"),
        ),
        ("S5", "exposure quality, rules less baseline", "> 0", difference("exposure_quality", "rules", "baseline")),
        ("S5", "innocent among punished creators", "", value("innocent_punished_share", "rules")),
        ("S5", "organic readers under sanction", "> 0", value("readers_sanctioned", "rules")),
    ],
    "dose": [
        *[
            (
                "S12",
                f"reach (geometric mean) at {d} bought likes against none, likes-only",
                "> 1",
                relative("reach_", str(d), "0", "dose_likes"),
            )
            for d in (50, 200, 800)
        ],
        *[
            (
                "S12",
                f"reach (geometric mean) at {d} bought likes against none, composite + rules",
                "< 1",
                relative("reach_", str(d), "0", "dose_strict"),
            )
            for d in (50, 200, 800)
        ],
        (
            "S7",
            "impressions on hot at 200 bought likes against none",
            "> 1",
            relative("hot_", "200", "0", "dose_likes"),
        ),
        (
            "S7",
            "impressions in Moments at 200 bought likes against none",
            "> 1",
            relative("moments_", "200", "0", "dose_likes"),
        ),
        (
            "S9",
            "likes per read at 800 bought likes against none (strict world: no lift)",
            "> 1",
            relative("likes_per_read_", "800", "0", "dose_strict"),
        ),
        (
            "S9",
            "follows per like at 800 bought likes against none (strict world)",
            "< 1",
            relative("follows_per_like_", "800", "0", "dose_strict"),
        ),
    ],
    "repair": [
        (
            "S11",
            "trust lost in sixty lax days",
            "< 0",
            lambda w: w["honeymoon"]["trust_day_59"] - w["honeymoon"]["trust_day_0"],
        ),
        (
            "S11",
            "of it, share won back by sixty strict days",
            "< 1",
            lambda w: (
                (w["honeymoon"]["trust_day_119"] - w["honeymoon"]["trust_day_59"])
                / (w["honeymoon"]["trust_day_0"] - w["honeymoon"]["trust_day_59"])
            ),
        ),
        (
            "S5",
            "exposure quality, crackdown less lax",
            "> 0",
            lambda w: w["honeymoon"]["quality_day_119"] - w["honeymoon"]["quality_day_59"],
        ),
        (
            "S5",
            "exposure quality, lax again less crackdown",
            "< 0",
            lambda w: w["honeymoon"]["quality_day_179"] - w["honeymoon"]["quality_day_119"],
        ),
    ],
    "demand": [
        (
            "S18",
            "likes bought at five times the price against the article's",
            "0..1",
            lambda w: w["price_5"]["likes_bought_per_day"] / w["price_1"]["likes_bought_per_day"],
        ),
        (
            "S18",
            "likes bought at twenty times the price against the article's",
            "0..1",
            lambda w: w["price_20"]["likes_bought_per_day"] / w["price_1"]["likes_bought_per_day"],
        ),
        ("S1", "group answer rate", "", value("group_answer_rate", "price_1")),
        (
            "S1",
            "share of a group's days with next to no answers, wild activity less calm",
            "> 0",
            difference("group_failing_days", "wild", "calm"),
        ),
        (
            "S1",
            "share of members who answer on a day, wild less calm",
            "< 0",
            difference("group_active_share", "wild", "calm"),
        ),
        (
            "S1",
            "favours done in groups, wild against calm",
            "< 1",
            lambda w: w["wild"]["group_favours_per_day"] / max(1, w["calm"]["group_favours_per_day"]),
        ),
        (
            "S1",
            "creators left in groups after 60 days, wild against calm",
            "< 1",
            lambda w: w["wild"]["in_groups"] / max(1, w["calm"]["in_groups"]),
        ),
        ("S1", "groups dissolved, wild less calm", "> 0", difference("groups_dissolved", "wild", "calm")),
    ],
    "speed": [
        ("S6", "minutes to 1000 likes through a farm (C22: ten)", "~10", value("farm_minutes_to_1000", "million")),
        ("S6", "hours to 1000 likes by nature", "> 24", value("nature_hours_to_1000", "million")),
        ("S6", "posts that got there by nature in ten days", "> 0", value("nature_reached_1000", "million")),
    ],
}
NEEDS = {
    "gresham": ("baseline", "twin", "strict"),
    "rules": ("rules", "baseline"),
    "dose": ("dose_likes", "dose_strict"),
    "repair": ("honeymoon",),
    "demand": ("price_1", "price_5", "price_20", "calm", "wild"),
    "speed": ("million",),
}


def main() -> None:
    """Run what is missing and print the ledger of claims."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("claims", nargs="*", default=list(CLAIMS), choices=[*CLAIMS, []], help="which (default: all)")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    seeds = range(1, options.seeds + 1)
    worlds = list(dict.fromkeys(world for claim in options.claims for world in NEEDS[claim]))
    points = tuple(Point(n, {"world": world}, scenario_of(world)) for n, world in enumerate(worlds))
    plan = Plan("evidence", points, tuple(seeds), keep=("figures",))
    results = run_plan(plan, KEEP, workers=options.workers, simulate=figures_table)
    runs: dict[int, dict[str, Figures]] = {seed: {} for seed in seeds}
    for row in results.table("figures").to_dict("records"):
        runs[row["seed"]][row["world"]] = row
    table = Table("row", "claim", "expected", "mean", "95 % interval", title=f"{options.seeds} seeds")
    for claim in options.claims:
        for row, words, expected, take in CLAIMS[claim]:
            mean, low, high = interval([take(runs[seed]) for seed in seeds])
            table.add_row(row, words, expected, f"{mean:.4g}", f"{low:.4g} .. {high:.4g}")
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
