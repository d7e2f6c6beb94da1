"""Advertisers: what they pay for, what they learn."""

from sim.scenario.schema.section import Section, parameter


class AdvertisersSection(Section):
    """Parameters of advertisers (S19)."""

    n_per_1000_creators: float = parameter(
        33.0,
        "advertisers for every 1,000 creators (rounded, at least one if above 0)",
        unit="advertisers/1000 creators",
        ge=0,
        le=10_000,
    )
    budget_cny_per_week: float = parameter(220.0, "budget of one advertiser", unit="CNY/week", ge=0, le=10_000_000)
    deals_per_week: int = parameter(5, "creators one advertiser sponsors in a week", unit="deals/week", ge=1, le=1000)
    audited_start: float = parameter(0.2, "share of advertisers that look at audited figures at the start", ge=0, le=1)
    audit_cost_cny: float = parameter(2.0, "cost of auditing a candidate", unit="CNY", ge=0, le=10_000)
    candidates: int = parameter(25, "creators an advertiser looks at in a week", unit="creators", ge=1, le=10_000)
    ads_on_bought_reads: bool = parameter(
        False, "whether advertising is paid on bought reads too, as far as they are not found out (ad fraud)"
    )
    ads_min_dwell_s: int = parameter(
        3,
        "reading time below which a read brings no advertising money where fraud is possible: bought reads are found "
        "out by it, and hasty people's with them",
        unit="s",
        ge=0,
        le=600,
    )
    value_cny_per_finish: float = parameter(
        0.013,
        "sales that a reading to the end of a sponsored creator brings, at full trust",
        unit="CNY/read",
        ge=0,
        le=1000,
        source="assumed: set so that a week of a mean creator's 7 posts with 982 reads each (C2), half of them to the "
        "end, sells for 45 CNY, about what a deal costs",
    )
    expect_start: float = parameter(
        1.5, "sales per yuan spent that an advertiser hopes for at the start, either way", ge=0, le=100
    )
    return_memory: float = parameter(
        0.7, "weight of the past in what an advertiser expects of a way to choose", ge=0, le=0.99
    )
    switch_beta: float = parameter(4.0, "sharpness of the choice between the two ways", ge=0, le=100)
    withdraw_below: float = parameter(0.6, "expected return per yuan below which an advertiser withdraws", ge=0, le=10)
    retry_per_week: float = parameter(0.1, "chance a week that one who withdrew tries again", unit="1/week", ge=0, le=1)
    budget_step: float = parameter(0.1, "weekly change of budget with return", ge=0, le=1)
    budget_max: float = parameter(4.0, "largest budget against that at the start", ge=1, le=100)
    retry_budget: float = parameter(0.3, "budget of one who tries again, against that at the start", ge=0, le=1)
    retry_expect: float = parameter(1.0, "sales per yuan spent that one who tries again hopes for", ge=0, le=100)
