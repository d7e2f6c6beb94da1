"""Rows of the tables that are taken from columns: creators every week, posts at the end."""

from __future__ import annotations

import numpy as np

from sim.core.clock import DAY_S
from sim.core.enums import Origin, Surface
from sim.core.table_schema import LIKE_GOALS, SURVIVAL_DAYS, SURVIVING
from sim.plugins.registry import name_of
from sim.state import State


def strategy_names(state: State) -> np.ndarray:
    """Names of the scenario's strategies, in order."""
    return np.array([name_of(strategy) for strategy in state.scenario.strategies], object)


def creators_of_week(state: State) -> None:
    """One row for every creator who is present."""
    columns = state.world.creators
    rows = np.flatnonzero(columns.present)
    plain = ("slot", "generation", "present", "merchant", "topic", "talent", "skill", "effort", "followers")
    state.tables.extend(
        "creators",
        day=np.full(len(rows), state.clock.day),
        creator=rows,
        **{name: getattr(columns, name)[rows] for name in plain},
        strategy=strategy_names(state)[columns.strategy[rows]],
        income_week_cny=columns.income_week[rows],
        spent_week_cny=columns.spent_week[rows],
        payoff_cny=columns.payoff[rows],
        reads_week=columns.reads_week[rows],
        visible_week=columns.visible_week[rows],
        punished_total=columns.punished_total[rows],
        mcn=columns.mcn[rows],
        group=columns.group[rows],
    )


def orders_at_end(state: State) -> None:
    """What is left of the likes of orders that are four weeks old: their posts are no longer judged.

    Discounts are by post and fall on fake likes first, as in `share_fake_visible_likes`.
    """
    orders, posts = state.tables["orders"].arrays(), state.world.posts
    post, day = orders["post"], orders["day"]
    fake = posts.likes_by_origin[post].sum(axis=1) - posts.likes_by_origin[post, Origin.ORGANIC]
    gone = np.minimum(1.0, posts.discounted[post] / np.maximum(1, fake))
    old = day + SURVIVAL_DAYS <= state.clock.day
    state.tables["orders"].fill(SURVIVING, np.where(old, orders["delivered"] * (1.0 - gone), np.nan))


def posts_at_end(state: State) -> None:
    """One row for every post of the run."""
    posts = state.world.posts
    plain = (
        "creator", "topic", "quality", "appeal", "effort", "finishes", "dwell_s", "likes", "discounted", "comments",
        "comment_depth", "forwards", "follows", "visibility", "hot_tick", *LIKE_GOALS, "dose",
    )  # fmt: skip
    by_surface = {f"impr_{s.name.lower()}": posts.impressions[:, s] for s in Surface}
    by_surface |= {f"read_{s.name.lower()}": posts.reads[:, s] for s in Surface}
    state.tables.extend(
        "posts",
        post=np.arange(len(posts)),
        **{name: getattr(posts, name) for name in plain},
        strategy=strategy_names(state)[posts.strategy],
        published_day=posts.published_s // DAY_S,
        impressions=posts.impressions.sum(axis=1),
        reads=posts.reads.sum(axis=1),
        **by_surface,
        **{f"likes_{o.name.lower()}": posts.likes_by_origin[:, o] for o in Origin},
    )
