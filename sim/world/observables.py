"""The platform's view of the world. It holds none of the truth: ranking, detection and sanctions see nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_S, HOUR_S
from sim.core.enums import CommentClass, Target
from sim.core.history import DayRows, HistoryView, LikeRows
from sim.core.views import (
    NO_POSTS,
    UNKNOWN_TOKENS,
    AccountRows,
    AccountsView,
    LabelRows,
    LogView,
    PlatformView,
    PostsView,
    read_only,
)
from sim.world.lazy_views import LazyAccounts, LazyCase, LazyLog, LazyPosts
from sim.world.posts import total
from sim.world.tokens import or_none, session_tokens

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.plugins.sanctions.actions import Case
    from sim.world import World

Array = NDArray[Any]


def view_posts(world: World, clock: Clock, none: bool = False, at: slice | None = None) -> PostsView:
    """Counters of the posts still alive as the platform has them now (of no post at all when `none`).

    `at` are the posts wanted where those are not all. Reads that were arranged are in the counters like all others.
    """
    posts, alive = world.posts, world.alive if at is None else at
    if none or alive.stop == alive.start:
        return NO_POSTS
    creator, tokens = posts.creator[alive], world.tokens
    counted = ("likes", "comments", "comment_depth", "forwards", "forward_standing", "follows", "topic", "reports")
    views = {name: read_only(getattr(posts, name)[alive]) for name in counted}
    if not world.likes_shown:
        views["likes"] = read_only(np.zeros_like(views["likes"]))
    return LazyPosts(
        token=lambda: tokens["post"].tokens_of(np.arange(alive.start, alive.stop)),
        creator=lambda: tokens["account"].tokens_of(world.creators.account[creator]),
        age_h=lambda: (clock.start_s - posts.published_s[alive]) / HOUR_S,
        impressions=lambda: total(posts.impressions[alive]),
        reads=lambda: posts.counted_reads(alive),
        finishes=lambda: total(posts.finishes[alive]) + posts.bought_finishes[alive],
        dwell_s=lambda: total(posts.dwell_s[alive]) + posts.bought_dwell_s[alive],
        visible_likes=lambda: world.shown_likes(alive),
        stock_comments=lambda: read_only(posts.comments_by_class[alive][:, CommentClass.STOCK]),
        followers=lambda: world.creators.followers[creator],
        **views,
    )


def view_log(world: World, clock: Clock) -> LogView:
    """The tick's interactions in tokens, without the truth beside them."""
    log, tokens, addresses, seed = world.log, world.tokens, world.addresses, world.seed
    plain = ("time_s", "kind", "channel", "dwell_s", "since_s", "completion", "aux", "comment", "referrer")
    return LazyLog(
        **{name: read_only(getattr(log, name)) for name in plain},
        account=lambda: tokens["account"].tokens_of(log.account),
        post=lambda: tokens["post"].tokens_of(log.post),
        parent=lambda: or_none(tokens["account"].tokens_of(log.parent), log.parent),
        address=lambda: tokens["address"].tokens_of(log.address),
        address_class=lambda: addresses.kind[log.address],
        region=lambda: addresses.region[log.address],
        device=lambda: tokens["device"].tokens_of(log.device),
        session=lambda: session_tokens(seed, clock.tick, log.account),
    )


def view_accounts(world: World) -> AccountsView:
    """The register of accounts: their status is that of now, their standing that of last midnight."""
    accounts, keys = world.accounts, world.tokens

    def of(tokens: Array) -> AccountRows:
        row = keys["account"].rows_of(tokens)
        lost = row >= accounts.n
        if lost.any():
            raise ValueError(UNKNOWN_TOKENS.format(n=int(lost.sum()), noun="account", token=tokens[lost][0]))
        return LazyAccounts(
            device=lambda: keys["device"].tokens_of(accounts.device.take(row)),
            region=lambda: accounts.region[row],
            registered_day=lambda: accounts.registered_day[row],
            status=lambda: accounts.status[row],
            standing=lambda: accounts.standing_at_midnight[row],
        )

    def per_device(tokens: Array) -> Array:
        number = keys["device"].rows_of(tokens)
        known = number < world.devices.n
        counts = np.zeros(len(number), np.int64)
        counts[known] = world.devices.accounts[number[known]]
        return counts

    return AccountsView(of, per_device, accounts.n)


def view_history(world: World, clock: Clock) -> HistoryView:
    """What the platform remembers; loaded when a detector asks."""
    likes, posts, key = world.likes, world.posts, world.tokens["account"]

    def load_likes(days: int) -> LikeRows:
        since = slice(int(np.searchsorted(likes.time_s, (clock.day - days + 1) * DAY_S)), likes.n)
        post, time_s = likes.post[since], likes.time_s[since]
        return LikeRows(
            account=key.tokens_of(likes.account[since]),
            post=world.tokens["post"].tokens_of(post),
            hour=time_s // HOUR_S,
            age_h=(time_s - posts.published_s[post]) // HOUR_S,
            alive=likes.alive[since].copy(),
        )

    def load_days(days: int) -> DayRows:
        found = world.features.last(days, clock.day)
        return DayRows(key.tokens_of(found.account), found.counts)

    return HistoryView(load_likes, load_days)


def view_labels(world: World, clock: Clock) -> LabelRows:
    """What reviewers have said so far; what they have been asked and not yet answered is not in it."""
    labels = world.labels
    known = labels.known_on(clock.day)
    return LabelRows(
        account=world.tokens["account"].tokens_of(labels.account[known]),
        is_fake=labels.is_fake[known],
        day_bought=labels.day_bought[known],
        day_known=labels.day_known[known],
    )


def view_platform(world: World, clock: Clock, with_posts: bool = True) -> PlatformView:
    """Everything that a detector may see this tick; without posts their view is empty."""
    return PlatformView(
        view_log(world, clock),
        view_posts(world, clock, none=not with_posts),
        view_accounts(world),
        view_history(world, clock),
        view_labels(world, clock),
    )


def rows_of_tokens(world: World, target: Target, ids: Array) -> NDArray[np.int64]:
    """Rows of what a detector names: accounts and posts by token, likes by their row in the log."""
    if target is Target.LIKE:
        return np.asarray(ids, np.int64)
    return world.tokens["account" if target is Target.ACCOUNT else "post"].rows_of(ids)


def view_case(world: World, case: Case) -> Case:
    """A case as a sanction sees it: accounts, posts and creators by token (int64), -1 where there is no creator."""
    keys = world.tokens
    return LazyCase(
        target=case.target,
        accounts=lambda: or_none(keys["account"].tokens_of(case.accounts), case.accounts),
        posts=lambda: or_none(keys["post"].tokens_of(case.posts), case.posts),
        creators=lambda: or_none(keys["creator"].tokens_of(case.creators), case.creators),
        strikes=case.strikes,
        causes=case.causes,
    )


def case_in_rows(world: World, case: Case) -> Case:
    """The case of a sanction's action, in rows again (int64)."""
    accounts, posts, creators = (
        or_none(world.tokens[kind].rows_of(tokens), tokens)
        for kind, tokens in (("account", case.accounts), ("post", case.posts), ("creator", case.creators))
    )
    return replace(case, accounts=accounts, posts=posts, creators=creators)
