"""Tactics: how a farm delivers so as not to be detected (S14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.core.enums import Surface

if TYPE_CHECKING:
    from sim.scenario.schema.farms import FarmsSection


@dataclass(frozen=True)
class Tactics:
    """Pace of a farm's likes, and how they are disguised.

    `longest_look_s` by grade: an account opens the post for a time uniform from 0 to that. Grades in `reads`
    leave a reading record before they like; of a full package, these shares of the accounts also comment
    and forward. The first like comes `lead_s` seconds after publication. The accounts meet the post on these
    `channels`, the rest by a link from outside.
    """

    likes_per_minute: float
    longest_look_s: dict[str, float]
    comment_share: float
    forward_share: float
    lead_s: float
    channels: dict[Surface, float]
    blank_referrer_share: float
    stock_comment_share: float
    reads: tuple[str, ...] = ("real_person",)

    @classmethod
    def of(cls, opts: FarmsSection) -> Tactics:
        """What a farm starts with: machines never look, raised accounts for a moment, people a little."""
        looks = {"machine": opts.machine_look_s, "raised": opts.raised_look_s, "real_person": opts.real_look_s}
        channels = {
            Surface.HOT: opts.hot_share,
            Surface.SUBSCRIPTION: opts.subscription_share,
            Surface.CHAT: opts.chat_share,
            Surface.SEARCH: opts.search_share,
        }
        return cls(
            opts.likes_per_minute,
            looks,
            opts.comment_share,
            opts.forward_share,
            opts.lead_s,
            channels,
            opts.blank_referrer_share,
            opts.stock_comment_share,
        )
