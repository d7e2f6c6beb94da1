"""Honest crowds that look like fraud: fan clubs, customers of phone shops, and events that many follow at once."""

from sim.core.clock import DAY_HOURS
from sim.kernels.scales import N_TOPICS
from sim.scenario.schema.section import Section, parameter


class CrowdsSection(Section):
    """Parameters of honest crowds; a share of 0 (events: none a week) leaves no trace of a kind."""

    fan_share: float = parameter(
        0.005, "share of people who are members of a fan club", ge=0, le=0.5, source="assumed; D27b"
    )
    fan_club_min: int = parameter(20, "members of the smallest club", unit="accounts", ge=1, le=1_000_000)
    fan_club_max: int = parameter(
        3000,
        "members of the largest club, where there are people enough",
        unit="accounts",
        ge=1,
        le=1_000_000,
        source="assumed: more than a farm's accounts; D27b for far more",
        at_least="fan_club_min",
    )
    fan_local_share: float = parameter(
        0.5, "share of a club's members who are drawn from one campus, as far as there are any", ge=0, le=1
    )
    fan_calls_per_week: float = parameter(
        1.0,
        "posts of its star a week for which a club calls its members, if there are as many",
        unit="1/week",
        ge=0,
        le=100,
        source="assumed; D27b: clubs push single songs",
    )
    fan_turnout: float = parameter(0.85, "share of a club's members who answer such a call", ge=0, le=1)
    fan_window_h: float = parameter(
        6.0,
        "hours within which they do, most of them early (the product of two even draws)",
        unit="h",
        ge=0.01,
        le=168,
        source="assumed; D29: 30 % of likes within an hour, 70 % within a day",
    )
    fan_look_s: float = parameter(
        200.0,
        "longest look of a fan before the like; most are much shorter (the product of two even draws), and less than a "
        "second is no look",
        unit="s",
        ge=0,
        le=3600,
        source="assumed; D28: honest communities coordinate",
    )
    fan_chat_share: float = parameter(
        0.5, "share of fans who come by the link in the club's chat; the others see what their star posts", ge=0, le=1
    )
    fan_comment_share: float = parameter(0.1, "share of fans' likes that come with a comment", ge=0, le=1)
    fan_stock_share: float = parameter(0.8, "share of those comments that are a stock phrase or a picture", ge=0, le=1)
    fan_forward_share: float = parameter(
        0.1, "share of fans' likes that come with a forward to friends, straight from the star's page", ge=0, le=1
    )
    fan_order_share: float = parameter(
        0.2,
        "chance that a club buys machine likes for a post for which it is called",
        ge=0,
        le=1,
        source="assumed; D27b",
    )
    fan_order_per_member: float = parameter(
        0.5, "likes bought then, for each member", unit="likes", ge=0, le=1000, source="assumed; D27b"
    )
    fan_order_rise: float = parameter(
        1.0,
        "relative rise of that if all likes given to the star's posts of a week, by members and for money, are missing",
        ge=0,
        le=100,
        source="direction D27b: bans raise fans' spending; size assumed",
    )

    shop_share: float = parameter(
        0.004,
        "share of people who use a phone of a shop or an internet cafe, as its other customers do",
        ge=0,
        le=0.5,
        source="assumed; D10, D11",
    )
    shop_min: int = parameter(5, "customers on the least used of such phones", unit="accounts", ge=1, le=100_000)
    shop_max: int = parameter(
        100,
        "customers on the most used one, where there are people enough",
        unit="accounts",
        ge=1,
        le=100_000,
        source="assumed: more than a farm keeps on a phone",
        at_least="shop_min",
    )

    events_per_week: float = parameter(
        1.0, "events that many people follow", unit="1/week", ge=0, le=50, source="assumed; D28: bursts on event days"
    )
    event_topic: int = parameter(
        -1, "topic of all events; -1: of each another, drawn", unit="id", ge=-1, le=N_TOPICS - 1
    )
    event_hours: int = parameter(12, "how long an event lasts", unit="h", ge=1, le=DAY_HOURS)
    event_visits: float = parameter(1.2, "visits while an event lasts, against other days", ge=1, le=10)
    event_post_share: float = parameter(
        0.3, "share of creators on other topics whose posts are about the event while it lasts", ge=0, le=1
    )
    event_factor: float = parameter(
        5.0,
        "chance that a post on the topic of an event, published while it lasts, is opened in its hours, against other "
        "posts",
        ge=1,
        le=20,
    )
