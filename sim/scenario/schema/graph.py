"""Friends, group chats and the follow graph at the start."""

from sim.scenario.schema.section import Section, parameter


class GraphSection(Section):
    """Parameters of the social graphs."""

    community_log2: int = parameter(
        8,
        "size of a community of seats as a power of 2 (8 is 256): near friends belong to the same one",
        unit="doublings",
        ge=6,
        le=10,
    )
    friends_mean: float = parameter(
        40.0,
        "mean friends, before doubles, oneself and far friends who sit near are dropped",
        unit="friends",
        ge=0,
        le=400,
        source="C8",
    )
    friends_sigma: float = parameter(
        0.8, "spread of sociability, by which people have friends (standard deviation of its logarithm)", ge=0, le=2
    )
    near_share: float = parameter(0.7, "share of friends who belong to the same community", ge=0, le=1)
    moments_shown: float = parameter(
        0.71,
        "share of friends who get to see a forward, where the platform does not meddle",
        ge=0,
        le=1,
        source="C5: 6-10 % of reads by Moments",
    )
    chat_size: int = parameter(64, "seats of a group chat of readers", unit="seats", ge=4, le=256)
    follow_tries: int = parameter(
        12,
        "creators a reader looks at, by popularity, for each that it means to follow at the start; then anybody of the "
        "topic whom it knows, since the well-known are all followed",
        unit="creators",
        ge=1,
        le=100,
    )
    known_creators: int = parameter(
        2_000,
        "creators, about, that a reader chooses among when it fills its list at the start: each topic has creators / "
        "this niches, rounded and at least one, of which a reader knows one, its community the same",
        unit="creators",
        ge=50,
        le=65_535,
        source="C2, C18: stars of a larger platform are hardly larger against its mean creator",
    )
