"""Copies of what a user's plug-in is given: nothing that it does to them reaches the world."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.views import (
    ACCOUNT_COLUMNS,
    LABEL_COLUMNS,
    LOG_COLUMNS,
    POST_COLUMNS,
    AccountRows,
    AccountsView,
    LabelRows,
    LogView,
    PlatformView,
    PostsView,
)
from sim.plugins.sanctions.actions import Case
from sim.plugins.strategies.observation import CreatorObservation

NO_TOKENS = "tokens are whole numbers in one row, got an array of {dtype} of shape {shape}"


def frozen(column: Any) -> NDArray[Any]:
    """A copy whose memory is an immutable `bytes`: it cannot be made writable, nor can its base."""
    array = np.ascontiguousarray(column)
    return np.ndarray(array.shape, array.dtype, buffer=array.tobytes())


def frozen_posts(posts: PostsView) -> PostsView:
    """Posts' counters for a user's plug-in."""
    copy = PostsView(**{name: frozen(getattr(posts, name)) for name in POST_COLUMNS})
    copy.__dict__["age_hours"] = frozen(copy.age_hours)
    return copy


def frozen_platform(view: PlatformView) -> PlatformView:
    """Log, posts, accounts and history for a user's detector."""
    log = LogView(**{name: frozen(getattr(view.log, name)) for name in LOG_COLUMNS})
    log.__dict__["likes"] = frozen(log.likes)
    labels = LabelRows(**{name: frozen(getattr(view.labels, name)) for name in LABEL_COLUMNS})
    return PlatformView(log, frozen_posts(view.posts), frozen_accounts(view.accounts), view.history.copy(), labels)


def frozen_accounts(accounts: AccountsView) -> AccountsView:
    """The register for a user's detector: what it looks up stays as it was then, and it takes tokens alone."""

    def of(tokens: NDArray[Any]) -> AccountRows:
        rows = accounts.of(_as_tokens(tokens))
        return AccountRows(**{name: frozen(getattr(rows, name)) for name in ACCOUNT_COLUMNS})

    return replace(accounts, of=of, per_device=lambda tokens: accounts.per_device(_as_tokens(tokens)))


def _as_tokens(given: Any) -> NDArray[np.int64]:
    """Tokens as an array; ValueError for what can be none."""
    found = np.asarray(given)
    if found.size == 0:
        return np.zeros(0, np.int64)
    if found.ndim != 1 or found.dtype.kind not in "iu":
        raise ValueError(NO_TOKENS.format(dtype=found.dtype, shape=found.shape))
    return found.astype(np.int64)


def frozen_case(case: Case) -> Case:
    """A case for a user's sanction."""
    columns = (case.accounts, case.posts, case.creators, case.strikes, case.causes)
    return Case(case.target, *map(frozen, columns))


def frozen_observation(seen: CreatorObservation) -> CreatorObservation:
    """What a creator sees, for a user's strategy."""
    prices, survival = MappingProxyType(dict(seen.price_per_1000_cny)), MappingProxyType(dict(seen.survival))
    return replace(seen, price_per_1000_cny=prices, survival=survival)
