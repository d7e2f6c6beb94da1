"""Where posts are met."""

from sim.scenario.schema.section import Section, parameter


class SurfacesSection(Section):
    """Parameters of the surfaces; the hot threshold and Moments priority belong to the platform's policy."""

    feed_slots: int = parameter(
        128, "posts in the recommendation list of a reader cell", unit="posts", ge=8, le=1024, multiple_of=8
    )
    hot_max_age_h: int = parameter(
        72, "oldest post that recommendation shows", unit="h", ge=1, le=168, source="C7: 94-95 % within 72 h"
    )
    post_life_days: int = parameter(
        28, "a post can be met on any surface for", unit="days", ge=1, le=28, source="S17: found by search for weeks"
    )
    outside_links: int = parameter(64, "posts linked to from outside in a tick, at most", unit="posts", ge=1, le=10_000)
    blank_referrer_share: float = parameter(
        0.4, "share of visits through outside links that do not say where the link stands", ge=0, le=1, source="assumed"
    )
    outside_share: float = parameter(0.15, "share of visits in which a link from outside turns up", ge=0, le=1)
    search_share: float = parameter(
        0.07, "share of visits with one result of a search or a collection", ge=0, le=1, source="C7: 5-6 % after 72 h"
    )
