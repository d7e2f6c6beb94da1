"""When people are online: hours of the day, early and late types, the weekend."""

from pydantic import Field, field_validator

from sim.core.clock import DAY_HOURS
from sim.kernels.scales import N_CHRONOTYPES
from sim.scenario.schema.section import Section, parameter

LEAST_PEAK, MOST_ACTIVITY = 0.001, 1000.0  # beyond them sums of hours, and parts of such sums, lose digits
BAD_HOURS = f"must be 24 numbers from 0 to {MOST_ACTIVITY:g}, the largest of them at least {LEAST_PEAK:g}"


class RhythmSection(Section):
    """Parameters of the daily and weekly rhythm of readers; creators publish by the hours alone."""

    hours: tuple[float, ...] = Field(
        default=(4, 2, 1, 1, 1, 3, 10, 22, 26, 24, 24, 28, 34, 28, 24, 24, 26, 30, 34, 40, 46, 44, 30, 12),
        min_length=DAY_HOURS,
        max_length=DAY_HOURS,
        description="activity in each hour of the day, from midnight on, against each other (peaks in the morning, "
        "at lunch and in the evening)",
        json_schema_extra={"unit": "1", "source": "assumed"},
    )
    shifts_h: tuple[int, ...] = Field(
        default=(-3, -2, -1, 0, 1, 2, 3, 4),
        min_length=N_CHRONOTYPES,
        max_length=N_CHRONOTYPES,
        description="hours by which each of the eight equally common types of readers lives later than that",
        json_schema_extra={"unit": "h", "source": "assumed"},
    )
    first_day_off: int = parameter(5, "weekday on which the weekend begins; Monday is 0, 7 is no weekend", ge=0, le=7)
    weekend_later_h: int = parameter(1, "hours by which all readers live later at the weekend", unit="h", ge=-12, le=12)
    weekend_activity: float = parameter(1.1, "activity of readers at the weekend, against the mean", ge=0, le=10)
    workday_activity: float = parameter(0.96, "activity of readers on other days, against the mean", ge=0, le=10)

    @field_validator("hours")
    @classmethod
    def _some_hour_is_active(cls, hours: tuple[float, ...]) -> tuple[float, ...]:
        if min(hours) < 0 or not LEAST_PEAK <= max(hours) <= MOST_ACTIVITY:
            raise ValueError(BAD_HOURS)
        return hours
