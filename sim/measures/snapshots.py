"""Rows of the tables that are taken from columns: creators every week and at the end, posts at the end."""

from __future__ import annotations

import numpy as np

from sim.actors.creators.rows import strategy_names, write_creators
from sim.core.clock import DAY_S, WEEK_DAYS
from sim.core.enums import Origin, Surface
from sim.core.table_schema import LIKE_GOALS, SURVIVAL_DAYS, SURVIVING
from sim.state import State


def creators_of_week(state: State) -> None:
    """One row for every creator who is present."""
    write_creators(state, np.flatnonzero(state.world.creators.present), state.clock.day)


def creators_at_end(state: State) -> None:
    """One row for every creator who is present at the end of the run, unless a week ends with it."""
    finished = state.clock.tick // state.clock.ticks_per_day
    if finished % WEEK_DAYS:
        write_creators(state, np.flatnonzero(state.world.creators.present), finished - 1)


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
