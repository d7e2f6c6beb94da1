"""How long, how fine, under which seed."""

from __future__ import annotations

import datetime

from pydantic import ValidationInfo, field_validator

from sim.core.seeds import LARGEST_SEED
from sim.scenario.schema.section import Section, parameter

_ENDS_LATE = "must be such that the run ends by {last}"


class RunSection(Section):
    """Parameters of the run itself."""

    days: int = parameter(120, "length of the run", unit="days", ge=1, le=3650)
    tick_minutes: int = parameter(60, "length of a tick; must divide a day", unit="min", ge=1, le=1440)
    seed: int = parameter(1, "seed of all chance", ge=0, le=LARGEST_SEED)
    reader_seed: int | None = parameter(
        None,
        "seed of what readers happen to do: visits, what they meet, open, like and pass on; null: `seed`. With another "
        "one the same people read the same creators with other luck",
        ge=0,
        le=LARGEST_SEED,
    )
    start_date: datetime.date = parameter(
        datetime.date(2022, 1, 3), "calendar date of day 0, which says what weekday that is", unit="date"
    )

    @field_validator("start_date")
    @classmethod
    def _ends_in_the_calendar(cls, start: datetime.date, info: ValidationInfo) -> datetime.date:
        if start.toordinal() + info.data.get("days", 0) - 1 > datetime.date.max.toordinal():
            raise ValueError(_ENDS_LATE.format(last=datetime.date.max))
        return start

    @field_validator("tick_minutes")
    @classmethod
    def _divides_a_day(cls, minutes: int) -> int:
        if 1440 % minutes:
            raise ValueError("must divide a day of 1440 minutes")
        return minutes
