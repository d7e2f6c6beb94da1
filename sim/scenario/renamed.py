"""Parameters of a scenario that were renamed or removed.

Wherever an old name is used, the error gives the new one, or says what takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping

# old dotted path -> new dotted path
RENAMED: Mapping[str, str] = {
    "mutual_aid.keen_pace": "mutual_aid.reciprocity_pace",
    "mutual_aid.free_rider_give": "mutual_aid.free_rider_generosity",
    "readers.glance_mean": "readers.glance_scale",
    "graph.follower_sigma": "creators.popularity_sigma",
    "graph.follower_talent": "creators.popularity_talent",
    "readers.voice_friends": "readers.sharing_friends",
    "readers.voice_activity": "readers.sharing_activity",
}

_FOLLOWS = "lists of creators followed are lognormal in length ('readers.follows_mean', 'readers.follows_sigma')"
_FRIENDS = "people have friends by their sociability ('graph.friends_mean', 'graph.friends_sigma', 'graph.near_share')"
_WINDOW = "a visit looks at neighbouring places of the recommendation list, from any place on ('readers.feed_window')"
_PER_CREATORS = "the number of {what} goes with that of creators ('{new}': for every 1,000)"
_PER_READ = "such counts go with the reads of a mean post ('{new}': likes for each)"


def _per_creators(what: str, new: str) -> str:
    return _PER_CREATORS.format(what=what, new=new)


def _per_read(new: str) -> str:
    return _PER_READ.format(new=new)


# dotted path of a parameter that is gone -> what takes its place
REMOVED: Mapping[str, str] = {
    "platform.hot_threshold_likes": (
        "no number of likes decides: a post is hot from 'platform.hot_threshold' times the yardstick on, and "
        "where 'platform.hot_curve' is a cliff such posts come first"
    ),
    "platform.hot_visibility": (
        "what a throttled post weighs in the hot table ('platform.hot_curve') is multiplied by its visibility"
    ),
    "creators.rate_range": (
        "posts a day are lognormal ('creators.rate_sigma', 'creators.rate_min', 'creators.rate_max')"
    ),
    "graph.follows_min": _FOLLOWS,
    "graph.follows_range": _FOLLOWS,
    "graph.friends_near": _FRIENDS,
    "graph.friends_far": _FRIENDS,
    "readers.activity_min": "activity is lognormal ('readers.activity_sigma', 'readers.day_sigma')",
    "readers.open_plain": "the appeal of posts is lognormal, with the mean 1 ('creators.appeal_sigma')",
    "readers.social_proof_open": (
        "the first visible like raises opening, and further ones hardly ('readers.click_first', 'readers.click_more')"
    ),
    "readers.herding_like": "liking rises with the count ('readers.like_first', 'readers.like_more')",
    "readers.pages_per_session": _WINDOW,
    "readers.reads_per_session": (
        "each visit draws how many posts it opens at most ('readers.patience_mean', 'readers.patience_shape')"
    ),
    "readers.pages_spread": _WINDOW,
    "surfaces.feed_refresh_h": _WINDOW,
    "readers.finished_start": "every account, a reader's too, begins at 'counts.standing_start'",
    "farms.real_age_days": "people whom farms hire are readers with accounts of their own ('readers.account_age_days')",
    "platform.strike_half_life_days": "strikes expire after 'platform.strike_memory_days'",
    "platform.review_cost_cny": "what review costs is said by the section 'review' ('review.crowd_minutes' and others)",
    "platform.mistake_cost_cny": "those hit by mistake complain and appeal ('review.complaint_minutes' and others)",
    "farms.n": _per_creators("farms", "farms.n_per_1000_creators"),
    "farms.n_max": _per_creators("farms", "farms.n_max_per_1000_creators"),
    "farms.enter_per_week": _per_creators("newcomers among farms", "farms.enter_per_1000_creators"),
    "mcn.n": _per_creators("agencies", "mcn.n_per_1000_creators"),
    "mcn.pitch_share": "an agency presents its creator to a number of advertisers ('mcn.pitches_per_week')",
    "advertisers.n": _per_creators("advertisers", "advertisers.n_per_1000_creators"),
    "platform.audits_per_day": _per_creators("audits", "platform.audits_per_1000_creators"),
    "counts.reference_likes_start": _per_read("counts.reference_per_read_start"),
    "counts.reference_likes_min": _per_read("counts.reference_per_read_min"),
    "creators.peer_likes_start": _per_read("creators.peer_likes_per_read_start"),
    "creators.hot_likes_start": _per_read("creators.hot_likes_per_read_start"),
    "creators.framing_likes": "framing buys a multiple of the likes that look like a hit ('creators.framing_hits')",
    "creators.peer_span": "peers are looked for within a share of all creators ('creators.peer_share')",
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
