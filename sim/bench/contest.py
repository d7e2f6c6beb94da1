"""Runs rivals on the very same ticks of a living world, before the world itself moves on."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sim.actors.readers.buffers import ReaderSpan, WorkerBuffer
from sim.actors.readers.inputs import draw_moods
from sim.actors.readers.workers import ReaderWorkers
from sim.kernels.read_layout import FINISHES_AT, READS_AT, Seats

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel
    from sim.state import State


@dataclass
class Measured:
    """What a rival needed: wall and processor seconds of its reader loop, and what it got through."""

    cpu_s: float = 0.0
    longest_cpu_s: float = 0.0  # of the thread that had most to do, tick by tick
    wall_s: float = 0.0
    phase_wall_s: float = 0.0  # with the tables made for the tick and the threads sent out
    reader_ticks: int = 0
    impressions: int = 0
    reads: int = 0


class Rival(Protocol):
    """Somebody who can run a tick of all readers, touching nothing but the readers."""

    measured: Measured

    def compete(self, state: State) -> None:
        """Run the tick and add to the measurement."""


class TimedBuffer(WorkerBuffer):
    """A thread's buffers, which time the compiled loop."""

    def __init__(self, readers: int) -> None:
        super().__init__(readers)
        self.cpu_s = self.wall_s = 0.0

    def run(self, todo: Iterator[ReaderSpan], seats: Seats, tick: tuple[Any, ...]) -> None:
        """Run the kernel over spans of readers."""
        wall, cpu = time.perf_counter(), time.thread_time()
        super().run(todo, seats, tick)
        self.cpu_s += time.thread_time() - cpu
        self.wall_s += time.perf_counter() - wall


class TimedWorkers(ReaderWorkers):
    """The workers of the read phase with a clock in every buffer."""

    def __init__(self, n_readers: int, threads: int) -> None:
        super().__init__(n_readers, threads)
        self.timed = [TimedBuffer(n_readers) for _ in self.buffers]
        self.buffers = [*self.timed]

    @property
    def cpu_s(self) -> float:
        """Processor seconds in the kernel so far."""
        return sum(buffer.cpu_s for buffer in self.timed)


class KernelRival(TimedWorkers):
    """The compiled kernel; what it counted and logged is thrown away."""

    def __init__(self, n_readers: int, threads: int) -> None:
        super().__init__(n_readers, threads)
        self.measured = Measured()

    def _gather(self, state: State) -> None:
        self.impressions = sum(buffer.impressions for buffer in self.buffers)

    def compete(self, state: State) -> None:
        """Run the tick and add to the measurement."""
        for buffer in self.timed:
            buffer.cpu_s = buffer.wall_s = 0.0
        started = time.perf_counter()
        self.run(state)
        self.measured.phase_wall_s += time.perf_counter() - started
        self.measured.cpu_s += self.cpu_s
        self.measured.longest_cpu_s += max(buffer.cpu_s for buffer in self.timed)
        self.measured.wall_s += max(buffer.wall_s for buffer in self.timed)
        self.measured.reader_ticks += len(state.world.readers)
        self.measured.impressions += self.impressions
        for buffer in self.timed:
            self.measured.reads += int(buffer.counts.readings[:, READS_AT:FINISHES_AT].sum())


# what readers change of themselves in a tick
CHANGED = ("record", "lists", "last_tick", "follows", "follow_trust")


class Contest(ReaderWorkers):
    """Workers that first let each rival run the tick from the same state, in turn."""

    def __init__(self, n_readers: int, threads: int, rivals: Sequence[Rival], every: int = 1) -> None:
        super().__init__(n_readers, threads)
        self.rivals = list(rivals)
        self.every = every

    def start(self, state: State) -> None:
        """Hold the contest, put the readers back, and send them into the tick."""
        if state.clock.tick % self.every == 0 and state.world.alive.stop > state.world.alive.start:
            readers = state.world.readers
            if state.clock.starts_day:
                draw_moods(state)  # the first rival needs today's
            before = {name: getattr(readers, name).copy() for name in CHANGED}
            turn = state.clock.tick // self.every % len(self.rivals)
            for rival in self.rivals[turn:] + self.rivals[:turn]:
                rival.compete(state)
                for name, values in before.items():
                    getattr(readers, name)[:] = values
        super().start(state)


def run_contest(model: EngagementModel, rivals: Sequence[Rival], days: int, every: int = 1) -> list[list[Measured]]:
    """Contest on every tick (or one in `every`) of some days; the rivals' measurements of each day.

    A first day warms up and is not measured_days.
    """
    kept = model.actors.readers
    model.actors.readers = Contest(len(model.state.world.readers), kept.threads, rivals, every)
    measured_days = []
    for _ in range(days + 1):
        for rival in rivals:
            rival.measured = Measured()
        for _ in range(model.clock.ticks_per_day):
            model.step()
        measured_days.append([rival.measured for rival in rivals])
    model.actors.readers = kept
    return measured_days[1:]
