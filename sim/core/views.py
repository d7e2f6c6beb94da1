"""What ranking policies and detectors can see: arrays without any of the truth.

Accounts, posts, phones, addresses and visits go by opaque tokens (uint32): the same for the whole run, in no order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Kind
from sim.core.history import HistoryView
from sim.core.sorted_lookup import find_sorted

Array = NDArray[Any]

NO_COLUMN = "{noun} has no '{name}'; there are {known}"
UNKNOWN_TOKENS = "{n} of the tokens belong to no {noun}, such as {token}"


def read_only(column: Array) -> Array:
    """A view of a column that cannot be written through."""
    view = column.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True)
class PostsView:
    """Public counters of the posts still alive, one entry a post (arrays of one length), as the platform counts."""

    token: Array
    creator: Array  # token of the account that published it
    topic: Array
    age_h: Array
    impressions: Array
    reads: Array
    finishes: Array
    dwell_s: Array
    likes: Array  # counted so far, removed ones included
    visible_likes: Array  # that still count
    comments: Array
    comment_depth: Array
    stock_comments: Array  # of the comments, stock phrases and pictures
    forwards: Array
    forward_standing: Array
    follows: Array
    reports: Array  # complaints of readers
    followers: Array  # of the post's creator

    def __len__(self) -> int:
        return len(self.topic)

    def tail(self, start: int) -> PostsView:
        """The view from entry `start` on."""
        return PostsView(**{name: getattr(self, name)[start:] for name in POST_COLUMNS})

    def only(self, entries: Array) -> PostsView:
        """The view of these entries, in order."""
        return PostsView(**{name: np.asarray(getattr(self, name))[entries] for name in POST_COLUMNS})

    @cached_property
    def age_hours(self) -> Array:
        """Whole hours of age (int64), as tables of decay are looked up by."""
        return np.asarray(self.age_h).astype(np.int64)

    @cached_property
    def _order(self) -> Array:
        return np.argsort(np.asarray(self.token), kind="stable")

    def entries_of(self, tokens: Array) -> NDArray[np.int64]:
        """The entry of each post asked for (int64), -1 for those that are no longer shown."""
        at, shown = find_sorted(np.asarray(self.token)[self._order], np.asarray(tokens))
        entries = np.full(len(at), -1, np.int64)
        entries[shown] = self._order[at[shown]]
        return entries


POST_COLUMNS = tuple(f.name for f in fields(PostsView))
NO_POSTS = PostsView(**dict.fromkeys(POST_COLUMNS, read_only(np.zeros(0, np.int64))))


@dataclass(frozen=True)
class LogView:
    """Interactions of the tick, sorted by time and account (see `sim.world.log.Log` for units), without their origin.

    `address_class` and `region` are what is known of the address; `session` names the visit.
    """

    time_s: Array
    account: Array
    post: Array
    kind: Array
    channel: Array
    dwell_s: Array
    since_s: Array
    completion: Array
    aux: Array
    comment: Array
    referrer: Array
    parent: Array  # token of the account whose forward the post was met by (int64), -1: none
    address: Array
    address_class: Array
    region: Array
    device: Array
    session: Array

    def __len__(self) -> int:
        return len(self.time_s)

    @cached_property
    def likes(self) -> NDArray[np.intp]:
        """Rows that are likes."""
        return np.flatnonzero(np.asarray(self.kind) == int(Kind.LIKE))


LOG_COLUMNS = tuple(f.name for f in fields(LogView))


@dataclass(frozen=True)
class AccountRows:
    """What the platform knows of some accounts, one entry each.

    `status` is in force now; `standing` (0..255, in steps: the share of its reads that an account finished) is as of
    last midnight, since the platform looks at reading once a day. An address of registration is not among them: people
    register at home and bought accounts where they work, so that it would tell one from the other with certainty.
    """

    device: Array  # token of the phone of registration, or of the latest one
    region: Array
    registered_day: Array
    status: Array
    standing: Array

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Array:
            known = ", ".join(ACCOUNT_COLUMNS)
            raise AttributeError(NO_COLUMN.format(noun="the register of accounts", name=name, known=known))


ACCOUNT_COLUMNS = tuple(f.name for f in fields(AccountRows))


@dataclass(frozen=True)
class AccountsView:
    """The platform's register of accounts, looked up by token: there is no list of them in any order.

    `of(tokens)` gives what is known of each account (ValueError for tokens that nobody has); `per_device(tokens)`
    counts the accounts registered on phones (int64); `size` is how many accounts there are. Each takes an array and
    gives one entry for each of its tokens.
    """

    of: Callable[[Array], AccountRows]
    per_device: Callable[[Array], Array]
    size: int

    def __len__(self) -> int:
        return self.size

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Callable[[Array], Array]:
            raise AttributeError(NO_COLUMN.format(noun="view.accounts", name=name, known="of, per_device, size"))

    @classmethod
    def stored(cls, tokens: Array, rows: AccountRows) -> AccountsView:
        """A register from a table of accounts (one entry a token), such as one read from a file."""
        order = np.argsort(tokens, kind="stable")
        known = np.asarray(tokens)[order]

        def find(wanted: Array) -> AccountRows:
            at, found = find_sorted(known, np.asarray(wanted))
            if not found.all():
                lost = np.asarray(wanted)[~found]
                raise ValueError(UNKNOWN_TOKENS.format(n=len(lost), noun="account", token=lost[0]))
            return AccountRows(**{name: np.asarray(getattr(rows, name))[order[at]] for name in ACCOUNT_COLUMNS})

        return cls(find, _counter(rows.device), len(known))


def _counter(column: Array) -> Callable[[Array], Array]:
    """How often each token asked for stands in a column."""
    known, counts = np.unique(column, return_counts=True)

    def count(wanted: Array) -> Array:
        at, found = find_sorted(known, np.asarray(wanted))
        number = np.zeros(len(at), np.int64)
        number[found] = counts[at[found]]
        return number

    return count


@dataclass(frozen=True)
class LabelRows:
    """What reviewers said, one entry an answer that has come in: an account's token, and whether they took it for fake.

    Days are those of the run. Reviewers err; the error is in `is_fake`. An account may have been looked at twice.
    """

    account: Array
    is_fake: Array
    day_bought: Array
    day_known: Array

    def __len__(self) -> int:
        return len(self.account)


LABEL_COLUMNS = tuple(f.name for f in fields(LabelRows))
NO_LABELS = LabelRows(*(read_only(np.zeros(0, dtype)) for dtype in (np.uint32, np.bool_, np.int64, np.int64)))


@dataclass(frozen=True)
class PlatformView:
    """Everything that a detector is given."""

    log: LogView
    posts: PostsView
    accounts: AccountsView
    history: HistoryView = field(default_factory=HistoryView.empty)
    labels: LabelRows = NO_LABELS
