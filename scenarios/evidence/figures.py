"""The figures of a run that claims are made of: one number each, from its tables and its columns."""

from __future__ import annotations

import gc

import numpy as np
import pandas as pd
import pyarrow as pa

from sim import EngagementModel, Scenario

Figures = dict[str, float]


def last(frame: pd.DataFrame, column: str, days: int = 14) -> float:
    """Mean of a daily column over the last days."""
    return float(frame[column].tail(days).mean())


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
        if column.endswith(("_precision", "_recall", "_fpr")):
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
        # geometric mean: one extreme post in a thousand would decide the arithmetic one
        out[f"reach_{dose}"] = float(np.exp(np.log(group.impressions + 1.0).mean()))
        out[f"reads_{dose}"] = float(group.reads.mean())
        out[f"hot_{dose}"] = float(np.exp(np.log(group.impr_hot + 1.0).mean()))
        out[f"moments_{dose}"] = float(group.impr_moments.mean())
        out[f"likes_per_read_{dose}"] = float(group.likes.sum() / max(1, group.reads.sum()))
        out[f"follows_per_organic_like_{dose}"] = float(group.follows.sum() / max(1, group.likes_organic.sum()))
        out[f"follows_per_like_{dose}"] = float(group.follows.sum() / max(1, group.likes.sum()))
    delivered = posts.likes_farm + posts.likes_trial  # an experimenter's likes come from a farm, and are no farm's sale
    bought = posts[delivered >= 1000]
    grown = posts[(posts.likes_organic >= 1000) & (delivered == 0) & (posts.s_to_1000 >= 0)]
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
