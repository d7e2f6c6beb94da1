"""Sanctions: a case -> an enforcement action."""

from sim.plugins.sanctions.actions import (
    ACTIONS,
    Block,
    Case,
    Demote,
    EnforcementAction,
    Gate,
    Hide,
    Limit,
    Remove,
    Restore,
)
from sim.plugins.sanctions.sanctions import (
    Ban,
    CheckAccount,
    DiscountLikes,
    HidePost,
    LimitFunctions,
    NoSanction,
    PurgeLikes,
    ReduceMoments,
    Sanction,
    ThrottlePost,
)

__all__ = [
    "ACTIONS", "TABLE", "Block", "Case", "Demote", "EnforcementAction", "Gate", "Hide", "Limit", "Remove", "Restore",
    "Sanction",
]  # fmt: skip

TABLE: dict[str, type[Sanction]] = {
    "none": NoSanction,
    "discount_likes": DiscountLikes,
    "purge_likes": PurgeLikes,
    "throttle_post": ThrottlePost,
    "reduce_moments": ReduceMoments,
    "hide_post": HidePost,
    "check_account": CheckAccount,
    "limit_functions": LimitFunctions,
    "ban": Ban,
}
