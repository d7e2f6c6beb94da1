"""Sanctions, the ladder, and how actions are performed."""

from sim.enforcement.sanctions import (
    Ban,
    DiscountLikes,
    LimitFunctions,
    NoSanction,
    ReduceMoments,
    Sanction,
    ThrottlePost,
)
from sim.enforcement.verdict import Action, Effect, Verdict, Verdicts

__all__ = ["TABLE", "Action", "Effect", "Sanction", "Verdict", "Verdicts"]

TABLE: dict[str, type[Sanction]] = {
    "none": NoSanction,
    "discount_likes": DiscountLikes,
    "throttle_post": ThrottlePost,
    "reduce_moments": ReduceMoments,
    "limit_functions": LimitFunctions,
    "ban": Ban,
}
