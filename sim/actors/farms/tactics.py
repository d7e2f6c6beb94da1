"""How a farm works so as not to be seen: data that its delivery follows, and that a farm may change (S14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.schema.farms import FarmsSection


@dataclass(frozen=True)
class Tactics:
    """Pace and pretence of a farm's likes.

    `longest_look_s` by grade: an account opens the post for a time uniform from 0 to that. Grades in `reads`
    leave a reading record before they like; of a full package, these shares of the accounts also comment
    and forward.
    """

    likes_per_minute: float
    longest_look_s: dict[str, float]
    reads: tuple[str, ...] = ("real_person",)
    comment_share: float = 0.1
    forward_share: float = 0.2

    @classmethod
    def of(cls, opts: FarmsSection) -> Tactics:
        """What a farm starts with: machines never look, raised accounts for a moment, people a little."""
        return cls(opts.likes_per_minute, {"machine": 0.0, "raised": 4.0, "real_person": 45.0})
