"""Friends, group chats and the follow graph at the start."""

from sim.scenario.schema.section import Section, parameter


class GraphSection(Section):
    """Parameters of the social graphs."""

    community_log2: int = parameter(
        8,
        "size of a community of readers as a power of 2 (8 is 256): most friends belong to the same one",
        unit="doublings",
        ge=5,
        le=16,
    )
    friends_near: float = parameter(12.0, "mean friends within a reader's community", unit="friends", ge=0, le=16)
    friends_far: float = parameter(4.0, "mean friends anywhere else", unit="friends", ge=0, le=6)
    chat_size: int = parameter(64, "members of a group chat of readers", unit="accounts", ge=4, le=256)
    follows_min: float = parameter(
        0.5, "creators followed at the start by the reader who follows fewest, against the mean", ge=0, le=2
    )
    follows_range: float = parameter(1.0, "what is added to that at most", ge=0, le=4)
    follow_tries: int = parameter(
        3,
        "creators a reader looks at for each it means to follow; those followed already come to nothing",
        unit="creators",
        ge=1,
        le=100,
    )
