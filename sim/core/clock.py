"""Simulated time."""

from __future__ import annotations

from dataclasses import dataclass, replace

MINUTE_S = 60
HOUR_S = 3_600
DAY_S = 86_400
DAY_HOURS = 24
WEEK_DAYS = 7


@dataclass(frozen=True)
class Clock:
    """The moment a tick starts. `tick` counts from 0; `first_weekday` is that of day 0 (0 is Monday)."""

    tick: int
    tick_s: int
    first_weekday: int = 0

    def next(self) -> Clock:
        """The tick after this one."""
        return replace(self, tick=self.tick + 1)

    @property
    def ticks_per_day(self) -> int:
        """Ticks in a day (24 at the default hour)."""
        return DAY_S // self.tick_s

    @property
    def start_s(self) -> int:
        """Seconds since the start of the run."""
        return self.tick * self.tick_s

    @property
    def day(self) -> int:
        """Day of the run, from 0."""
        return self.start_s // DAY_S

    @property
    def hour(self) -> int:
        """Hour of the day, 0..23."""
        return self.start_s % DAY_S // HOUR_S

    @property
    def hours(self) -> tuple[int, ...]:
        """Hours of the day, 0..23, that the tick reaches into; one of them unless it is longer than an hour."""
        return tuple((self.hour + later) % DAY_HOURS for later in range(-(-self.tick_s // HOUR_S)))

    @property
    def weekday(self) -> int:
        """0 is Monday."""
        return (self.first_weekday + self.day) % WEEK_DAYS

    @property
    def starts_day(self) -> bool:
        """Whether this is the first tick of a day."""
        return self.tick % self.ticks_per_day == 0

    @property
    def ends_day(self) -> bool:
        """Whether this is the last tick of a day."""
        return (self.tick + 1) % self.ticks_per_day == 0

    @property
    def ends_week(self) -> bool:
        """Whether this is the last tick of a Sunday."""
        return self.ends_day and self.weekday == WEEK_DAYS - 1
