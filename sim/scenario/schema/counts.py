"""How interactions become counts, and which counts look high."""

from sim.scenario.schema.section import Section, parameter


class CountsSection(Section):
    """Parameters of the platform's counting, and of the public's sense of what many likes are."""

    finished_percent: int = parameter(
        90, "part of a post from which a reading counts as finished", unit="%", ge=1, le=100
    )
    standing_start: float = parameter(
        0.25,
        "standing of an account about whose reading the platform knows nothing (a reader's is the share finished)",
        ge=0,
        le=1,
    )
    reference_likes_start: float = parameter(
        20.0, "likes that look like a hit at the start", unit="likes", ge=1, le=60_000
    )
