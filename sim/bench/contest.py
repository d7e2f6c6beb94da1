"""Runs rivals on the very same ticks of a living world, before the world itself moves on."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.engine.phases.read import Block, Hand, ReaderPhase

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel


@dataclass
class Tally:
    """What a rival needed: wall and processor seconds of its reader loop, and what it got through."""

    cpu_s: float = 0.0
    longest_cpu_s: float = 0.0  # of the thread that had most to do, tick by tick
    wall_s: float = 0.0
    phase_wall_s: float = 0.0  # with the tables made for the tick and the threads sent out
    reader_ticks: int = 0
    impressions: int = 0
    reads: int = 0


class Rival(Protocol):
    """Somebody who can let all readers live through a tick, touching nothing but the readers."""

    tally: Tally

    def live(self, model: EngagementModel, feeds: NDArray[np.int32], want_reads: bool) -> None:
        """Live through the tick and add to the tally."""


class TimedHand(Hand):
    """A thread's hand that times the compiled loop."""

    def __init__(self, readers: int) -> None:
        super().__init__(readers)
        self.cpu_s = self.wall_s = 0.0

    def live(self, todo: Iterator[Block], before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
        """Run the kernel over blocks of readers."""
        wall, cpu = time.perf_counter(), time.thread_time()
        super().live(todo, before, after)
        self.cpu_s += time.thread_time() - cpu
        self.wall_s += time.perf_counter() - wall


class TimedPhase(ReaderPhase):
    """The reader phase with a clock in every hand."""

    def __init__(self, n_readers: int, threads: int) -> None:
        super().__init__(n_readers, threads)
        self.timed = [TimedHand(n_readers) for _ in self.hands]
        self.hands = [*self.timed]

    @property
    def cpu_s(self) -> float:
        """Processor seconds in the kernel so far."""
        return sum(hand.cpu_s for hand in self.timed)


class KernelRival(TimedPhase):
    """The compiled kernel; what it counted and logged is thrown away."""

    def __init__(self, n_readers: int, threads: int) -> None:
        super().__init__(n_readers, threads)
        self.tally = Tally()

    def _gather(self, model: EngagementModel, feeds: NDArray[np.int32]) -> None:
        self.impressions = sum(hand.impressions for hand in self.hands)

    def live(self, model: EngagementModel, feeds: NDArray[np.int32], want_reads: bool) -> None:
        """Live through the tick and add to the tally."""
        for hand in self.timed:
            hand.cpu_s = hand.wall_s = 0.0
        started = time.perf_counter()
        self.run(model, feeds, want_reads)
        self.tally.phase_wall_s += time.perf_counter() - started
        self.tally.cpu_s += self.cpu_s
        self.tally.longest_cpu_s += max(hand.cpu_s for hand in self.timed)
        self.tally.wall_s += max(hand.wall_s for hand in self.timed)
        self.tally.reader_ticks += len(model.world.readers)
        self.tally.impressions += self.impressions
        self.tally.reads += sum(int(hand.counts[:, 5:10].sum()) for hand in self.hands)


class Contest(ReaderPhase):
    """A reader phase that first lets each rival live through the tick from the same state, in turn."""

    def __init__(self, n_readers: int, threads: int, rivals: Sequence[Rival], every: int = 1) -> None:
        super().__init__(n_readers, threads)
        self.rivals = list(rivals)
        self.every = every

    def start(self, model: EngagementModel, feeds: NDArray[np.int32], want_reads: bool) -> None:
        """Hold the contest, put the readers back, and send them into the tick."""
        if model.clock.tick % self.every == 0 and model.world.alive.stop > model.world.alive.start:
            readers = model.world.readers
            record, lists = readers.record.copy(), readers.lists.copy()
            turn = model.clock.tick // self.every % len(self.rivals)
            for rival in self.rivals[turn:] + self.rivals[:turn]:
                rival.live(model, feeds, want_reads)
                readers.record[:] = record
                readers.lists[:] = lists
        super().start(model, feeds, want_reads)


def hold(model: EngagementModel, rivals: Sequence[Rival], days: int, every: int = 1) -> list[list[Tally]]:
    """Contest on every tick (or one in `every`) of some days; the rivals' tallies of each day.

    A first day warms up and is not told.
    """
    kept = model.reader_phase
    model.reader_phase = Contest(len(model.world.readers), kept.threads, rivals, every)
    told = []
    for _ in range(days + 1):
        for rival in rivals:
            rival.tally = Tally()
        for _ in range(model.clock.ticks_per_day):
            model.step()
        told.append([rival.tally for rival in rivals])
    model.reader_phase = kept
    return told[1:]
