"""Delivers forwards to friends' Moments and to group chats (S7, S17)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Kind, Motive
from sim.core.random_streams import stream_key
from sim.engine.cast import Actors
from sim.kernels.scales import ONE_16
from sim.kernels.spread import send_to_chats, to_chats, to_moments
from sim.state import State
from sim.world.reader_tables import like_levels
from sim.world.readers import INBOX


def spread(state: State, actors: Actors) -> None:
    """Deliver the tick's forwards, whoever arranged them; accounts that nobody lives by have no friends.

    The platform decides what share of friends is shown a forward: its Moments priority grows with visible likes
    (weight `moments_by_likes`; the article's "friend-visible priority") and shrinks under sanctions.
    """
    _send_to_chats(state)
    world, policy = state.world, state.policy
    log = world.log
    at = log.rows_of(Kind.FORWARD)
    at = at[(world.accounts.seat[log.account[at]] >= 0) & ~world.posts.hidden[log.post[at]]]
    if len(at) == 0:
        return
    # within a second the log is in order of tokens, which accounts bought elsewhere change: here, of entities
    at = at[np.lexsort((world.accounts.entity[log.account[at]], log.time_s[at]))]
    account, post, motive = log.account[at], log.post[at], log.aux[at]
    seat = world.accounts.seat[account]
    moments = motive == int(Motive.AGREEMENT)
    posts = world.posts
    level = like_levels(world.shown_likes(post), world.reference_likes)
    weight = policy.moments_by_likes
    share = 1.0 - weight + weight * level
    share = share * world.creators.moments_visibility[posts.creator[post]]
    to_moments(
        account[moments],
        world.accounts.entity[account[moments]],
        seat[moments],
        post[moments],
        posts.key[post[moments]],
        np.floor(share[moments] * ONE_16).astype(np.int64),
        np.uint64(stream_key(state.rng.seed, "moments", 0)),
        world.readers.friend_start,
        world.readers.friends,
        world.readers.first_person,
        world.readers.record,
        world.readers.inbox,
        world.readers.inbox_from,
        INBOX,
    )
    _to_chats(state, account[~moments], seat[~moments], post[~moments])


def _send_to_chats(state: State) -> None:
    """Authors send some of the tick's new posts to the group chats that they are in: one of friends, and others."""
    world, opts = state.world, state.scenario.creators
    posts, accounts = world.posts, world.accounts
    first = int(np.searchsorted(posts.published_tick, np.int32(state.clock.tick)))
    if first == posts.n or opts.chats == 0:
        return
    chosen = state.rng.uniform_array("sent to chat", 0, posts.key[first:]) < opts.chat_share
    new = first + np.flatnonzero(chosen)
    account = world.creators.account[posts.creator[new]]
    key = np.uint64(stream_key(state.rng.seed, "chats", 0))
    send_to_chats(
        account, accounts.entity[account], accounts.seat[account], new, key, opts.chats, len(world.readers),
        state.clock.tick, state.scenario.graph.chat_size, world.chat_post, world.chat_tick, world.chat_from,
    )  # fmt: skip


def _to_chats(state: State, account: NDArray[Any], seat: NDArray[Any], post: NDArray[Any]) -> None:
    chats = state.world.chat_post, state.world.chat_tick, state.world.chat_from
    to_chats(account, seat, post, state.clock.tick, state.scenario.graph.chat_size, *chats)
