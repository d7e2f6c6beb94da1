"""Sanctions: a case -> an enforcement action."""

from sim.plugins.sanctions.actions import Case, Effect, EnforcementAction
from sim.plugins.sanctions.sanctions import (
    Ban,
    DiscountLikes,
    LimitFunctions,
    NoSanction,
    ReduceMoments,
    Sanction,
    ThrottlePost,
)

__all__ = ["TABLE", "Case", "Effect", "EnforcementAction", "Sanction"]

TABLE: dict[str, type[Sanction]] = {
    "none": NoSanction,
    "discount_likes": DiscountLikes,
    "throttle_post": ThrottlePost,
    "reduce_moments": ReduceMoments,
    "limit_functions": LimitFunctions,
    "ban": Ban,
}
