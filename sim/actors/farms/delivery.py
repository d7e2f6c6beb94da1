"""Delivery: how ordered likes get into the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.actors.farms.orders import Order
from sim.actors.farms.tactics import Tactics
from sim.core.clock import MINUTE_S
from sim.core.enums import Buyer, CommentClass, Kind, Origin, Referrer, Surface
from sim.core.ordering import order_of
from sim.kernels.scales import PERCENT, TINY
from sim.state import State
from sim.world.inventory import draw_channels

KINDS = (Kind.READ, Kind.LIKE, Kind.COMMENT, Kind.FORWARD)  # in this order an account does what it does at one second


class Batch(NamedTuple):
    """Likes that a farm gives for an order in a tick: by which accounts and when (s), and how many it gave before."""

    order: Order
    tactics: Tactics
    accounts: NDArray[Any]
    times: NDArray[np.int64]
    before: int


def deliver_likes(
    state: State, order: Order, tactics: Tactics, start: float, batches: list[Batch]
) -> tuple[int, float]:
    """Give as many of an order's likes as fit into the tick from its second `start` on.

    They are added to `batches`, which are yet to be written. Returns (likes given, second at which that is done; 0 when
    none fits). Accounts that may not like any more are passed over; the order keeps count.
    """
    clock, world = state.clock, state.world
    gap_s = MINUTE_S / tactics.likes_per_minute
    count = min(len(order.accounts) - order.worked, int((clock.tick_s - 1 - start) / gap_s))
    if count <= 0:
        return 0, 0.0
    accounts = order.accounts[order.worked : order.worked + count]
    able = world.may_act(accounts)
    order.worked += count
    given = int(able.sum())
    if given:
        times = (clock.start_s + start + gap_s * (np.arange(count) + 1 / 2))[able].astype(np.int64)
        batches.append(Batch(order, tactics, accounts[able], times, order.delivered))
        order.first_s = int(times[0]) if order.first_s < 0 else order.first_s
        order.last_s = int(times[-1])
        order.delivered += given
    return given, start + gap_s * count


def first_second(state: State, order: Order, tactics: Tactics) -> float:
    """The second of the tick (below 0: one of an earlier tick) from which an order may be worked on."""
    clock = state.clock
    since = int(state.world.posts.published_s[order.post]) - clock.start_s + tactics.lead_s
    return max(since, order.late_s) if clock.tick == order.not_before else since


def write_batches(state: State, batches: Sequence[Batch]) -> None:
    """Write the likes of a tick into the log, batch after batch; their reads are counted when all have acted."""
    if not batches:
        return
    for batch in batches:
        state.buyers.note(batch.order.number, batch.order.creator)
    size = [len(batch.accounts) for batch in batches]
    likes = _likes_of(state, batches, size)
    at, kind = _acts(batches, size)
    rows = {name: column.take(at) for name, column in likes.items()}
    opens, published = kind == Kind.READ, state.world.posts.published_s.take(rows["post"])
    rows["time_s"] = np.where(opens, np.maximum(rows["time_s"] - rows["dwell_s"], published), rows["time_s"])
    rows["since_s"] = np.where(opens, 0, rows["since_s"])
    comments = np.flatnonzero(kind == Kind.COMMENT)
    comment = np.zeros(len(at), np.uint8)
    if len(comments):
        key = _repeat([batch.order.key for batch in batches], size)[at[comments]]
        share = _repeat([batch.tactics.stock_comment_share for batch in batches], size)[at[comments]]
        u = state.rng.uniform_each("stock comment", key, state.world.accounts.entity[rows["account"][comments]])
        comment[comments] = np.where(u < share, int(CommentClass.STOCK), int(CommentClass.OWN))
    state.world.log.add(len(at), kind=kind, aux=kind == Kind.COMMENT, comment=comment, **rows)


def _likes_of(state: State, batches: Sequence[Batch], size: list[int]) -> dict[str, NDArray[Any]]:
    """The columns of the log for the likes of all batches."""
    world, rng = state.world, state.rng
    account = np.concatenate([batch.accounts for batch in batches])
    times = np.concatenate([batch.times for batch in batches])
    orders, tactics = [batch.order for batch in batches], [batch.tactics for batch in batches]
    key, post = _repeat([order.key for order in orders], size), _repeat([order.post for order in orders], size)
    longest = [own.longest_look_s[order.grade] for order, own in zip(orders, tactics, strict=True)]
    entity = world.accounts.entity.take(account)
    dwell = rng.uniform_each("look", key, entity) * _repeat(longest, size)
    looked = np.minimum(dwell.astype(np.int64), times - world.posts.published_s.take(post))
    shares = {each: _repeat_if_unlike([own.channels[each] for own in tactics], size) for each in tactics[0].channels}
    channel = draw_channels(rng.uniform_each("way", key, entity), shares, Surface.OUTSIDE)
    blank_share = _repeat_if_unlike([own.blank_referrer_share for own in tactics], size)
    blank = rng.uniform_each("way", key, entity, 1) < blank_share
    opened = _repeat([_leaves_reads(batch) for batch in batches], size) | (looked > 0)
    return {
        "account": account,
        "time_s": times,
        "post": post,
        "dwell_s": looked,
        "since_s": np.where(opened, looked, -1),
        "completion": np.minimum(PERCENT, PERCENT * dwell / state.scenario.readers.length_s).astype(np.int64),
        "device": world.accounts.device.take(account),
        "channel": channel,
        "parent": world.find_senders(channel, post),
        "referrer": _referrers(channel, blank),
        "origin": _repeat([int(_origin(state, order)) for order in orders], size),
        "order": _repeat([order.number for order in orders], size),
    }


def _acts(batches: Sequence[Batch], size: list[int]) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """What is done, batch after batch, each kind after another: the number of the like that it goes with, its kind."""
    batch = _repeat(range(len(batches)), size)
    places = np.arange(len(batch))
    place = places - (np.cumsum(size) - size)[batch]  # in its batch
    parts = [np.flatnonzero(_repeat([_leaves_reads(each) for each in batches], size)), places]
    for share in ("comment_share", "forward_share"):
        extras = [_extras(each, getattr(each.tactics, share)) for each in batches]
        parts.append(np.flatnonzero(place < _repeat(extras, size)) if any(extras) else places[:0])
    at, step = np.concatenate(parts), np.repeat(np.arange(len(KINDS)), [len(part) for part in parts])
    turn = (batch[at] * len(KINDS) + step).astype(np.uint64)
    order = order_of(turn, (len(batches) * len(KINDS)).bit_length())
    return at[order], np.array([int(kind) for kind in KINDS], np.uint8)[step[order]]


def _repeat(of_batches: Sequence[Any], size: list[int]) -> NDArray[Any]:
    """What is true of each batch, for each of its likes."""
    return np.repeat(np.array(of_batches), size)


def _repeat_if_unlike(of_batches: Sequence[Any], size: list[int]) -> Any:
    """Likewise, or the one value that is true of all batches."""
    return of_batches[0] if len(set(of_batches)) == 1 else _repeat(of_batches, size)


def _leaves_reads(batch: Batch) -> bool:
    """Whether the accounts leave a reading record before they like."""
    return batch.order.grade in batch.tactics.reads


def _extras(batch: Batch, share: float) -> int:
    """How many of a batch's first accounts also comment (or forward)."""
    if batch.order.package != "full":
        return 0
    return _turn(batch.before + len(batch.accounts), share) - _turn(batch.before, share)


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
