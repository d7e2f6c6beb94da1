"""Reciprocity groups: you like mine, I like yours."""

from pydantic import ValidationInfo, field_validator

from sim.scenario.schema.section import Section, check_shares, parameter

TOO_MANY = "founders ({founders}) must be at most size_max ({size_max}), for they all join the group that they found"


class MutualAidSection(Section):
    """Parameters of mutual-aid groups (S1)."""

    enabled: bool = parameter(True, "whether creators may join groups")
    members_start: float = parameter(
        0.04,
        "share of creators, the less followed ones, in groups at the start",
        ge=0,
        le=1,
        source="C20 for their being common; share assumed",
    )
    size_min: int = parameter(
        50,
        "members below which a group recruits before others do",
        unit="members",
        ge=2,
        le=1000,
        source="article: 50-200; C22",
    )
    size_max: int = parameter(
        200,
        "members a group takes",
        unit="members",
        ge=2,
        le=1000,
        source="article: 50-200; C22",
        at_least="size_min",
    )
    small_share: float = parameter(
        0.75,
        "share of creators, those with fewest followers, among whom the members at the start are found",
        ge=0,
        le=1,
    )
    founders: int = parameter(12, "seekers who found a new group", unit="members", ge=2, le=200)
    likes_per_member_day: int = parameter(
        10, "requests a manual member answers on a good day", unit="likes/day", ge=0, le=1000
    )
    assisted_share: float = parameter(
        0.3, "share of members who like with an assist tool", ge=0, le=1, source="article; share assumed"
    )
    assisted_factor: float = parameter(4.0, "how many more requests an assisted member answers", ge=1, le=100)
    activity_start_min: float = parameter(0.5, "least activity of a new member, against the mean", ge=0, le=2)
    activity_start_range: float = parameter(1.0, "what is added to that at most", ge=0, le=2)
    activity_memory: float = parameter(
        0.8, "how much of a member's activity carries over to the next day", ge=0, le=0.999
    )
    activity_swing: float = parameter(
        0.35,
        "standard deviation of a day's change in activity",
        ge=0,
        le=5,
        source="article: fails when activity swings",
    )
    activity_max: float = parameter(
        2.0,
        "most activity of a member, against the mean; the least is 0, as far from the mean",
        ge=1,
        le=10,
        at_least="activity_start_min",
    )
    activity_shared: float = parameter(
        0.5, "share of that swing's variance that all members have in common (holidays, exams)", ge=0, le=1
    )
    content_rate: float = parameter(
        0.3, "share of members answering at which an asker goes on answering as before", ge=0.001, le=1
    )
    reciprocity_pace: float = parameter(
        0.15,
        "how fast a member's willingness to answer follows what came back",
        unit="1/day",
        ge=0,
        le=1,
        source="conditional cooperation: Fischbacher, Gachter & Fehr 2001",
    )
    free_rider_share: float = parameter(0.2, "share of members who ask and hardly answer", ge=0, le=1)
    free_rider_generosity: float = parameter(0.1, "what a free rider answers, relative to others", ge=0, le=1)
    start_within: float = parameter(1.0, "part of a tick within which members begin to answer", ge=0, le=1)
    notice_s: int = parameter(5, "no favour comes sooner after publication than", unit="s", ge=0, le=3600)
    pause_s: float = parameter(30.0, "time from one favour to the next by hand", unit="s", ge=0, le=3600)
    pause_range_s: float = parameter(15.0, "what is added to that at most", unit="s", ge=0, le=3600)
    tool_pause_s: float = parameter(
        2.0, "time from one favour to the next with an assist tool", unit="s", ge=0, le=3600
    )
    tool_pause_range_s: float = parameter(1.0, "what is added to that at most", unit="s", ge=0, le=3600)
    favour_memory: float = parameter(
        0.9, "what is left after a day of the favours that members remember", ge=0, le=0.999
    )
    asked_min: float = parameter(
        0.5, "requests of late without which nobody expects an answer", unit="requests", ge=0, le=1000
    )
    patience_h: int = parameter(48, "a request is forgotten after", unit="h", ge=1, le=168)
    expel_debt: int = parameter(
        150,
        "likes received beyond those given at which a group expels a member",
        unit="likes",
        ge=1,
        le=100_000,
    )
    expel_share: float = parameter(
        0.25, "likes given for each received, of late, above which a debtor is let be", ge=0, le=1
    )
    leave_after_given: float = parameter(
        30.0,
        "likes given of late before a member asks what came back",
        unit="likes",
        ge=0,
        le=100_000,
    )
    leave_return: float = parameter(
        0.2, "likes received for each given, of late, below which a member who asked leaves", ge=0, le=1
    )
    look_again_days: int = parameter(
        14, "days before one who lost its group looks for another", unit="days", ge=0, le=365
    )
    dissolve_answer_rate: float = parameter(
        0.05, "likes received per member asked below which a group fails", ge=0, le=1
    )
    dissolve_after_days: int = parameter(14, "days of failing after which it dissolves", unit="days", ge=1, le=365)
    dissolve_known_share: float = parameter(0.5, "share of those days on which somebody must have asked", ge=0, le=1)
    dwell_s: float = parameter(6.0, "mean look at a post before a manual favour", unit="s", ge=0, le=600)
    hot_share: float = parameter(
        0.3, "share of favours for which the post is looked for on the recommendation list", ge=0, le=1
    )
    subscription_share: float = parameter(
        0.4,
        "share for which it is found among the creators followed, as members follow each other; the rest come from the "
        "chat",
        ge=0,
        le=1,
    )
    dwell_max_s: float = parameter(60.0, "longest look before a manual favour", unit="s", ge=1, le=3600)

    @field_validator("founders")
    @classmethod
    def _all_find_a_seat(cls, founders: int, info: ValidationInfo) -> int:
        if founders > info.data.get("size_max", founders):
            raise ValueError(TOO_MANY.format(founders=founders, size_max=info.data["size_max"]))
        return founders

    @field_validator("subscription_share")
    @classmethod
    def _channels_add_up(cls, share: float, info: ValidationInfo) -> float:
        return check_shares(share, "subscription_share", ("hot_share",), info)
