"""Likes bought against a rival, so that the rival is punished for them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.actors.farms.market import FarmMarket
from sim.plugins.strategies.actions import BuyLikes
from sim.state import State


def find_framers(state: State, rows: NDArray[np.integer], entities: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the creators `rows` would frame a rival this week; `entities` key their draws.

    Only who has manipulated thinks of it, and only while it is known that creators are punished: else it would help
    the rival.
    """
    opts = state.scenario.creators
    known = state.scenario.manipulation.enabled and state.public.punished_share.max() >= opts.framing_punished_share
    if not known:
        return np.zeros(len(rows), bool)
    draws = state.rng.uniform_array("framing", state.clock.day, entities)
    return state.world.creators.ever_manipulated[rows] & (draws < opts.framing_per_week)


def frame_rival(state: State, market: FarmMarket, row: int) -> float:
    """Order machine likes for the latest post of the rival just above a creator; return what was spent, CNY."""
    creators, opts = state.world.creators, state.scenario.creators
    rival = _rival_above(state, row)
    post = int(creators.latest_post[rival]) if rival >= 0 else -1
    if post < state.world.alive.start:
        return 0.0
    party = int(creators.party[row])
    before = state.money.balance(party)
    likes = max(1, round(opts.framing_hits * state.world.reference_likes))
    market.order(row, post, BuyLikes(likes, "machine", "likes"))
    return before - state.money.balance(party)


def _rival_above(state: State, row: int) -> int:
    """The creator on the same topic with the next more followers, -1 if there is none."""
    public, creators = state.public, state.world.creators
    place = int(public.place[row]) if row < len(public.place) else -1
    above = public.ranking[: max(0, place)]
    above = above[creators.present[above] & (creators.topic[above] == creators.topic[row])]
    return int(above[-1]) if len(above) else -1
