"""Delivery: how ordered likes get into the log."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.actors.farms.orders import Order
from sim.actors.farms.tactics import Tactics
from sim.core.clock import MINUTE_S
from sim.core.enums import Buyer, CommentClass, Kind, Origin, Referrer, Status, Surface
from sim.kernels.scales import PERCENT, TINY
from sim.state import State
from sim.world.inventory import draw_channels


def deliver_likes(state: State, order: Order, tactics: Tactics, cursor_s: float) -> tuple[int, float]:
    """Give as many of an order's likes as fit into the tick after `cursor_s`, seconds of it already used.

    Returns (likes given, seconds used). Accounts that may not like any more are passed over; the order
    keeps count.
    """
    clock, world = state.clock, state.world
    gap_s = MINUTE_S / tactics.likes_per_minute
    start = max(cursor_s, first_second(state, order, tactics))
    count = min(len(order.accounts) - order.worked, int((clock.tick_s - 1 - start) / gap_s))
    if count <= 0:
        return 0, cursor_s
    accounts = order.accounts[order.worked : order.worked + count]
    times = clock.start_s + start + gap_s * (np.arange(count) + 1 / 2)
    able = world.accounts.status[accounts] == int(Status.ACTIVE)
    order.worked += count
    given = int(able.sum())
    if given:
        _write(state, order, tactics, accounts[able], times[able].astype(np.int64))
    return given, start + gap_s * count


def first_second(state: State, order: Order, tactics: Tactics) -> float:
    """The second of the tick (below 0: one of an earlier tick) from which an order may be worked on."""
    clock = state.clock
    since = int(state.world.posts.published_s[order.post]) - clock.start_s + tactics.lead_s
    return max(since, order.late_s) if clock.tick == order.not_before else since


def _write(state: State, order: Order, tactics: Tactics, accounts: np.ndarray, times: np.ndarray) -> None:
    """Write the likes into the log, and what goes with them; its reads are counted when all farms have delivered."""
    world, n = state.world, len(accounts)
    entity = world.accounts.entity[accounts]
    dwell = state.rng.uniform_array("look", order.key, entity) * tactics.longest_look_s[order.grade]
    looked = np.minimum(dwell.astype(np.int64), times - world.posts.published_s[order.post])
    channel = draw_channels(state.rng.uniform_array("way", order.key, entity), tactics.channels, Surface.OUTSIDE)
    blank = state.rng.uniform_array("way", order.key, entity, 1) < tactics.blank_referrer_share
    rows: dict[str, Any] = {
        "account": accounts,
        "time_s": times,
        "dwell_s": looked,
        "completion": np.minimum(PERCENT, PERCENT * dwell / state.scenario.readers.length_s).astype(np.int64),
        "device": world.accounts.device[accounts],
        "channel": channel,
        "parent": world.find_senders(channel, order.post),
        "referrer": _referrers(channel, blank),
    }
    all_alike = {"post": order.post, "origin": _origin(state, order), "order": order.number}
    since = np.where(looked > 0, looked, -1)
    if order.grade in tactics.reads:
        opened = rows | {"time_s": np.maximum(times - looked, world.posts.published_s[order.post])}
        world.log.add(n, kind=Kind.READ, since_s=0, **opened, **all_alike)
        since = looked
    world.log.add(n, kind=Kind.LIKE, since_s=since, **rows, **all_alike)
    if order.package == "full":
        stock = state.rng.uniform_array("stock comment", order.key, entity) < tactics.stock_comment_share
        comment = np.where(stock, CommentClass.STOCK, CommentClass.OWN)
        extras = ((Kind.COMMENT, tactics.comment_share, 1, comment), (Kind.FORWARD, tactics.forward_share, 0, None))
        for kind, share, aux, of_class in extras:
            some = _turn(order.delivered + n, share) - _turn(order.delivered, share)
            first = {name: column[:some] for name, column in rows.items()}
            if of_class is not None:
                first["comment"] = of_class[:some]
            world.log.add(some, kind=kind, aux=aux, since_s=since[:some], **first, **all_alike)
    order.first_s = int(times[0]) if order.first_s < 0 else order.first_s
    order.last_s = int(times[-1])
    order.delivered += n


def _referrers(channel: np.ndarray, blank: np.ndarray) -> np.ndarray:
    """From where each act came to its post; `blank` says who keeps that back when it was from outside."""
    link = np.where(blank, int(Referrer.BLANK), int(Referrer.LINK))
    return np.where(channel == int(Surface.OUTSIDE), link, int(Referrer.APP))


def _origin(state: State, order: Order) -> Origin:
    """Whether the author, the experimenter or somebody else has ordered."""
    if order.creator == Buyer.EXPERIMENTER:
        return Origin.TRIAL
    return Origin.FARM if order.creator == state.world.posts.creator[order.post] else Origin.THIRD_PARTY


def _turn(likes: int, share: float) -> int:
    """Comments (or forwards) due by the time so many likes have been given."""
    return int(likes * share + TINY)
