"""How outcomes are measured; nothing in the world depends on it."""

from sim.scenario.schema.section import Section, parameter


class MeasuresSection(Section):
    """Parameters of measures that are counted from the truth."""

    pushed_likes: int = parameter(
        10,
        "likes of other than organic origin from which a post counts as fake when a detector of posts is judged",
        unit="likes",
        ge=1,
        le=100_000,
    )
    correlation_posts_min: int = parameter(
        10,
        "posts closed in a day with fewer of which `quality_reach_correlation` is missing",
        unit="posts",
        ge=3,
        le=100_000,
    )
    short_look_s: int = parameter(
        5,
        "a look at a post that is shorter is a short one in the table `mistakes`",
        unit="s",
        ge=1,
        le=600,
        source="D17: likes within 5 s of the view",
    )
    keen_share: float = parameter(
        0.01,
        "share of people, by readiness to like, who are keen likers in the table `mistakes`",
        ge=0.0001,
        le=0.5,
        source="D23-D25 count the likes of the top hundredth",
    )
    newcomer_days: int = parameter(
        30,
        "an account registered later than that ago is a new one in the table `hit_groups`",
        unit="days",
        ge=1,
        le=3650,
    )
    settled_days: int = parameter(
        365,
        "an account registered so long ago is an old one in the table `hit_groups`",
        unit="days",
        ge=1,
        le=36500,
        at_least="newcomer_days",
    )
    size_groups: int = parameter(
        4, "groups of equal size that creators are sorted into by followers in `hit_groups`", unit="groups", ge=2, le=20
    )
    gap_days: int = parameter(
        28, "days over which the measures `hit_gap_*` are taken, back from the day itself", unit="days", ge=1, le=3650
    )
