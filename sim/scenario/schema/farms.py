"""Like farms: brokers, accounts, devices, addresses, prices."""

from pydantic import ValidationInfo, field_validator

from sim.scenario.schema.section import Section, check_shares, parameter


class FarmsSection(Section):
    """Parameters of paid like farms and their market (S2)."""

    enabled: bool = parameter(True, "whether farms take creators' orders")
    n_per_1000_creators: float = parameter(
        8.0,
        "farms at the start for every 1,000 creators (rounded, at least one if above 0)",
        unit="farms/1000 creators",
        ge=0,
        le=1000,
    )
    n_max_per_1000_creators: float = parameter(
        20.0,
        "most farms at once, likewise",
        unit="farms/1000 creators",
        ge=0,
        le=1000,
        at_least="n_per_1000_creators",
    )
    price_per_100_cny: float = parameter(
        1.0,
        "machine likes, small order",
        unit="CNY/100 likes",
        gt=0,
        le=1000,
        source="article: 100 for 1 yuan; C11",
    )
    price_per_1000_cny: float = parameter(
        5.0,
        "machine likes, from 1000 on",
        unit="CNY/1000 likes",
        gt=0,
        le=10_000,
        source="article: 1000 for 5 yuan; C11",
    )
    small_order: int = parameter(
        100,
        "likes up to which the price of 100 holds; from there to a large order it falls",
        unit="likes",
        ge=1,
        le=499,
        source="article",
    )
    large_order: int = parameter(
        1000,
        "likes from which the price of 1000 holds",
        unit="likes",
        ge=500,
        le=1_000_000,
        source="article",
        at_least="small_order",
    )
    raised_factor: float = parameter(2.0, "price of raised accounts' likes against machine ones", ge=1, le=50)
    real_factor: float = parameter(
        5.0, "price of real people's likes against machine ones", ge=1, le=100, source="C11: about 5:1"
    )
    package_factor: float = parameter(3.0, "price of like + comment + forward against likes alone", ge=1, le=50)
    machine_accounts: int = parameter(
        1500, "machine accounts of a farm at the start", unit="accounts", ge=0, le=1_000_000
    )
    raised_accounts: int = parameter(400, "raised accounts of a farm at the start", unit="accounts", ge=0, le=1_000_000)
    real_accounts: int = parameter(
        150, "real people working for a farm at the start", unit="accounts", ge=0, le=1_000_000
    )
    machine_cost_cny: float = parameter(
        0.6,
        "cost of a machine account",
        unit="CNY",
        ge=0,
        le=1000,
        source="C19: 10-200 dollars per 1000 and phone verification",
    )
    raised_cost_cny: float = parameter(
        4.0,
        "cost of an account raised over months",
        unit="CNY",
        ge=0,
        le=10_000,
        source="C19; mark-up assumed",
    )
    check_cost_cny: float = parameter(
        0.7,
        "what it costs a farm to pass the check of an account (verification by phone)",
        unit="CNY",
        ge=0,
        le=10_000,
        source="D53: 0.10 dollars",
    )
    real_cost_cny: float = parameter(8.0, "cost of recruiting a real person", unit="CNY", ge=0, le=10_000)
    raised_age_days: int = parameter(
        1200,
        "age of the oldest raised accounts when they start to work (of the detectors that ship `learned_accounts` "
        "alone looks at ages)",
        unit="days",
        ge=0,
        le=7300,
        source="D27: accounts in campaigns are 2.5 years old (median)",
        at_least="raised_age_min_days",
    )
    raised_age_min_days: int = parameter(
        120, "age of the youngest, likewise", unit="days", ge=0, le=7300, source="article: raised over months"
    )
    machine_age_days: int = parameter(
        600,
        "age of the oldest machine accounts when they start to work, likewise",
        unit="days",
        ge=0,
        le=7300,
        source="assumed; D27",
        at_least="machine_age_min_days",
    )
    machine_age_min_days: int = parameter(3, "age of the youngest, likewise", unit="days", ge=0, le=7300)
    mobile_share: float = parameter(
        0.5,
        "share of a farm's addresses that are a carrier's, shared with honest people (cards in its phones)",
        ge=0,
        le=1,
    )
    hosted_share: float = parameter(
        0.15, "share of a farm's addresses that are rented from hosting companies", ge=0, le=1, source="assumed; D56"
    )
    hot_share: float = parameter(
        0.35, "share of a farm's accounts that look for the post on the recommendation list", ge=0, le=1
    )
    subscription_share: float = parameter(0.25, "share that come from a list of creators followed", ge=0, le=1)
    chat_share: float = parameter(0.08, "share that come from a chat, where the buyer's link was sent", ge=0, le=1)
    search_share: float = parameter(
        0.17, "share that search for the title; the rest follow a link from outside", ge=0, le=1
    )
    blank_referrer_share: float = parameter(
        0.5, "share of a farm's visits through such links that do not say where the link stands", ge=0, le=1
    )
    stock_comment_share: float = parameter(
        0.8, "share of a farm's comments that are a stock phrase or a picture", ge=0, le=1
    )
    accounts_per_device: int = parameter(25, "machine accounts on one phone", unit="accounts", ge=1, le=10_000)
    device_spread: float = parameter(
        2.0,
        "how many times fewer and more accounts than that a farm keeps on single phones, even on a logarithmic scale "
        "(raised accounts likewise)",
        ge=1,
        le=100,
    )
    raised_per_device: int = parameter(4, "raised accounts on one phone", unit="accounts", ge=1, le=10_000)
    accounts_per_ip: int = parameter(
        60, "accounts behind one address of the farm's pool", unit="accounts", ge=1, le=100_000
    )
    ip_spread: float = parameter(
        2.0, "how many times fewer and more stand behind single addresses, likewise", ge=1, le=100
    )
    raised_ip_divisor: int = parameter(
        6, "how many times fewer raised accounts than machine ones stand behind one address", ge=1, le=1000
    )
    replace_weeks: int = parameter(
        2, "losing weeks after which burnt accounts are no longer replaced", unit="weeks", ge=0, le=520
    )
    replace_cash_share: float = parameter(
        0.3, "most of its money that a farm puts into accounts of a grade in a day", ge=0, le=1
    )
    lead_s: float = parameter(20.0, "from publication to the first like ordered with it", unit="s", ge=0, le=86_400)
    machine_look_s: float = parameter(0.0, "longest look of a machine account before a like", unit="s", ge=0, le=3600)
    raised_look_s: float = parameter(4.0, "longest look of a raised account, likewise", unit="s", ge=0, le=3600)
    real_look_s: float = parameter(45.0, "longest look of a real person, likewise", unit="s", ge=0, le=3600)
    comment_share: float = parameter(0.1, "share of the likes of a full package that come with a comment", ge=0, le=1)
    forward_share: float = parameter(0.2, "share of the likes of a full package that come with a forward", ge=0, le=1)
    likes_per_minute: float = parameter(
        120.0,
        "likes a farm delivers",
        unit="likes/min",
        gt=0,
        le=1_000_000,
        source="C22: a thousand in ten minutes",
    )
    operations_cny_per_like: float = parameter(0.0012, "operating cost", unit="CNY/like", ge=0, le=10)
    real_wage_cny_per_like: float = parameter(0.012, "paid to a real person", unit="CNY/like", ge=0, le=10)
    device_rent_cny_per_day: float = parameter(0.01, "phone, address and number", unit="CNY/device/day", ge=0, le=1000)
    sales_share: float = parameter(
        0.25, "brokers' share of revenue", ge=0, le=1, source="article: sales and operations are divided"
    )
    overhead_cny_per_day: float = parameter(0.6, "fixed cost", unit="CNY/day", ge=0, le=100_000)
    capital_cny: float = parameter(1500.0, "money of a farm at the start", unit="CNY", ge=0, le=10_000_000)
    price_step: float = parameter(0.06, "weekly change of price with demand and burnt accounts", ge=0, le=1)
    exit_after_weeks: int = parameter(4, "weeks of loss after which a farm closes", unit="weeks", ge=1, le=520)
    enter_per_1000_creators: float = parameter(
        0.4,
        "farms that enter in a week, for every 1,000 creators, while farms make money",
        unit="farms/week/1000 creators",
        ge=0,
        le=1000,
    )
    delay_share: float = parameter(
        0.11, "share of orders that start only on a later day", ge=0, le=1, source="C12: 89 % within a day"
    )
    delay_min_days: float = parameter(1.0, "how much later, at least", unit="days", ge=0, le=28)
    delay_range_days: float = parameter(2.0, "what is added to that at most", unit="days", ge=0, le=28)
    least_room: int = parameter(
        20,
        "accounts without which a farm does not offer itself (nor with fewer than are ordered)",
        unit="accounts",
        ge=1,
        le=1_000_000,
    )
    broker_taste: float = parameter(0.3, "how far apart in log worth two brokers may seem for no reason", ge=0, le=10)
    survival_min: float = parameter(
        0.01, "share of likes said to last below which buyers make no difference", ge=0.0001, le=1
    )
    seen_after_days: int = parameter(
        3, "days after which a buyer looks whether the likes are still there", unit="days", ge=0, le=365
    )
    reputation_memory: float = parameter(
        0.9, "weight of the past in what is said of a farm, for each order looked at", ge=0, le=0.999
    )
    loss_memory: float = parameter(
        0.5, "weight of the past in what a farm reckons accounts lost cost it a like, for each week", ge=0, le=0.999
    )
    grown_factor: float = parameter(
        1.1, "sales against last week's above which demand has grown", ge=1, le=10, at_least="shrunk_factor"
    )
    shrunk_factor: float = parameter(0.9, "sales against last week's below which demand has shrunk", ge=0, le=1)
    markup_max: float = parameter(20.0, "highest price against the list", ge=1, le=1000, at_least="markup_min")
    markup_min: float = parameter(0.3, "lowest price against the list", ge=0.01, le=1)
    enter_weeks: int = parameter(
        4, "weeks over which a newcomer looks at what the trade earned", unit="weeks", ge=1, le=520
    )

    @field_validator("search_share")
    @classmethod
    def _channels_add_up(cls, share: float, info: ValidationInfo) -> float:
        return check_shares(share, "search_share", ("hot_share", "subscription_share", "chat_share"), info)
