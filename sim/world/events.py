"""Events that many people follow at once: when there are any, and on which topic."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sim.core.clock import DAY_HOURS, WEEK_DAYS
from sim.core.enums import N_TOPICS
from sim.core.random_streams import RandomStreams

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.scenario.schema.crowds import CrowdsSection


def topics_of_events(opts: CrowdsSection, rng: RandomStreams, clock: Clock) -> list[int]:
    """Topics on which an event is under way when the tick begins.

    A topic has at most one event a day, which begins and ends on it; the hour is drawn.
    """
    if opts.events_per_week == 0:
        return []
    hour, length = clock.hour, opts.event_hours
    starts = _starts(rng.seed, clock.day, opts.events_per_week / WEEK_DAYS, opts.event_topic, length)
    return [topic for topic, start in starts if start <= hour < start + length]


@lru_cache(maxsize=16)
def _starts(seed: int, day: int, per_day: float, topic: int, length: int) -> list[tuple[int, int]]:
    """The day's events: topic, and hour at which it begins."""
    rng, topics = RandomStreams(seed), range(N_TOPICS) if topic < 0 else (topic,)
    return [
        (each, rng.integer("event", day, each, DAY_HOURS + 1 - length, 1))
        for each in topics
        if rng.uniform("event", day, each) < per_day / len(topics)
    ]
