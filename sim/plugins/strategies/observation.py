"""What a creator can see when it plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CreatorObservation:
    """Public information and the creator's own figures; nothing internal to the platform."""

    followers: int
    recent_reads: float  # per post, last week
    recent_likes: float  # visible, per post, last week
    peer_likes: float  # upper-quartile visible likes of recent posts
    hot_threshold_guess: float  # likes seen on recommended posts
    price_per_1000_cny: Mapping[str, float]  # by grade, for a small order; empty when no farm is open
    anxiety: float  # 0..1
    merchant: bool
    in_group: bool
    in_mcn: bool
    income_week_cny: float
    survival: Mapping[str, float] = field(default_factory=dict)  # share of bought likes believed to last, by grade
