"""What may be written in a facts file: facts by name, each with the rows that are measured."""

from __future__ import annotations

import itertools
import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sim.core.errors import ParameterError

DISCARD_DAYS, FOLLOWED_DAYS = 6, 7
MOST_CREATORS = 1_000_000_000
MOST_WEIGHT = 1_000_000
SDS = 2.0  # half the width of a published interval that is given as a value and its standard deviation
NO_FACT_ROW = "needs `rows` that are measured, or `not_measurable` with the reason (it has {given})"
NO_INTERVAL = "needs an interval, a value with its sd, or scaled intervals"
TWO_INTERVALS = "has an interval and a value: give one of them"
NO_SD = "a value needs its sd, and an sd its value"
BAD_INTERVAL = "must be [lowest, highest], with null for an open end, got {given}"
NO_LETTER = "a fact's name begins with a letter, such as C1"
TOO_LARGE = "value and sd are too large"
ROW_TWICE = "two rows are called '{name}'"
Interval = list[float | None]


class FactPart(BaseModel):
    """A group of keys; unknown keys and values of another type are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def _check_interval(given: Interval) -> Interval:
    low, high = given if len(given) == 2 else (None, None)
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        raise ValueError(BAD_INTERVAL.format(given=given))
    return given


class Window(FactPart):
    """The posts and days that count."""

    discard_days: int = Field(DISCARD_DAYS, ge=0, description="days left out at the start of the run")
    followed_days: int = Field(FOLLOWED_DAYS, ge=7, description="days that posts must have been followed for")
    days: int | None = Field(None, ge=1, description="days of publication that count; all without it")


class Scaled(FactPart):
    """The same fact for a world of so many creators."""

    creators: int = Field(ge=1, le=MOST_CREATORS, description="number of creators")
    interval: Interval = Field(description="[lowest, highest]")

    _interval = field_validator("interval")(_check_interval)


class Row(FactPart):
    """One number that is measured in every run, and what was published of it."""

    name: str = Field(pattern=r"\S", description="what is measured, in a few words")
    measure: str = Field(description="name of a measure")
    parameters: dict[str, Any] = Field({}, description="parameters of the measure")
    interval: Interval | None = Field(None, description="published [lowest, highest]; null is an open end")
    value: float | None = Field(None, description="published value, where no interval is")
    sd: float | None = Field(None, gt=0, description="its standard deviation; two of them each way are inside")
    scaled: list[Scaled] = Field([], description="intervals for worlds of so many creators; the nearest one decides")
    clear: bool = Field(False, description="the whole interval over seeds must be inside, not its mean alone")
    window: Window | None = Field(None, description="instead of the file's window")
    unit: str = Field("1", description="unit")
    why: str = Field("", description="what a reader of the row should know")

    _interval = field_validator("interval")(lambda given: given if given is None else _check_interval(given))

    @model_validator(mode="after")
    def _one_statement(self) -> Row:
        if (self.value is None) != (self.sd is None):
            raise ValueError(NO_SD)
        if self.interval is not None and self.value is not None:
            raise ValueError(TWO_INTERVALS)
        if self.interval is None and self.value is None and not self.scaled:
            raise ValueError(NO_INTERVAL)
        if not all(end is None or math.isfinite(end) for end in self.published or ()):
            raise ValueError(TOO_LARGE)
        return self

    @property
    def published(self) -> tuple[float | None, float | None] | None:
        """Lowest and highest published value; None where there is only a scaled one."""
        if self.interval is not None:
            return self.interval[0], self.interval[1]
        if self.value is not None and self.sd is not None:
            return self.value - SDS * self.sd, self.value + SDS * self.sd
        return None


class Fact(FactPart):
    """A published fact: what it says, where it stands, and the rows that hold a world against it."""

    statement: str = Field(min_length=1, description="the fact as published")
    source: str = Field(min_length=1, description="where it was published")
    use: Literal["calibrated", "held_out"] = Field(description="whether parameters were chosen by it")
    weight: float = Field(1.0, ge=0, le=MOST_WEIGHT, description="its weight among the facts")
    rows: list[Row] = Field([], description="what is measured; the fact is inside when all rows are")
    not_measurable: str = Field("", description="why nothing of it can be measured")
    why: str = Field("", description="what a reader of the fact should know")

    @model_validator(mode="after")
    def _measured_or_not(self) -> Fact:
        if bool(self.rows) == bool(self.not_measurable):
            raise ValueError(NO_FACT_ROW.format(given="both" if self.rows else "neither"))
        names = [row.name for row in self.rows]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(ROW_TWICE.format(name=name))
        return self


class FactsFile(FactPart):
    """Facts by name, and the posts and days by which they are measured."""

    description: str = Field("", description="one line on where they come from")
    window: Window = Field(
        default_factory=lambda: Window.model_validate({}), description="the posts and days that count"
    )
    groups: dict[str, str] = Field({}, description="what facts are on, by the letters that their names begin with")
    facts: dict[str, Fact] = Field(min_length=1, description="facts by name, such as C1")

    @field_validator("facts")
    @classmethod
    def _names_begin_with_letters(cls, facts: dict[str, Fact]) -> dict[str, Fact]:
        for name in facts:
            if not letters_of(name):
                raise ParameterError(NO_LETTER, key=name)
        return facts


def letters_of(name: str) -> str:
    """The letters that a fact's name begins with: its group."""
    return "".join(itertools.takewhile(str.isalpha, name))
