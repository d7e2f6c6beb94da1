"""How interactions become counts, and which counts look high."""

from sim.scenario.schema.section import Section, parameter


class CountsSection(Section):
    """Parameters of the platform's counting, and of the public's sense of what many likes are."""

    finished_percent: int = parameter(
        90, "part of a post from which a reading counts as finished", unit="%", ge=1, le=100
    )
    standing_start: float = parameter(
        0.25,
        "standing of an account about whose reading the platform knows nothing (later: the share finished)",
        ge=0,
        le=1,
    )
    standing_levels: int = parameter(5, "levels of standing that the platform tells apart", ge=1, le=256)
    likes_kept_days: int = parameter(
        35, "days for which every like is kept; of older ones posts keep the number", unit="days", ge=35, le=3650
    )
    reference_per_read_start: float = parameter(
        0.08,
        "likes that look like a hit at the start, for each read that a mean post is to get",
        unit="likes/read",
        gt=0,
        le=10,
        source="assumed: about nine times the mean of C1",
        at_least="reference_per_read_min",
    )
    reference_per_read_min: float = parameter(
        0.009, "least likes that look like a hit, likewise", unit="likes/read", ge=0, le=10, source="C1: the mean"
    )
    reference_quantile: float = parameter(
        0.98, "quantile of recent posts' visible likes that looks like a hit", ge=0.5, le=1
    )
    reference_pace: float = parameter(0.15, "how fast that follows what is about", unit="1/day", ge=0, le=1)
    recent_h: int = parameter(72, "age up to which posts count as recent", unit="h", ge=1, le=168)
    recent_posts_min: int = parameter(
        20, "recent posts without which nobody draws conclusions", unit="posts", ge=1, le=100_000
    )
    average_days: float = parameter(
        7.0, "days over which creators' reads, likes and finished reads are averaged", unit="days", ge=1, le=365
    )
