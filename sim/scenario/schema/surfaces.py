"""Where posts are met."""

from sim.scenario.schema.section import Section, parameter


class SurfacesSection(Section):
    """Parameters of the surfaces; the hot threshold and Moments priority belong to the platform's policy."""

    feed_slots: int = parameter(
        512, "slots of posts in the recommendation list of a reader cell", unit="slots", ge=8, le=1024, multiple_of=8
    )
    hot_max_age_h: int = parameter(
        72, "oldest post that recommendation shows", unit="h", ge=1, le=168, source="C7: 94-95 % within 72 h"
    )
    post_life_days: int = parameter(
        28,
        "a post can be met on any surface for",
        unit="days",
        ge=1,
        le=28,
        source="S17: found by search for weeks",
        at_least="evergreen_min_days",
    )
    evergreen_slots: int = parameter(
        128, "slots of older posts that search finds for a reader cell", unit="slots", ge=8, le=1024
    )
    evergreen_hour: int = parameter(12, "hour of the day at which they are drawn anew", unit="h", ge=0, le=23)
    evergreen_min_days: float = parameter(
        3.0, "age from which search finds a post", unit="days", ge=0, le=28, source="S17; assumed"
    )
    evergreen_fade_days: float = parameter(
        10.0, "age after which its weight is down to 37 %", unit="days", ge=0.1, le=365, source="C7: 94-95 % in 72 h"
    )
    evergreen_finish_power: float = parameter(
        4.0, "power of the share of reads finished in the weight of a post", ge=0, le=10, source="S17; size assumed"
    )
    evergreen_reads_power: float = parameter(1.0, "power of its reads", ge=0, le=2, source="C7: 5-6 % after 72 h")
    evergreen_prior_finished: float = parameter(0.45, "share finished of an unknown post", ge=0, le=1)
    evergreen_prior_reads: float = parameter(12.0, "reads' worth of doubt in that share", unit="reads", ge=0.1, le=1000)
    outside_links: int = parameter(64, "posts linked to from outside in a tick, at most", unit="posts", ge=1, le=10_000)
    outside_fade_days: float = parameter(
        200.0,
        "age at which a post is linked to from outside a quarter as often as a new one with the same forwards",
        unit="days",
        ge=0.01,
        le=10_000,
        source="C7: 94-95 % within 72 h",
    )
    blank_referrer_share: float = parameter(
        0.4, "share of visits through outside links that do not say where the link stands", ge=0, le=1, source="assumed"
    )
    outside_share: float = parameter(
        0.25, "share of visits in which a link from outside turns up", ge=0, le=1, source="C7"
    )
    search_share: float = parameter(
        0.05, "share of visits with one result of a search or a collection", ge=0, le=1, source="C7: 5-6 % after 72 h"
    )
