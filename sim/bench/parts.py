"""What the reader side costs, part by part, in a small and in a large world that live in turn."""

from __future__ import annotations

import time

from sim.bench.contest import TimedWorkers
from sim.bench.figures import Figure
from sim.bench.worlds import baseline, build
from sim.engine.tick import run_tick

US = 1e6
FLAT = 1.2  # a seat may cost so many times as much in one world as in another
MOST_US = 1.8  # of processor time for the reader side of a seat and day
READER_PHASES = ("read", "collect", "spread")
SMALLER = 20  # times, the small world
SIDE = "reader side"
NOTE = "{small:,} and {large:,} seats, {creators:,} creators, in turn"
LEAST_US = 1e-9  # a day of a tiny world may take less than the clock tells


class TimedWorld:
    """A world of so many seats, and what its days cost: microseconds of processor time a seat, by part."""

    def __init__(self, seats: int, creators: int, days: int) -> None:
        self.seats = seats
        self.model = build(baseline(seats, creators, days), threads=1)
        self.workers = TimedWorkers(seats, 1)
        self.model.actors.readers = self.workers
        self.seconds: dict[str, float] = {}

    def step(self) -> None:
        """Carry out one tick."""
        run_tick(self.model.state, self.model.actors, self.seconds, time.process_time)

    def end_day(self) -> dict[str, float]:
        """Costs of each part since the last call."""
        kernel = sum(buffer.cpu_s for buffer in self.workers.timed)
        side = sum(self.seconds.get(name, 0.0) for name in READER_PHASES)
        spread = self.seconds.get("spread", 0.0)
        found = {
            "kernel": kernel,
            "tables, counters and log": side - kernel - spread,
            "forwards delivered": spread,
            SIDE: side,
            "all other phases": sum(self.seconds.values()) - side,
        }
        self.seconds.clear()
        for buffer in self.workers.timed:
            buffer.cpu_s = 0.0
        return {part: seconds * US / self.seats for part, seconds in found.items()}


def take_costs(readers: int, creators: int, warm_days: int, days: int, target: float | None) -> list[Figure]:
    """Cost of a seat and day by part in two worlds, and dearer over cheaper; `target` is that of the large one."""
    small, large = (TimedWorld(n, creators, warm_days + days) for n in (max(64, readers // SMALLER), readers))
    taken: list[tuple[dict[str, float], dict[str, float]]] = []
    for _ in range(warm_days + days):
        for _ in range(small.model.clock.ticks_per_day):
            small.step()
            large.step()
        taken.append((small.end_day(), large.end_day()))
    taken = taken[warm_days:]
    note = NOTE.format(small=small.seats, large=large.seats, creators=creators)
    figures = []
    for part in taken[0][0]:
        few, many = ([day[at][part] for day in taken] for at in (0, 1))
        whole = part == SIDE
        unit = "us/seat and day"
        ratios = [max(a, b) / max(min(a, b), LEAST_US) for a, b in zip(few, many, strict=True)]
        figures += [
            Figure(f"{part}, {small.seats:,} seats, CPU time", unit, few, None, "less"),
            Figure(f"{part}, {large.seats:,} seats, CPU time", unit, many, target if whole else None, "less"),
            Figure(f"{part}, dearer over cheaper", "", ratios, FLAT if whole else None, "less", note if whole else ""),
        ]
    return figures
