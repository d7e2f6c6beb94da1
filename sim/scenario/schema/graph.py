"""Friends, group chats and the follow graph at the start."""

from sim.scenario.schema.section import Section, parameter


class GraphSection(Section):
    """Parameters of the social graphs."""

    friends_near: float = parameter(
        12.0, "mean friends within a reader's community of 256", unit="friends", ge=0, le=16
    )
    friends_far: float = parameter(4.0, "mean friends anywhere else", unit="friends", ge=0, le=6)
    chat_size: int = parameter(64, "members of a group chat of readers", unit="accounts", ge=4, le=256)
    follower_sigma: float = parameter(
        1.5,
        "spread of creators' popularity at the start (standard deviation of its logarithm)",
        ge=0,
        le=4,
        source="C18: Gini 0.94",
    )
    follower_talent: float = parameter(0.5, "correlation of popularity at the start with talent", ge=0, le=1)
