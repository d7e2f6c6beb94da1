"""People's accounts: where they are online from, how they come and go, and when they registered."""

from pydantic import ValidationInfo, field_validator

from sim.scenario.schema.section import Section, parameter

_NO_HOURS = "must be later than site_from_h ({site_from_h}), got {site_until_h}"


class AccountsSection(Section):
    """Parameters of addresses, regions, phones, sign-ups and churn."""

    regions: int = parameter(8, "regions that addresses can be told to belong to", unit="regions", ge=1, le=255)
    region_size: int = parameter(
        256, "people in a row who live in the same region", unit="accounts", ge=1, le=1_000_000
    )
    mobile_share: float = parameter(
        0.45,
        "share of acts made over a carrier's network, not from home or work",
        ge=0,
        le=1,
        source="assumed; D4 for carriers' shared addresses being the rule there",
    )
    carrier_min: int = parameter(
        100,
        "people behind the least crowded address of a carrier",
        unit="accounts",
        ge=1,
        le=100_000,
        source="D2: hundreds or even thousands",
    )
    carrier_max: int = parameter(
        5000,
        "people behind the most crowded one, likewise",
        unit="accounts",
        ge=1,
        le=1_000_000,
        source="D2",
        at_least="carrier_min",
    )
    carrier_hours: int = parameter(6, "hours after which a phone gets another address", unit="h", ge=1, le=24)
    away_share: float = parameter(0.04, "share of people who are in another region on a day", ge=0, le=1)
    proxy_share: float = parameter(
        0.03, "share of people who are online through a hosted address (VPN, company gateway)", ge=0, le=1
    )
    proxy_size: int = parameter(40, "people behind one hosted address", unit="accounts", ge=1, le=100_000)
    site_presence: float = parameter(0.7, "share of acts at work hours from the campus or office", ge=0, le=1)
    site_from_h: int = parameter(9, "hour at which work begins", unit="h", ge=0, le=23)
    site_until_h: int = parameter(18, "hour at which work ends", unit="h", ge=1, le=24)
    sign_ups_per_day: float = parameter(
        0.001,
        "share of people who give up their account for good in a day, each followed by somebody who signs up",
        unit="1/day",
        ge=0,
        le=0.1,
    )
    used_phone_share: float = parameter(
        0.15,
        "share of newly acquired phones that still carry their last owner's account",
        ge=0,
        le=1,
        source="D10: 14-21 % of phones sold are used",
    )
    phone_changes_per_day: float = parameter(
        0.001, "share of people who change to another phone in a day", unit="1/day", ge=0, le=0.1
    )
    moves_per_day: float = parameter(0.0004, "share of people who move house in a day", unit="1/day", ge=0, le=0.1)

    @field_validator("site_until_h")
    @classmethod
    def _work_ends_after_it_begins(cls, until: int, info: ValidationInfo) -> int:
        begins = info.data.get("site_from_h", -1)
        if until <= begins:
            raise ValueError(_NO_HOURS.format(site_from_h=begins, site_until_h=until))
        return until
