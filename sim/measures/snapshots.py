"""Rows of the tables that are taken from columns: creators every week and at the end, posts at the end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.actors.creators.rows import strategy_names, write_creators
from sim.core.clock import DAY_S, HOUR_S, WEEK_DAYS
from sim.core.enums import CommentClass, Grade, Origin, Surface
from sim.core.table_schema import FORWARD_AGES_H, LIKE_GOALS, READ_AGES_D, SURVIVAL_AGES, SURVIVAL_DAYS, SURVIVING
from sim.state import State
from sim.world.likes import LikeTable

SOLD_AS = {Grade.PERSON: "real_person", Grade.MACHINE: "machine", Grade.RAISED: "raised", Grade.MATRIX: "matrix"}


def creators_of_week(state: State) -> None:
    """One row for every creator who is present."""
    write_creators(state, np.flatnonzero(state.world.creators.present), state.clock.day)


def creators_at_end(state: State) -> None:
    """One row for every creator who is present at the end of the run, unless a week ends with it."""
    finished = state.clock.tick // state.clock.ticks_per_day
    if finished % WEEK_DAYS:
        write_creators(state, np.flatnonzero(state.world.creators.present), finished - 1)


def survival_of_day(state: State) -> None:
    """What is left of the bought likes of the days that are 1, 7 and 28 days old (`SURVIVAL_AGES`).

    One row a grade and age; at the oldest age the orders of that day learn it too.
    """
    likes, accounts = state.world.likes, state.world.accounts
    for age in SURVIVAL_AGES:
        day = state.clock.day - age
        lo, hi = np.searchsorted(likes.time_s, [day * DAY_S, (day + 1) * DAY_S]) if day >= 0 else (0, 0)
        order = likes.order[lo:hi]
        bought = np.flatnonzero(order >= 0)
        if len(bought) == 0:
            continue
        grade = accounts.grade[likes.account[lo:hi][bought]]
        alive = likes.alive[lo:hi][bought]
        for each in np.flatnonzero(np.bincount(grade)).tolist():
            chosen = grade == each
            state.tables.add(
                "survival",
                day=day,
                grade=SOLD_AS[Grade(each)],
                days=age,
                delivered=int(chosen.sum()),
                alive=int(alive[chosen].sum()),
            )
        if age == SURVIVAL_DAYS:
            state.surviving.add(order[bought], alive)


def orders_at_end(state: State) -> None:
    """What is left of the likes of orders four weeks later; missing for those that are younger."""
    orders = state.tables["orders"].arrays()
    old = (orders["last_s"] >= 0) & (orders["last_s"] // DAY_S + SURVIVAL_DAYS <= state.clock.day - 1)
    never = (orders["delivered"] == 0) & (orders["day"] + SURVIVAL_DAYS <= state.clock.day - 1)
    alive = state.surviving.of(orders["order"])
    state.tables["orders"].fill(SURVIVING, np.where(old | never, alive, np.nan))


def busiest(likes: LikeTable, span_s: int, n_posts: int) -> NDArray[np.int64]:
    """Organic likes of each post (n_posts,) within the `span_s` seconds that hold most of them, of the likes kept."""
    own = np.flatnonzero(likes.origin == Origin.ORGANIC)
    post, time_s = likes.post[own].astype(np.int64), likes.time_s[own].astype(np.int64)
    apart = int(time_s.max(initial=0)) + span_s + 1  # no span reaches from one post to the next
    at = np.sort(post * apart + time_s)
    most = np.zeros(n_posts, np.int64)
    np.maximum.at(most, at // apart, np.searchsorted(at, at + span_s) - np.arange(len(at)))
    return most


def posts_at_end(state: State) -> None:
    """One row for every post of the run."""
    posts = state.world.posts
    plain = (
        "creator", "topic", "quality", "appeal", "effort", "likes", "discounted", "down_votes", "comments",
        "comment_depth", "forwards", "follows", "visibility", "hot_tick", *LIKE_GOALS, "dose", "unlisted", "share",
        "bait", "outside_link", "deliveries", "forwards_passed_on", "forward_depth", "unliked_hot_impressions",
        "unliked_hot_reads", "unliked_reads", "unliked_likes", *(f"reads_{age}d" for age in READ_AGES_D), "likes_3d",
    )  # fmt: skip
    likes = state.world.likes
    bought = likes.post[likes.alive & (likes.origin == Origin.TRIAL)]
    counted = posts.archived_trial + np.bincount(bought, minlength=len(posts))
    by_surface = {f"impr_{s.name.lower()}": posts.impressions[:, s] for s in Surface}
    by_surface |= {f"read_{s.name.lower()}": posts.reads[:, s] for s in Surface}
    kept = np.bincount(likes.post[likes.origin == Origin.ORGANIC], minlength=len(posts))
    in_full = kept == posts.likes_by_origin[:, Origin.ORGANIC]
    by_age = np.cumsum(posts.forwards_by_age, axis=1)
    state.tables.extend(
        "posts",
        post=np.arange(len(posts)),
        token=state.world.tokens["post"].tokens_of(np.arange(len(posts))).astype(np.int64),
        **{name: getattr(posts, name) for name in plain},
        dose_counted=np.where(posts.dose < 0, -1, counted),
        strategy=strategy_names(state)[posts.strategy],
        published_day=posts.published_s // DAY_S,
        impressions=posts.impressions.sum(axis=1),
        reads=posts.reads.sum(axis=1),
        bought_reads=posts.bought_reads,
        finishes=posts.finishes.sum(axis=1),
        dwell_s=posts.dwell_s.sum(axis=1),
        likes_hour=np.where(in_full, busiest(likes, HOUR_S, len(posts)), -1),
        likes_day=np.where(in_full, busiest(likes, DAY_S, len(posts)), -1),
        stock_comments=posts.comments_by_class[:, CommentClass.STOCK],
        **by_surface,
        **{f"forwards_{age}h": by_age[:, n] for n, age in enumerate(FORWARD_AGES_H)},
        **{f"likes_{o.name.lower()}": posts.likes_by_origin[:, o] for o in Origin},
    )
