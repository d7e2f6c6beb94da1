"""Advertisers: what they pay for, what they learn."""

from sim.scenario.section import Section, param


class AdvertisersSection(Section):
    """Parameters of advertisers (S19)."""

    n: int = param(20, "advertisers", unit="advertisers", ge=0, le=10_000)
    budget_cny_per_week: float = param(220.0, "budget of one advertiser", unit="CNY/week", ge=0, le=10_000_000)
    deals_per_week: int = param(5, "creators one advertiser sponsors in a week", unit="deals/week", ge=1, le=1000)
    audited_start: float = param(0.2, "share of advertisers that look at audited figures at the start", ge=0, le=1)
    audit_cost_cny: float = param(2.0, "cost of auditing a candidate", unit="CNY", ge=0, le=10_000)
    candidates: int = param(25, "creators an advertiser looks at in a week", unit="creators", ge=1, le=10_000)
    value_cny_per_finish: float = param(
        0.14,
        "sales that a reading to the end of a sponsored creator brings, at full trust",
        unit="CNY/read",
        ge=0,
        le=1000,
    )
    return_memory: float = param(
        0.7, "weight of the past in what an advertiser expects of a way to choose", ge=0, le=0.99
    )
    switch_beta: float = param(4.0, "sharpness of the choice between the two ways", ge=0, le=100)
    withdraw_below: float = param(0.6, "expected return per yuan below which an advertiser withdraws", ge=0, le=10)
    retry_per_week: float = param(0.1, "chance a week that one who withdrew tries again", unit="1/week", ge=0, le=1)
    budget_step: float = param(0.1, "weekly change of budget with return", ge=0, le=1)
