"""Multi-channel networks: agencies with an account matrix of their own."""

from pydantic import ValidationInfo, field_validator

from sim.scenario.schema.section import Section, check_shares, parameter


class McnSection(Section):
    """Parameters of MCN agencies (S3)."""

    enabled: bool = parameter(True, "whether agencies take creators")
    n_per_1000_creators: float = parameter(
        2.0,
        "agencies at the start for every 1,000 creators (rounded, at least one if above 0)",
        unit="agencies/1000 creators",
        ge=0,
        le=1000,
    )
    matrix_accounts: int = parameter(
        60, "accounts of an agency's matrix at the start", unit="accounts", ge=0, le=100_000
    )
    matrix_max: int = parameter(2000, "largest matrix", unit="accounts", ge=0, le=1_000_000, at_least="matrix_accounts")
    account_cost_cny: float = parameter(3.0, "cost of a matrix account", unit="CNY", ge=0, le=10_000)
    account_age_days: int = parameter(
        900,
        "age of the oldest matrix accounts when they start to work (of the detectors that ship `learned_accounts` "
        "alone looks at ages)",
        unit="days",
        ge=0,
        le=7300,
        at_least="account_age_min_days",
    )
    account_age_min_days: int = parameter(3, "age of the youngest, likewise", unit="days", ge=0, le=7300)
    mobile_share: float = parameter(0.4, "share of an agency's addresses that are a carrier's", ge=0, le=1)
    hosted_share: float = parameter(
        0.1, "share of an agency's addresses that are rented from hosting companies", ge=0, le=1
    )
    hot_share: float = parameter(
        0.3, "share of a matrix's accounts that look for the post on the recommendation list", ge=0, le=1
    )
    chat_share: float = parameter(0.1, "share that come from a chat; the rest follow the creator", ge=0, le=1)
    accounts_per_ip: int = parameter(30, "matrix accounts behind one address", unit="accounts", ge=1, le=1_000_000)
    accounts_per_device: int = parameter(6, "matrix accounts on one phone", unit="accounts", ge=1, le=1000)
    capacity: int = parameter(25, "creators an agency incubates", unit="creators", ge=1, le=10_000)
    commission: float = parameter(0.3, "share of sponsorship that the agency keeps", ge=0, le=1)
    pitches_per_week: float = parameter(
        3.0,
        "advertisers, at most all, to whom an agency presents its creator with most visible likes in a week",
        unit="advertisers/week",
        ge=0,
        le=10_000,
        source="article: matrices are there to attract advertisers; number assumed",
    )
    like_share: float = parameter(0.8, "share of the matrix that likes each post", ge=0, le=1)
    turn_divisor: int = parameter(
        3, "the accounts of the next post begin this part of those of the last one further on", ge=1, le=1000
    )
    spread_h: float = parameter(4.0, "hours over which the matrix likes a post", unit="h", gt=0, le=72)
    dwell_s: float = parameter(9.0, "mean look at a post by a matrix account", unit="s", ge=0, le=600)
    wages_cny_per_creator_week: float = parameter(
        3.0, "cost of care for a signed creator", unit="CNY/week", ge=0, le=100_000
    )
    operations_cny_per_like: float = parameter(0.002, "cost of a matrix like", unit="CNY/like", ge=0, le=10)
    capital_cny: float = parameter(3000.0, "money of an agency at the start", unit="CNY", ge=0, le=10_000_000)
    growth: float = parameter(0.15, "most that a matrix grows or shrinks in a month", ge=0, le=1)
    books_days: int = parameter(28, "days from one look at the books to the next", unit="days", ge=1, le=365)
    grow_above: float = parameter(
        1.2, "commission against spending above which the matrix grows", ge=0, le=10, at_least="shrink_below"
    )
    shrink_below: float = parameter(0.8, "commission against spending below which it shrinks", ge=0, le=10)
    grow_cash: float = parameter(2.0, "money, against what growing costs, without which it does not grow", ge=0, le=100)

    @field_validator("chat_share")
    @classmethod
    def _channels_add_up(cls, share: float, info: ValidationInfo) -> float:
        return check_shares(share, "chat_share", ("hot_share",), info)
