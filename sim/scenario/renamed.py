"""Parameters of a scenario that were renamed or removed.

Wherever an old name is used, the error gives the new one, or says what takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping

# old dotted path -> new dotted path
RENAMED: Mapping[str, str] = {
    "mutual_aid.keen_pace": "mutual_aid.reciprocity_pace",
    "mutual_aid.free_rider_give": "mutual_aid.free_rider_generosity",
    "graph.follower_sigma": "creators.popularity_sigma",
    "graph.follower_talent": "creators.popularity_talent",
}

# dotted path of a parameter that is gone -> what takes its place
REMOVED: Mapping[str, str] = {
    "creators.rate_range": (
        "posts a day are lognormal ('creators.rate_sigma', 'creators.rate_min', 'creators.rate_max')"
    ),
    "readers.finished_start": "every account, a reader's too, begins at 'counts.standing_start'",
    "farms.real_age_days": "people whom farms hire are readers with accounts of their own ('readers.account_age_days')",
    "platform.strike_half_life_days": "strikes expire after 'platform.strike_memory_days'",
    "platform.review_cost_cny": "what review costs is said by the section 'review' ('review.crowd_minutes' and others)",
    "platform.mistake_cost_cny": "those hit by mistake complain and appeal ('review.complaint_minutes' and others)",
    "mcn.new_account_age_days": (
        "matrix accounts, early and late ones, are 'mcn.account_age_min_days' to 'mcn.account_age_days' old"
    ),
}

_GONE = "is no longer a parameter: {instead}"
_NOW_CALLED = "is now called '{new}'"


def describe_renaming(path: str, renamed: Mapping[str, str] = RENAMED) -> str | None:
    """The message for a path that was renamed or removed; None for any other."""
    if path in REMOVED:
        return _GONE.format(instead=REMOVED[path])
    return _NOW_CALLED.format(new=renamed[path]) if path in renamed else None
