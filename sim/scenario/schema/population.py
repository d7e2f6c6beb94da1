"""How organic readers differ from each other at the start, and how they share addresses and phones."""

from sim.scenario.schema.section import Section, parameter


class ReaderDifferences(Section):
    """Tastes and habits: each is drawn once for a reader, evenly between a least value and that plus a range."""

    interest_main_min: float = parameter(0.784, "least interest in one's main topic, full is 1", ge=0, le=1)
    interest_main_range: float = parameter(0.216, "what is added to that at most", ge=0, le=1)
    interest_second_min: float = parameter(0.47, "least interest in one's second topic", ge=0, le=1)
    interest_second_range: float = parameter(0.247, "what is added to that at most", ge=0, le=1)
    interest_other_min: float = parameter(0.098, "least interest in any other topic", ge=0, le=1)
    interest_other_range: float = parameter(0.275, "what is added to that at most", ge=0, le=1)
    activity_sigma: float = parameter(
        1.1, "spread of how often readers visit (standard deviation of its logarithm, likewise below)", ge=0, le=3
    )
    day_sigma: float = parameter(0.6, "spread between the days of one reader", ge=0, le=2)
    zeal_sigma: float = parameter(
        1.57, "spread of the readiness to open what one is shown", ge=0, le=3, source="C17: 23 % read one"
    )
    follows_mean: float = parameter(
        24.0, "mean creators followed; each reader keeps the length of its list", unit="creators", ge=0, le=200
    )
    follows_sigma: float = parameter(0.7, "spread of that", ge=0, le=2)
    follows_activity: float = parameter(0.3, "its correlation with activity", ge=0, le=1)
    follows_share_max: float = parameter(
        0.25, "longest list of creators followed, against all creators (and 200)", gt=0, le=1
    )
    speed_min: float = parameter(0.625, "slowest reading; at 1 a post takes `readers.length_s`", ge=0.1, le=7.9)
    speed_range: float = parameter(0.97, "what is added to that at most", ge=0, le=7.9)
    skim_speed_min: float = parameter(6.875, "slowest reading of those who skim, likewise", ge=0.1, le=7.9)
    expressive_min: float = parameter(
        0.25, "least readiness to comment and follow, against an average reader", ge=0, le=1.99
    )
    expressive_range: float = parameter(1.5, "what is added to that at most", ge=0, le=1.99)
    voice_sigma: float = parameter(
        1.4,
        "spread of readiness to like between people, also those of a seat (standard deviation of its logarithm)",
        ge=0,
        le=3,
        source="D23-D25: the top 1 % of people give 26-35 % of likes",
    )
    sharing_sigma: float = parameter(1.1, "spread of readiness to forward", ge=0, le=3, source="C8")
    sharing_friends: float = parameter(
        0.6,
        "correlation of readiness to forward with sociability: who has many friends passes on more",
        ge=0,
        le=0.7,
        source="C8",
    )
    sharing_activity: float = parameter(
        0.3, "correlation of readiness to forward with activity", ge=0, le=0.7, source="C8"
    )
    never_like_share: float = parameter(
        0.0,
        "share of people who never like anything, whatever they read",
        ge=0,
        le=0.99,
        source="D24: over half give no like in a year, which the spread of readiness brings about by itself",
    )
    expect_start: float = parameter(0.4, "quality that readers expect at the start", ge=0, le=1)
    account_age_days: int = parameter(
        2500,
        "age of the oldest person's account at the start (of the detectors that ship `learned_accounts` alone looks)",
        unit="days",
        ge=1,
        le=30_000,
    )


class SharedAddresses(Section):
    """Households, campuses, offices, phones."""

    household_max: int = parameter(4, "largest household behind one address", unit="accounts", ge=1, le=16)
    campus_share: float = parameter(
        0.09,
        "share of people on campuses (dormitories, large works), hundreds to thousands behind one address",
        ge=0,
        le=1,
    )
    campus_size: int = parameter(256, "people of the smallest campus", unit="accounts", ge=1, le=100_000)
    campus_size_max: int = parameter(
        4096,
        "people of the largest campus, where there are people enough; sizes are even on a logarithmic scale",
        unit="accounts",
        ge=1,
        le=1_000_000,
        source="assumed: some are larger than a farm",
        at_least="campus_size",
    )
    campus_per_address: int = parameter(
        4096,
        "people of a campus behind one address",
        unit="accounts",
        ge=1,
        le=100_000,
    )
    office_share: float = parameter(
        0.10, "share of people in offices, which have one address each; those on a campus are there", ge=0, le=1
    )
    office_size: int = parameter(32, "people of one office", unit="accounts", ge=1, le=100_000)
    shared_phone_share: float = parameter(
        0.02,
        "share of people who use the phone of somebody at home or a second-hand one",
        ge=0,
        le=1,
    )
    shared_at_home: float = parameter(
        0.5,
        "share of those whose phone belongs to somebody of the same household, as far as homes have several people",
        ge=0,
        le=1,
    )
