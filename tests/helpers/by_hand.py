"""Worlds of a few posts and a log written row by row, for tests of detectors and sanctions."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.clock import Clock
from sim.core.enums import Kind, Origin
from sim.core.views import PlatformView
from sim.world import World
from sim.world.observables import rows_of_tokens, view_platform

CLOCK = Clock(10, 3600)
SPARE = 100  # phones and addresses beside those of the accounts


def world(n_accounts: int = 40, n_posts: int = 3, **posts: Any) -> World:
    """Accounts at home with a phone each, spare phones and addresses; posts by creator 0."""
    made = World()
    made.devices.add(n_accounts + SPARE)
    made.addresses.add(n_accounts + SPARE)
    everyone = np.arange(n_accounts)
    made.open_accounts(everyone, everyone, np.zeros(n_accounts, np.uint8), np.full(n_accounts, -9))
    made.creators.add(1, account=0, followers=5)
    made.posts.add(n_posts, published_s=0, **posts)
    made.alive = slice(0, n_posts)
    return made


def share_phones(of: World, accounts: Any, device: Any) -> None:
    """Register accounts (a slice or rows) on other phones (rows of `Devices`)."""
    of.accounts.device[accounts] = device
    of.devices.accounts[:] = np.bincount(of.accounts.device, minlength=of.devices.n)


def verdicts(detector: Any, of: World) -> dict[int, float]:
    """Scores of a detector by row: of the log, of the account, or of the post."""
    scores = detector.inspect(view(of), CLOCK)
    found = rows_of_tokens(of, detector.target, scores.ids)
    return dict(sorted(zip(found.tolist(), scores.values.tolist(), strict=True)))


def likes(to: World, account: Any, post: Any = 0, second: Any = 0, **rows: Any) -> slice:
    """Likes in the tick of `CLOCK`, after a whole reading from the account's own address and phone."""
    account = np.atleast_1d(account)
    defaults = {
        "address": to.accounts.address[account],
        "device": to.accounts.device[account],
        "dwell_s": 100,
        "completion": 100,
        "since_s": 100,
        "origin": Origin.ORGANIC,
    }
    return to.log.add(
        len(account),
        account=account,
        post=post,
        kind=Kind.LIKE,
        time_s=CLOCK.start_s + np.asarray(second),
        **{**defaults, **rows},
    )


def view(of: World) -> PlatformView:
    """What the platform sees of it."""
    return view_platform(of, CLOCK)


def busy(seed: int = 0, n_rows: int = 200, n_accounts: int = 60, n_posts: int = 12) -> World:
    """A world with an arbitrary log of all kinds of rows, shared addresses and phones."""
    rng = np.random.default_rng(seed)
    reads = rng.integers(0, 400, n_posts)
    made = world(n_accounts, n_posts, likes=rng.integers(0, 40, n_posts))
    made.posts.reads[:, 2] = reads
    made.accounts.address[:] = rng.integers(0, 6, n_accounts)
    share_phones(made, slice(None), rng.integers(0, 20, n_accounts))
    account = rng.integers(0, n_accounts, n_rows)
    made.log.add(
        n_rows,
        account=account,
        post=rng.integers(0, n_posts, n_rows),
        kind=rng.integers(0, 6, n_rows),
        time_s=CLOCK.start_s + rng.integers(0, 3600, n_rows),
        dwell_s=rng.integers(0, 120, n_rows),
        completion=rng.integers(0, 101, n_rows),
        address=made.accounts.address[account],
        device=np.where(rng.random(n_rows) < 0.2, n_accounts + SPARE - 1, made.accounts.device[account]),
        origin=rng.integers(0, len(Origin), n_rows),
    )
    return made
