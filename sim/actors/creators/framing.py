"""Likes bought against a rival, so that the rival is punished for them."""

from __future__ import annotations

from sim.actors.farms.market import FarmMarket
from sim.plugins.strategies.actions import BuyLikes
from sim.state import State


def frame_rival(state: State, market: FarmMarket, row: int, entity: int) -> float:
    """Perhaps order machine likes for the latest post of the rival just above a creator; return what was spent, CNY.

    `entity` keys the creator's draws. Only who has manipulated thinks of it, and only while it is known that creators
    are punished: else it would help the rival.
    """
    creators, opts = state.world.creators, state.scenario.creators
    if not creators.ever_manipulated[row] or state.public.punished_share.max() < opts.framing_punished_share:
        return 0.0
    if not state.scenario.manipulation.enabled:
        return 0.0
    if state.rng.uniform("framing", state.clock.day, entity) >= opts.framing_per_week:
        return 0.0
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
