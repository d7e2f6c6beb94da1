"""Forwards reach friends: Moments and group chats (S7, S17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.enums import Kind, Motive
from sim.core.random_streams import stream_key
from sim.kernels.spread import to_chats, to_moments
from sim.world.reader_tables import like_levels
from sim.world.readers import INBOX

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel


def spread(model: EngagementModel) -> None:
    """Deliver the tick's forwards by readers; farm and creator accounts have no friends here who would see theirs.

    The platform decides what share of friends is shown a forward: its Moments priority grows with visible likes
    (weight `moments_by_likes`; the article's "friend-visible priority") and shrinks under sanctions.
    """
    world, policy = model.world, model.policy
    log = world.log
    at = np.flatnonzero((log.kind == Kind.FORWARD) & (log.account < len(world.readers)))
    if len(at) == 0:
        return
    account, post, motive = log.account[at], log.post[at], log.aux[at]
    moments = motive == Motive.AGREEMENT
    posts = world.posts
    level = like_levels(posts.likes[post] - posts.discounted[post], world.reference_likes)
    weight = policy.moments_by_likes
    share = 1.0 - weight + weight * level
    share = share * world.creators.moments_visibility[posts.creator[post]]
    to_moments(
        account[moments],
        post[moments],
        np.floor(share[moments] * 65536).astype(np.int64),
        np.uint64(stream_key(model.luck.seed, "moments", 0)),
        world.readers.friend_start,
        world.readers.friends,
        world.readers.record,
        world.readers.inbox,
        INBOX,
    )
    to_chats(
        account[~moments],
        post[~moments],
        model.clock.tick,
        model.scenario.graph.chat_size,
        world.chat_post,
        world.chat_tick,
    )
