"""What detectors see: of a small world after some days of everything, or written row by row."""

from __future__ import annotations

import pickle
from functools import cache
from typing import Any

import numpy as np

from sim.core.clock import Clock
from sim.core.enums import AddressClass, Kind, Referrer, Surface
from sim.core.history import FEATURES, DayRows, HistoryView, LikeRows
from sim.core.views import (
    ACCOUNT_COLUMNS,
    LOG_COLUMNS,
    NO_POSTS,
    POST_COLUMNS,
    AccountRows,
    AccountsView,
    LogView,
    PlatformView,
    PostsView,
)
from sim.engine.model import EngagementModel
from sim.plugins.detectors import Scores
from sim.plugins.detectors.detector import has_fit
from sim.plugins.registry import build
from sim.scenario import Scenario
from sim.world import World

NOON = Clock(24 * 8 + 12, 3600)
LIVED = Clock(24 * 2 + 20, 3600)  # an evening: all kinds of acts are in the log
# every surface is in use, people are talkative, and farms sell packages with comments and forwards
TALKATIVE = {
    "readers.n": 4000,
    "creators.n": 60,
    "creators.manipulating_start": 0.8,
    "creators.savings_cny": 20000.0,
    "creators.integrity_mean": 0.1,
    "mutual_aid.members_start": 0.3,
    "mutual_aid.likes_per_member_day": 60,
    "readers.sessions_per_day": 6.0,
    "readers.comment_base": 0.05,
    "readers.forward_base": 0.05,
    "readers.like_base": 0.05,
    "surfaces.outside_share": 0.5,
    "platform.like_ladder": [],
    "platform.detectors": {"keen_likes": {"name": "keen_likes"}},
    "platform.audits_per_1000_creators": 6700.0,
    "review.report_per_read": 0.05,
}
# parameters at which each rule finds somebody in that world
SHARP: dict[str, dict[str, Any]] = {
    "ip_burst": {"threshold": 2.0},
    "device": {"threshold": 2.0},
    "session_likes": {"threshold": 2.0},
    "stock_comments": {"min_comments": 2, "threshold": 0.5},
    "star_forwards": {"threshold": 0.1},
    "like_read_mismatch": {"min_likes": 2, "threshold": 0.5},
    "keen_likes": {"threshold": 0.7},
    "labelled_phones": {"threshold": 0.5},
    "learned_accounts": {"min_labels": 5},
    "user_reports": {"threshold": 1.0},
    "lockstep": {"shared_posts": 2, "threshold": 1.0},
}

# what the platform's views are made of; all other columns are truth, or what the platform does not look at
KNOWN = {
    "log": (
        "time_s", "account", "post", "kind", "channel", "dwell_s", "since_s", "completion", "aux", "comment",
        "referrer", "parent", "address", "device",
    ),
    "likes": ("post", "account", "time_s", "alive"),
    "accounts": ("device", "region", "registered_day", "status", "standing_at_midnight"),
    "posts": (
        "creator", "topic", "published_s", "impressions", "reads", "finishes", "dwell_s", "bought_reads",
        "bought_finishes", "bought_dwell_s", "likes", "discounted", "comments", "comment_depth", "comments_by_class",
        "forwards", "forward_standing", "follows", "reports",
    ),
    "creators": ("account", "followers"),
    "devices": ("accounts",),
    "addresses": ("kind", "region"),
}  # fmt: skip


@cache
def _lived() -> bytes:
    model = EngagementModel(Scenario.load("baseline", set=TALKATIVE, days=3), threads=1)
    while model.clock.tick <= LIVED.tick:
        model.step()
    return pickle.dumps(model.state.world)


def lived() -> World:
    """A copy of the small world as the tick of `LIVED` ends; its log is that of the tick."""
    made: World = pickle.loads(_lived())
    return made


def move_people(world: World) -> None:
    """Seat everybody elsewhere."""
    accounts, readers = world.accounts, world.readers
    order = np.random.default_rng(4).permutation(len(readers.persons))
    moved = readers.persons[order]
    assert (accounts.seat[moved] != accounts.seat[readers.persons]).mean() > 0.9
    accounts.seat[moved] = accounts.seat[readers.persons].copy()
    readers.persons[:] = moved
    readers.site[:] = np.random.default_rng(5).permutation(readers.site)


def change_truth(world: World) -> set[str]:
    """Permute every column that is not `KNOWN`, and take arranged reads for people's; names as table.column.

    A column that is the same in all rows is drawn anew.
    """
    rng, changed = np.random.default_rng(6), set()
    for table, known in KNOWN.items():
        columns = getattr(world, table)
        assert set(known) <= set(columns.spec)
        for name in sorted(set(columns.spec) - set(known)):
            column = getattr(columns, name)
            before = column.copy()
            column[:] = rng.permutation(column) if (column != column[0]).any() else rng.integers(0, 2, column.shape)
            assert (column != before).any(), name
            changed.add(f"{table}.{name}")
    world.readers.record[:] = rng.permutation(world.readers.record)
    for name in ("reads", "finishes", "dwell_s"):
        arranged = getattr(world.posts, f"bought_{name}")
        getattr(world.posts, name)[:, 0] += arranged
        arranged[:] = 0
    return changed


def sharp(name: str) -> Any:
    """A shipped detector that has something to flag in the small world."""
    return build("detection", {"name": name} | SHARP.get(name, {}))


def answer(detector: Any, seen: PlatformView) -> Scores:
    """What a detector says of a view at the time of `LIVED`; one that learns has learnt from the same view."""
    if has_fit(detector):
        return detector.inspect(seen, LIVED, detector.fit(seen, LIVED))
    return detector.inspect(seen, LIVED)


# -- written row by row ---------------------------------------------------------------------------------------


def log(n: int, **columns: Any) -> LogView:
    """Likes from home, on phones of their own, by the recommendation list after a whole reading, unless given."""
    one_each = np.arange(n)
    usual = dict.fromkeys(LOG_COLUMNS, 0) | {
        "time_s": NOON.start_s + one_each,
        "kind": Kind.LIKE,
        "channel": Surface.HOT,
        "referrer": Referrer.APP,
        "address_class": AddressClass.HOME,
        "dwell_s": 100,
        "since_s": 100,
        "completion": 100,
        "parent": -1,
        **dict.fromkeys(("account", "address", "device", "session"), one_each),
    }
    given = usual | columns
    if "account" in columns and "session" not in columns:
        given["session"] = columns["account"]
    return LogView(**{name: np.broadcast_to(np.asarray(given[name]), n).copy() for name in LOG_COLUMNS})


def posts(n: int, **columns: Any) -> PostsView:
    """Posts by tokens 0, 1, ... with no counts unless given."""
    given = dict.fromkeys(POST_COLUMNS, 0) | {"token": np.arange(n)} | columns
    return PostsView(**{name: np.broadcast_to(np.asarray(given[name]), n).copy() for name in POST_COLUMNS})


def view(of: LogView, posts: PostsView = NO_POSTS, likes: LikeRows | None = None, **accounts: Any) -> PlatformView:
    """The view of a log, with accounts 0..99 (columns of `AccountRows`), and with past likes if there are any."""
    tokens = np.arange(100)
    given = dict.fromkeys(ACCOUNT_COLUMNS, 0) | {"device": tokens} | accounts
    rows = AccountRows(**{name: np.broadcast_to(np.asarray(given[name]), 100).copy() for name in ACCOUNT_COLUMNS})
    history = HistoryView.empty() if likes is None else HistoryView(lambda days: _last(likes, days), _no_days)
    return PlatformView(of, posts, AccountsView.stored(tokens, rows), history)


def likes(account: Any, post: Any, day: Any = NOON.day) -> LikeRows:
    """Past likes, one entry each, at noon of their day."""
    account, post = np.asarray(account), np.asarray(post)
    hour = np.broadcast_to(np.asarray(day), len(account)) * 24 + 12
    order = np.argsort(hour, kind="stable")
    return LikeRows(account[order], post[order], hour[order], np.zeros(len(account), int), np.ones(len(account), bool))


def _last(rows: LikeRows, days: int) -> LikeRows:
    since = int(np.searchsorted(rows.hour, 24 * (NOON.day - days + 1)))
    return LikeRows(*(column[since:] for column in vars(rows).values()))


def _no_days(days: int) -> DayRows:
    return DayRows(np.zeros(0, np.int64), np.zeros((0, len(FEATURES)), np.int64))


def habits(account: Any, **counts: Any) -> HistoryView:
    """A memory in which some accounts did so much, all today (columns of `FeatureRows`), likes included."""
    account = np.asarray(account)
    columns = [np.broadcast_to(np.asarray(counts.get(name, 0)), len(account)) for name in FEATURES]
    table = DayRows(account, np.stack(columns, axis=1))
    return HistoryView(lambda days: likes(account, np.zeros(len(account), int)), lambda days: table)
