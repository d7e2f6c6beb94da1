"""How near is the world to what has been published? Each figure of docs/model.md that a run can be held against.

    python scenarios/evidence/calibration.py                  the honest twin of the baseline, three seeds
    python scenarios/evidence/calibration.py --seeds 5 --days 60 --scenario baseline

Figures are of the second half of the run; the interval is the range over the seeds.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from sim import EngagementModel, Scenario
from sim.core.enums import Kind, Surface
from sim.measures.formulas import gini

HERE = Path(__file__).resolve().parent.parent
Figures = dict[str, float]

PUBLISHED = {
    "likes_per_read": ("C1", "organic likes per read", "0.007-0.0095"),
    "top_mean": ("C2", "mean reads of a post, top 3 % of creators against all (times)", "46-55, top 500 accounts"),
    "read_push": ("C5", "reads by subscription (push)", "0.65-0.68"),
    "read_moments": ("C5", "reads by Moments", "0.06-0.10"),
    "read_chat": ("C5", "reads by chat", "0.03-0.08"),
    "read_hot": ("C5", "reads by recommendation", "0.24-0.46 in one account, rising"),
    "open_push": ("C6", "opened, of posts shown to subscribers", "0.01-0.02 (2020), 0.10 (2017)"),
    "half_life_h": ("C7", "hours by which half of a post's forwards have been made (median)", "3.3 (2-6)"),
    "within_24h": ("C7", "forwards within 24 hours", "0.85-0.90"),
    "within_72h": ("C7", "forwards within 72 hours", "0.94-0.95"),
    "branched": ("C8", "forwards by readers who met the post through a forward", "0.34-0.46"),
    "unfollowed": ("C15", "followers lost a day", "0.0005-0.001"),
    "reads_per_reader": ("C17", "reads per reader and day", "5.86"),
    "follower_gini": ("C18", "Gini coefficient of followers", "0.94, another platform"),
}


def figures_of(scenario: Scenario, seed: int) -> Figures:
    """Run once and take every figure."""
    model = EngagementModel(scenario, seed=seed)
    half = scenario.run.days // 2
    forwards: list[pd.DataFrame] = []
    unfollows = 0
    while model.running:
        day = model.clock.day
        model.step()
        log = model.state.world.log
        if day < half:
            continue
        kind = log.kind
        unfollows += int((kind == Kind.UNFOLLOW).sum())
        at = np.flatnonzero((kind == Kind.FORWARD) & (log.account < len(model.state.world.readers)))
        age = log.time_s[at] - model.state.world.posts.published_s[log.post[at]]
        forwards.append(pd.DataFrame({"post": log.post[at], "age_h": age / 3600, "channel": log.channel[at]}))
    model.finish()
    posts, daily = model.tables.frame("posts"), model.tables.frame("daily").tail(scenario.run.days - half)
    followers = model.state.world.creators.followers[model.state.world.creators.present]
    out = _of_posts(posts[(posts.published_day >= half) & (posts.published_day < scenario.run.days - 7)])
    out |= _of_forwards(pd.concat(forwards))
    out["likes_per_read"] = float((daily.likes_per_read * daily.reads).sum() / daily.reads.sum())
    for name, column in (("push", "subscription"), ("moments", "moments"), ("chat", "chat"), ("hot", "hot")):
        out[f"read_{name}"] = float((daily[f"read_share_{column}"] * daily.reads).sum() / daily.reads.sum())
    out["unfollowed"] = unfollows / (scenario.run.days - half) / max(1, int(followers.sum()))
    out["reads_per_reader"] = float((daily.reads / (daily.active_reader_share * scenario.people)).mean())
    out["follower_gini"] = gini(followers)
    return out


def _of_posts(posts: pd.DataFrame) -> Figures:
    by_creator = posts.groupby("creator").reads.mean().sort_values(ascending=False)
    top = by_creator.head(max(1, round(0.03 * len(by_creator))))
    mean = posts.reads.mean()
    return {
        "top_mean": float(top.mean() / mean),
        "open_push": float(posts.read_subscription.sum() / posts.impr_subscription.sum()),
    }


def _of_forwards(forwards: pd.DataFrame) -> Figures:
    many = forwards.groupby("post").filter(lambda group: len(group) >= 10)
    through = forwards.channel.isin([Surface.MOMENTS, Surface.CHAT])
    return {
        "half_life_h": float(many.groupby("post").age_h.median().median()),
        "within_24h": float((forwards.age_h <= 24).mean()),
        "within_72h": float((forwards.age_h <= 72).mean()),
        "branched": float(through.mean()),
    }


def main() -> None:
    """Run the seeds and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scenario", default="no_manipulation", help="name of a scenario that ships (%(default)s)")
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    scenario = Scenario.load(HERE / f"{options.scenario}.yaml", days=options.days)
    found: list[Any] = [figures_of(scenario, seed) for seed in range(1, options.seeds + 1)]
    table = Table("row", "figure", "published", "here", "range", title=f"{scenario.name}, {options.seeds} seeds")
    for name, (row, words, published) in PUBLISHED.items():
        values = [figures[name] for figures in found]
        table.add_row(row, words, published, f"{np.mean(values):.3g}", f"{min(values):.3g} .. {max(values):.3g}")
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
