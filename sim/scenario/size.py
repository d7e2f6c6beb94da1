"""How large a world is: the people who live in its seats, and counts that go with the number of creators."""

from __future__ import annotations

from typing import Protocol

from sim.scenario.schema.creators import CreatorsSection
from sim.scenario.schema.readers import ReadersSection

READS_PER_POST = 982  # mean reads of a post, C2
READS_PER_PERSON_DAY = 3.35  # over all people; assumed, from C17: 5.86 reads of those who read, 57 % of people do
PER_1000 = 1000


class Sized(Protocol):
    """What says how large a world is: a scenario."""

    @property
    def people(self) -> int:
        """People who read on the platform."""

    @property
    def readers(self) -> ReadersSection:
        """How many seats there are."""

    @property
    def creators(self) -> CreatorsSection:
        """How many creators there are, and how often they publish."""


def people_for(creators: int, posts_per_day: float) -> int:
    """People whose reading gives a mean post the published number of reads (C2)."""
    return round(READS_PER_POST * creators * posts_per_day / READS_PER_PERSON_DAY)


def expect_reads_per_post(scenario: Sized) -> float:
    """Reads of a mean post that follow from a scenario's people and posts a day."""
    opts = scenario.creators
    return reads_per_post(scenario.people, opts.n, opts.posts_per_day)


def reads_per_post(people: int, creators: int, posts_per_day: float) -> float:
    """Reads of a mean post that so many people make."""
    return READS_PER_PERSON_DAY * people / (creators * posts_per_day)


def seats_per_post(seats: int, creators: int, posts_per_day: float) -> float:
    """Seats that read a mean post, however many people sit in each."""
    return READS_PER_PERSON_DAY * seats / (creators * posts_per_day)


def describe_size(scenario: Sized, days: int) -> dict[str, float]:
    """How large a world is, for the head of a page."""
    opts, seats = scenario.creators, scenario.readers.n
    return {
        "readers": seats,
        "people": scenario.people,
        "creators": opts.n,
        "seats_per_post": seats_per_post(seats, opts.n, opts.posts_per_day),
        "days": days,
    }


def count_per_creators(per_1000: float, creators: int) -> int:
    """How many there are for so many creators, rounded; at least one where there are any at all."""
    return max(1, round(per_1000 * creators / PER_1000)) if per_1000 > 0 else 0
