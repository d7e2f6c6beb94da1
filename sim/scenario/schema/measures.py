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
