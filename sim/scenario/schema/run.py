"""How long, how fine, under which seed."""

from __future__ import annotations

import datetime

from pydantic import field_validator

from sim.scenario.schema.section import Section, parameter


class RunSection(Section):
    """Parameters of the run itself."""

    days: int = parameter(120, "length of the run", unit="days", ge=1, le=3650)
    tick_minutes: int = parameter(60, "length of a tick; must divide a day", unit="min", ge=1, le=1440)
    seed: int = parameter(1, "seed of all chance", ge=0, le=2**63 - 1)
    start_date: datetime.date = parameter(datetime.date(2022, 1, 3), "calendar date of day 0 (a Monday)", unit="date")

    @field_validator("tick_minutes")
    @classmethod
    def _divides_a_day(cls, minutes: int) -> int:
        if 1440 % minutes:
            raise ValueError("must divide a day of 1440 minutes")
        return minutes
