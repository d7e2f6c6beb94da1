"""Whether a world fits into the machine at all, asked before it is built."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sim.core.errors import RunError

if TYPE_CHECKING:
    from sim.scenario.size import Sized

# while a world is built, by runs of 1 to 10 million seats with 1.2 people each; people of a seat share all but accounts
BYTES_PER_SEAT, BYTES_PER_PERSON = 500, 150
GB = 1e9
TOO_LARGE = (
    "{people:,} people in {seats:,} seats need about {needed:,.0f} GB of memory while they are built, and this machine "
    "has {there:,.0f}: set readers.people (or creators.n) or readers.n lower"
)


def check_memory(scenario: Sized, there: float | None = None) -> None:
    """RunError when the machine's memory (`there`, in bytes) cannot hold the seats and people of a scenario."""
    there = _memory() if there is None else there
    seats, people = scenario.readers.n, scenario.people
    needed = BYTES_PER_SEAT * seats + BYTES_PER_PERSON * people
    if needed > there:
        raise RunError(TOO_LARGE.format(people=people, seats=seats, needed=needed / GB, there=there / GB))


def _memory() -> float:
    """Bytes of memory that the machine has; infinite where the system does not say."""
    if not hasattr(os, "sysconf"):
        return float("inf")
    return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
