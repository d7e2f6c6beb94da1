"""Delivers forwards to friends' Moments and to group chats (S7, S17)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Kind, Motive
from sim.core.ordering import order_of_pairs
from sim.core.random_streams import mix_array, stream_key
from sim.engine.cast import Actors
from sim.kernels.mix import bits_of
from sim.kernels.moments import to_moments
from sim.kernels.spread import put_in_chats, to_chats
from sim.state import State
from sim.world import World
from sim.world.reader_tables import like_levels


def spread(state: State, actors: Actors) -> None:
    """Deliver the tick's forwards, whoever arranged them; accounts that nobody lives by have no friends.

    The platform decides what share of friends is shown a forward: its Moments priority grows with visible likes
    (weight `moments_by_likes`; the article's "friend-visible priority") and shrinks under sanctions.
    """
    _send_to_chats(state)
    world, policy = state.world, state.policy
    forwards = _forwards_of_people(world)
    if len(forwards.post) == 0:
        return
    by_motive = forwards.motive == int(Motive.AGREEMENT)
    moments, chats = forwards.only(np.flatnonzero(by_motive)), forwards.only(np.flatnonzero(~by_motive))
    level = like_levels(world.displayed_likes(moments.post), world.reference_likes)
    weight = policy.moments_by_likes
    share = 1.0 - weight + weight * level
    visibility = world.creators.moments_visibility[world.posts.creator[moments.post]]
    share = state.scenario.graph.moments_shown * share * visibility
    readers = world.readers
    to_moments(
        *moments.columns(), world.posts.key.take(moments.post), share,
        np.uint64(stream_key(state.reader_rng.seed, "moments", 0)), readers.friend_start, readers.friends,
        readers.first_person, readers.record, readers.lists, 1 << state.scenario.graph.community_log2, readers.fewest,
        actors.readers.parts_worth(len(moments.post)), actors.readers.run_calls,
    )  # fmt: skip
    to_chats(
        *chats.columns(), world.posts.key.take(chats.post),
        np.uint64(stream_key(state.reader_rng.seed, "to chats", 0)), *_chats(state),
    )  # fmt: skip


FiveColumns = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


class Forwards(NamedTuple):
    """Forwards, one entry each: account, its entity and seat, post, depth, motive."""

    account: NDArray[Any]
    entity: NDArray[Any]
    seat: NDArray[Any]
    post: NDArray[Any]
    depth: NDArray[Any]
    motive: NDArray[Any]

    def only(self, at: NDArray[np.intp]) -> Forwards:
        """Those at these places, in this order."""
        return Forwards(*(column.take(at) for column in self))

    def columns(self) -> FiveColumns:
        """What the compiled functions need to know of each."""
        return self[:-1]


def _forwards_of_people(world: World) -> Forwards:
    """The tick's forwards of accounts that somebody lives by, of posts that are shown, in order of time and entity."""
    log, accounts = world.log, world.accounts
    at = log.rows_of(Kind.FORWARD)
    account, post = log.account.take(at), log.post.take(at)
    seat = accounts.seat.take(account)
    found = Forwards(account, accounts.entity.take(account), seat, post, log.depth.take(at), log.aux.take(at))
    kept = np.flatnonzero((seat >= 0) & ~world.posts.hidden.take(post))
    # within a second the log is in order of tokens, which accounts bought elsewhere change: here, of entities
    return found.only(kept[order_of_pairs(log.time_s.take(at[kept]), found.entity.take(kept))])


def _send_to_chats(state: State) -> None:
    """Authors send some of the tick's new posts to the group chats that they are in.

    The first is that of the author's seat; the others are those of any of the seats, the same for life. An author
    without a seat has none.
    """
    world, opts = state.world, state.scenario.creators
    posts, accounts = world.posts, world.accounts
    first = int(np.searchsorted(posts.published_tick, np.int32(state.clock.tick)))
    if first == posts.n or opts.chats == 0:
        return
    chosen = state.rng.uniform_array("sent to chat", 0, posts.key[first:]) < opts.chat_share
    new = first + np.flatnonzero(chosen)
    account = world.creators.account[posts.creator[new]]
    key = np.uint64(stream_key(state.rng.seed, "chats", 0))
    entity, seat, depth = accounts.entity[account], accounts.seat[account], np.zeros(len(new), np.uint8)
    bits = bits_of(posts.key[new].astype(np.uint64), key, entity)
    for number in range(opts.chats):
        if number > 0:
            any_seat = (bits_of(entity, key, np.uint64(number)) % np.uint64(len(world.readers))).astype(np.int64)
            seat = np.where(seat < 0, seat, any_seat)
        put_in_chats(mix_array(bits ^ np.uint64(number)), account, seat, new, depth, *_chats(state))


def _chats(state: State) -> tuple[Any, ...]:
    """What the compiled functions need to put a post into group chats: when, chats and what is in them."""
    world = state.world
    chats = world.chat_post, world.chat_tick, world.chat_from, world.chat_depth
    return state.clock.tick, state.scenario.graph.chat_size, world.readers.first_person, *chats
