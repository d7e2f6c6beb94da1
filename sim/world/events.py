"""Events that many people follow at once: when there are any, and on which topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import DAY_HOURS, WEEK_DAYS
from sim.core.enums import N_TOPICS

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.random_streams import RandomStreams
    from sim.scenario.schema.crowds import CrowdsSection


def topics_of_events(opts: CrowdsSection, rng: RandomStreams, clock: Clock) -> NDArray[np.bool_]:
    """Whether an event on each topic is under way when the tick begins (shape (8,)).

    A topic has at most one event a day, which begins and ends on it; the hour is drawn.
    """
    topic = np.arange(N_TOPICS)
    chance = opts.events_per_week / WEEK_DAYS * (1 / N_TOPICS if opts.event_topic < 0 else topic == opts.event_topic)
    begins = rng.uniform_array("event", clock.day, topic, 1) * (DAY_HOURS + 1 - opts.event_hours)
    since = clock.hour - begins.astype(np.int64)
    now: NDArray[np.bool_] = (rng.uniform_array("event", clock.day, topic) < chance) & (since >= 0)
    return now & (since < opts.event_hours)
