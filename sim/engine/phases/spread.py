"""Delivers forwards to friends' Moments and to group chats (S7, S17)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Kind, Motive
from sim.core.random_streams import stream_key
from sim.engine.cast import Actors
from sim.kernels.scales import ONE_16
from sim.kernels.spread import to_chats, to_moments
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
    at = np.flatnonzero(log.kind == Kind.FORWARD)
    at = at[(world.accounts.seat[log.account[at]] >= 0) & ~world.posts.hidden[log.post[at]]]
    if len(at) == 0:
        return
    # within a second the log is in order of tokens, which accounts bought elsewhere change: here, of entities
    at = at[np.lexsort((world.accounts.entity[log.account[at]], log.time_s[at]))]
    account, post, motive = log.account[at], log.post[at], log.aux[at]
    seat = world.accounts.seat[account]
    moments = motive == Motive.AGREEMENT
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
    posts, creators = state.world.posts, state.world.creators
    first = int(np.searchsorted(posts.published_tick, state.clock.tick))
    new = np.arange(first, posts.n)
    opts = state.scenario.creators
    new = new[state.rng.uniform_array("sent to chat", 0, posts.key[new]) < opts.chat_share]
    if len(new) == 0 or opts.chats == 0:
        return
    account = np.tile(creators.account[posts.creator[new]], opts.chats)
    number = np.repeat(np.arange(opts.chats), len(new))
    # the first is that of the author's seat, the others are with somebody or other, the same for life
    bits = state.rng.bits_array("chats", 0, state.world.accounts.entity[account], number)
    seat = state.world.accounts.seat[account].astype(np.int64)
    other = (number > 0) & (seat >= 0)
    seat[other] = (bits[other] % np.uint64(len(state.world.readers))).astype(np.int64)
    _to_chats(state, account, seat, np.tile(new, opts.chats))


def _to_chats(state: State, account: NDArray[Any], seat: NDArray[Any], post: NDArray[Any]) -> None:
    world = state.world
    here = seat >= 0  # an account that was given up has no chat
    chats = world.chat_post, world.chat_tick, world.chat_from
    to_chats(account[here], seat[here], post[here], state.clock.tick, state.scenario.graph.chat_size, *chats)
